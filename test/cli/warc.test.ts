/** An archive goes out as WARC and comes in again, equal: the same pages, times, headers and histories. */

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { warcRecords } from '../../functions/formats/warc-read.ts';
import { responseRecord } from '../../functions/formats/warc-write.ts';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { type RunningArchive, run } from '../support/process.ts';
import { answer } from '../support/site.ts';
import { useFolder } from '../support/use-folder.ts';
import { useProcess } from '../support/use-process.ts';
import { useSite } from '../support/use-site.ts';

const dir = useFolder();
const site = await useSite();
const env = { FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}` };
const from = await useProcess({ ...env, DATA_DIR: join(dir, 'from') });
const to = await useProcess({ ...env, DATA_DIR: join(dir, 'to') });

type Item = Record<string, unknown> & { id: string };

async function ask(archive: RunningArchive, path: string, body?: unknown, type = 'application/json') {
  const init =
    body === undefined
      ? {}
      : {
          method: 'POST',
          body: typeof body === 'string' ? body : JSON.stringify(body),
          headers: { 'content-type': type },
        };
  return (await (await fetch(archive.url + path, init)).json()) as { items: Item[] } & Item;
}

/** All that WARC carries of an archive. */
async function contentOf(archive: RunningArchive) {
  const { items } = await ask(archive, '/articles?order=oldest&limit=100');
  return Promise.all(
    items.map(async ({ id, url, title, publishedAt }) => ({
      id,
      url,
      title,
      publishedAt,
      text: (await ask(archive, `/articles/${id}`)).text,
      snapshots: (await ask(archive, `/articles/${id}/snapshots?limit=100`)).items.map(
        ({ timestamp, digest, status, contentType }) => ({ timestamp, digest, status, contentType }),
      ),
    })),
  );
}

async function command(file: string, args: string[]): Promise<string> {
  const running = run(file, args, {});
  await running.ended;
  return running.output();
}

test('what goes out comes in equal, and is written the same twice', async () => {
  const url = (path: string) => `http://pier.example/${path}`;
  for (const n of [1, 2]) {
    site.serve(
      url(`story-${n}`),
      answer(200, { 'content-type': 'text/html; charset=utf-8', 'x-test': 'yes' }, storyPage(numberedStory(n))),
    );
    await ask(from, '/articles', { url: url(`story-${n}`) });
  }
  const post = (html: string, capturedAt: string) => ask(from, '/articles', { url: url('ferry'), html, capturedAt });
  await post(storyPage(harbour), '2024-05-01T10:00:00Z');
  await post(storyPage(harbour), '2024-05-02T10:00:00Z');
  await post(storyPage(harbourEdited), '2024-05-03T10:00:00Z');
  await ask(
    from,
    '/documents',
    `<!--1712173501000-->\n[Document](${url('document')})\n------\n\n<p>第一段</p>\n`,
    'text/markdown',
  );

  const out = join(dir, 'warc');
  expect(await command('export', [out, '--format', 'warc', '--from', from.url])).toContain('6 snapshots in 1 file');
  const [name = ''] = readdirSync(out);
  const bytes = readFileSync(join(out, name));
  const types: string[] = [];
  for await (const { type } of warcRecords([bytes], { maxRecordBytes: 1e7 })) types.push(type);
  expect(
    Object.fromEntries(
      Object.entries(Object.groupBy(types, (type) => type)).map(([type, list]) => [type, list?.length]),
    ),
  ).toEqual({ warcinfo: 1, request: 5, response: 4, revisit: 1, metadata: 6, resource: 1 });
  await command('export', [out, '--format', 'warc', '--from', from.url]);
  expect(readFileSync(join(out, name)).equals(bytes)).toBe(true);

  expect(await command('import', [join(out, name), '--to', to.url])).toMatch(
    /6 documents in .*: 4 new, 1 added to known articles, 1 there already, 0 failed/,
  );
  expect(await contentOf(to)).toEqual(await contentOf(from));
  expect(await command('import', [join(out, name), '--to', to.url])).toContain(
    '0 new, 0 added to known articles, 6 there already, 0 failed',
  );
  const before = await contentOf(from);
  expect(await command('import', [join(out, name), '--to', from.url])).toContain(
    '0 new, 0 added to known articles, 6 there already, 0 failed',
  );
  expect(await contentOf(from)).toEqual(before);
}, 60_000);

