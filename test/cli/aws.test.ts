/** The commands that look after an archive, on one on AWS: by the names of its table and bucket, with the SDK's own settings. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServices, type TestServices } from '../support/archive.ts';
import { run } from '../support/process.ts';

let services: TestServices;
let env: Record<string, string>;
let names: string[];

beforeAll(async () => {
  services = await startServices();
  const { endpoints } = services.embedded;
  const { tableName, bucketName } = services.embedded.names;
  names = ['--table', tableName, '--bucket', bucketName];
  env = {
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  };
});
afterAll(() => services.close());

async function command(file: string, args: string[]): Promise<{ status: unknown; output: string }> {
  const running = run(`functions/cli/${file}.ts`, args, env);
  return { status: await running.ended, output: running.output() };
}

test('verify and reindex read the table and the bucket that are named', async () => {
  const verified = await command('verify', names);
  expect(verified.output).toContain('The archive with the table nightdesk:');
  expect(verified.output).toContain('0 articles, 0 snapshots: sound.');
  expect(verified.status).toBe(0);
  expect((await command('reindex', names)).output).toContain('Indexed 0 articles');
});

test('one name without the other is refused', async () => {
  const { status, output } = await command('verify', names.slice(0, 2));
  expect([status, output]).toEqual([2, expect.stringContaining('named by both --table and --bucket')]);
});

test('an archive of a newer form is not touched', async () => {
  const { table } = services.store;
  await table.put({ pk: 'FORMAT', sk: 'CURRENT', table: 99, index: 1 });
  const { status, output } = await command('reindex', names);
  expect([status, output]).toEqual([2, expect.stringContaining('written by a newer Nightdesk (table 99')]);
  await table.remove({ pk: 'FORMAT', sk: 'CURRENT' });
});
