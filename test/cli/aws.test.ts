/** The commands that look after an archive, on one on AWS: by the names of its table and bucket, with the SDK's own settings. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeTestArchive } from '../support/archive.ts';
import { awsEnvironment } from '../support/aws-endpoints.ts';
import { call } from '../support/command.ts';
import { harbour, storyPage } from '../support/pages.ts';
import { startSite } from '../support/site.ts';
import { useServices } from '../support/use.ts';

let endpoints: Awaited<ReturnType<typeof awsEnvironment>>;
let names: string[];

const services = await useServices();
beforeAll(async () => {
  endpoints = await awsEnvironment(services.embedded.ask);
  const { tableName, bucketName } = services.embedded.names;
  names = ['--table', tableName, '--bucket', bucketName];
  // The SDK reads its settings itself.
  for (const [name, value] of Object.entries(endpoints.env)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  endpoints.close();
});

async function command(file: string, args: string[]): Promise<{ status: unknown; output: string }> {
  const { status, out, err } = await call([file, ...args]);
  return { status, output: out + err };
}

test('what lies in a table and a bucket is exported, whether there is a stack around them or not', async () => {
  const site = await startSite();
  const archive = makeTestArchive(services, { site });
  const page = { url: 'http://pier.example/ferry', html: storyPage(harbour), capturedAt: '2024-05-01T10:00:00Z' };
  expect((await archive.post(page)).status).toBe(201);
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const { status, output } = await command('export', [dir, '--format', 'warc', ...names]);
  expect([status, output]).toEqual([0, expect.stringContaining('1 snapshots in 1 file: nightdesk-00001.warc.gz')]);
  expect((await command('export', [dir, ...names.slice(0, 2)])).output).toContain('by both --table and --bucket');
  rmSync(dir, { recursive: true });
  await archive.close();
  await site.close();
});

test('without a region or a table that is there, a line says so', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  const without = await command('key', ['list', '--table', 'nightdesk']);
  expect(without).toEqual({ status: 2, output: 'No AWS region is set; set one: AWS_REGION=us-east-1\n' });
  vi.stubEnv('AWS_REGION', endpoints.env.AWS_REGION);
  const other = await command('key', ['list', '--table', 'another']);
  expect([other.status, other.output]).toEqual([2, expect.stringContaining('AWS has no such table')]);
});

test('verify and reindex read the table and the bucket that are named', async () => {
  const verified = await command('verify', names);
  expect(verified.output).toContain(`The archive with the table ${services.embedded.names.tableName}:`);
  expect(verified.output).toContain('1 articles, 1 snapshots: sound.');
  expect(verified.status).toBe(0);
  expect((await command('reindex', names)).output).toContain('1 articles: at most 6 read units');
  expect((await command('reindex', [...names, '--yes'])).output).toContain('Indexed 1 articles');
});

test('one name without the other is refused', async () => {
  const { status, output } = await command('verify', names.slice(0, 2));
  expect([status, output]).toEqual([2, expect.stringContaining('named by both --table and --bucket')]);
});

test('an archive of a newer form is not touched', async () => {
  const { table } = services.store;
  await table.put({ pk: 'FORMAT', sk: 'CURRENT', table: 99, index: 1 });
  const { status, output } = await command('reindex', names);
  expect([status, output]).toEqual([
    2,
    expect.stringContaining('A newer version of Nightdesk wrote this archive (table 99'),
  ]);
  await table.remove({ pk: 'FORMAT', sk: 'CURRENT' });
});