test('a file that ends early gives what is whole in it, and says where it ends', async () => {
  const records = await Promise.all(
    [1, 2].map((n) =>
      responseRecord({
        key: `k${n}`,
        date: '2024-05-01T10:00:00Z',
        targetUri: `http://cut.example/${n}`,
        status: 200,
        headers: [['Content-Type', 'text/html']],
        body: Buffer.from(storyPage(numberedStory(n))),
      }),
    ),
  );
  const file = join(dir, 'cut.warc.gz');
  writeFileSync(file, Buffer.concat(records).subarray(0, -100));
  const output = await command('import', [file, '--to', to.url]);
  expect(output).toContain('1 new');
  expect(output).toMatch(/1 failed[\s\S]*cut\.warc\.gz: /);
});

test('what is no page is passed over, and what is no WARC is said', async () => {
  const head = { date: '2024-05-01T10:00:00Z', targetUri: 'http://other.example/', status: 200 };
  const picture = await responseRecord({
    ...head,
    key: 'p',
    headers: [['Content-Type', 'image/png']],
    body: Buffer.from('png'),
  });
  const missing = await responseRecord({
    ...head,
    key: 'm',
    status: 404,
    headers: [['Content-Type', 'text/html']],
    body: Buffer.from('<p>no</p>'),
  });
  writeFileSync(join(dir, 'others.warc.gz'), Buffer.concat([picture, missing]));
  expect(await command('import', [join(dir, 'others.warc.gz'), '--to', to.url])).toContain('0 documents');
  writeFileSync(join(dir, 'none.warc'), 'hello');
  expect(await command('import', [join(dir, 'none.warc'), '--to', to.url])).toMatch(/none\.warc: /);
});

/** As API Gateway: what is over 6 MB when it is written in base64 does not reach the archive, and gets an answer of its own. */
async function startGateway(archive: RunningArchive) {
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    if (body.length * (4 / 3) > 6 * 1024 * 1024)
      return outgoing
        .writeHead(413, { 'content-type': 'application/json' })
        .end('{"message":"Request Entity Too Large"}');
    const sent = body.length > 0 ? { body: Uint8Array.from(body), method: incoming.method ?? 'POST' } : {};
    const answer = await fetch(archive.url + incoming.url, {
      ...sent,
      headers: { 'content-type': incoming.headers['content-type'] ?? '' },
    });
    outgoing.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    return outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test('through a gateway pages of many MB go packed, and one that is too large even so fails alone', async () => {
  const gateway = await startGateway(to);
  const page = async (n: number, noise: string) =>
    responseRecord({
      key: `large-${n}`,
      date: '2024-06-01T00:00:00Z',
      targetUri: `http://large.example/${n}`,
      warcinfo: 'w',
      status: 200,
      headers: [['Content-Type', 'text/html']],
      body: Buffer.from(storyPage(numberedStory(100 + n)).replace('<main>', `<!--${noise}--><main>`)),
    });
  const records = [
    await page(1, 'x'.repeat(12_000_000)),
    await page(2, randomBytes(6_000_000).toString('base64')),
    await page(3, 'y'),
  ];
  const path = join(dir, 'large.warc.gz');
  writeFileSync(path, Buffer.concat(records));
  const output = await command('import', [path, '--to', gateway.url]);
  expect(output).toContain('2 new, 0 added to known articles, 0 there already, 1 failed');
  expect(output).toContain(
    'http://large.example/2  413: Request Entity Too Large: the page is larger than a request may be',
  );
  gateway.close();
});
