/** From the template alone: what would be deployed, driven by events as AWS sends them, against the embedded servers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addKey, revokeKey } from '../../functions/store/keys.ts';
import { makeTable, type Table } from '../../functions/store/table.ts';
import { type FunctionName, functionNames } from '../../infra/bundles.ts';
import { readContext } from '../../infra/context.ts';
import { permissions } from '../../infra/functions.ts';
import { importerPaths } from '../../infra/http-entry.ts';
import { NightdeskStack } from '../../infra/stack.ts';
import { type Json, startServices, type TestServices } from '../support/archive.ts';
import { type Deployed, deploy, type TemplateJson } from '../support/lambda.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, type Site, startSite } from '../support/site.ts';

const bundleDir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
let services: TestServices;
let site: Site;
let deployed: Deployed;
let table: Table;
let key = '';

beforeAll(async () => {
  const stack = new NightdeskStack(
    new App(),
    'Nightdesk',
    readContext(() => undefined),
    bundleDir,
  );
  services = await startServices();
  site = await startSite();
  deployed = await deploy(Template.fromStack(stack).toJSON() as TemplateJson, {
    embedded: services.embedded,
    bundleDir,
    env: { FETCH_ALLOW: '127.0.0.0/8', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}`, HOST_PAUSE_MS: '0' },
  });
  table = makeTable(services.embedded.clients.dynamodb, 'deployed');
  ({ key } = await addKey(table, { name: 'all', scope: 'admin', createdAt: '2026-01-01T00:00:00Z' }));
});

afterAll(async () => {
  await deployed.close();
  await site.close();
  await services.close();
  rmSync(bundleDir, { recursive: true });
});

type Sent = {
  method?: string;
  path: string;
  query?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
  cookies?: string[];
  as?: string | null;
};

/** As an HTTP API of payload version 2.0 sends a request and reads the answer. */
async function http({ method = 'GET', path, query = '', body, headers = {}, cookies, as = key }: Sent) {
  const isImporter = importerPaths.some((one) => one === path);
  const result = await deployed.invoke(isImporter ? 'importer' : 'api', {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    ...(cookies ? { cookies } : {}),
    headers: {
      host: 'abc.execute-api.us-east-1.amazonaws.com',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(as ? { authorization: `Bearer ${as}` } : {}),
      ...headers,
    },
    requestContext: {
      domainName: 'abc.execute-api.us-east-1.amazonaws.com',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'r',
      stage: '$default',
    },
    ...(body === undefined ? {} : { body: Buffer.isBuffer(body) ? body.toString('base64') : body }),
    isBase64Encoded: Buffer.isBuffer(body),
  });
  const bytes = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  const type = String(result.headers?.['content-type'] ?? '');
  return {
    status: result.statusCode as number,
    headers: result.headers as Record<string, string>,
    cookies: (result.cookies ?? []) as string[],
    bytes,
    body: (/json/.test(type) ? JSON.parse(bytes.toString()) : bytes.toString()) as Json,
  };
}

/** Posts while the worker is handed what comes, as on AWS. */
async function archive(body: unknown, path = '/articles') {
  const answer = http({ method: 'POST', path, body: JSON.stringify(body) });
  let isDone = false;
  void answer.finally(() => (isDone = true)).catch(() => undefined);
  while (!isDone) {
    await deployed.deliver();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return answer;
}

const at = (n: number) => `http://news.example/${n}`;

test('a page is posted, fetched, kept, found by word in both scripts, and read back byte for byte', async () => {
  const page = storyPage({ ...numberedStory(1), title: '台灣的港口在夜裡開放' });
  site.serve(at(1), page);
  const posted = await archive({ url: at(1) });
  expect([posted.status, posted.body.title]).toEqual([201, '台灣的港口在夜裡開放']);
  const found = await http({ path: '/articles', query: `q=${encodeURIComponent('台湾')}&limit=5` });
  expect(found.body.items.map((item: Json) => item.id)).toEqual([posted.body.id]);
  const { latest } = posted.body.links;
  const raw = await http({ path: latest, headers: { 'accept-encoding': 'gzip' } });
  expect(raw.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(raw.bytes).toString()).toBe(page);
  const plain = await http({ path: latest });
  expect(plain.bytes.toString()).toBe(page);
});

test('a page in another charset than UTF-8 comes back byte for byte', async () => {
  const page = Buffer.concat([
    Buffer.from(storyPage(numberedStory(7)).replace('</main>', '<p>')),
    Buffer.from([0xc4, 0xe3, 0xba, 0xc3]),
    Buffer.from('</p></main>'),
  ]);
  site.serve(at(7), answer(200, { 'content-type': 'text/html; charset=gb18030' }, page));
  const posted = await archive({ url: at(7) });
  const read = await http({ path: posted.body.links.latest });
  expect(read.bytes.equals(page)).toBe(true);
});

test('an indexer of a schedule commits, a second one finds nothing to do, and search answers as before', async () => {
  await deployed.invoke('indexer', {});
  await deployed.invoke('indexer', {});
  await deployed.invoke('indexer', { task: 'clean' });
  expect((await http({ path: '/articles', query: 'q=%E5%8F%B0%E6%B9%BE' })).body.items).toHaveLength(1);
  expect((await http({ path: '/calendar', query: 'month=2024-04' })).status).toBe(200);
});

test('a feed is followed, polled and its entries archived', async () => {
  site.serve(at(2), storyPage(numberedStory(2)));
  site.serve(
    'http://news.example/feed',
    `<rss version="2.0"><channel><title>N</title><item><title>x</title><link>${at(2)}</link></item></channel></rss>`,
  );
  expect((await archive({ url: 'http://news.example/feed' }, '/feeds')).status).toBe(201);
  while ((await deployed.deliver()) > 0);
  expect((await http({ path: '/articles', query: 'url=http%3A%2F%2Fnews.example%2F2' })).body.items).toHaveLength(1);
});

test('what is due is sent by the sweeper, as often as the schedule tries', async () => {
  await table.put({ pk: 'DUE', sk: '2026-01-01T00:00:00.000Z#poll#nothing', sends: 0 });
  expect(await deployed.invoke('sweeper', { version: '0' })).toEqual({ sent: 1 });
  expect(await deployed.invoke('sweeper', { version: '0' })).toEqual({ sent: 0 });
  while ((await deployed.deliver()) > 0);
});

test('documents go through the importer, raw and in base64, and its description tells of all routes', async () => {
  const document = '<!--1712173501000-->\n[一个故事](https://old.example/a)\n------\n\n<p>正文在此。</p>\n';
  const headers = { 'content-type': 'text/markdown' };
  const first = await http({ method: 'POST', path: '/documents', body: Buffer.from(document), headers });
  expect([first.status, first.body.snapshot]).toEqual([201, 'first']);
  const second = await http({ method: 'POST', path: '/documents', body: document, headers });
  expect(second.body.snapshot).toBe('unchanged');
  const { paths } = (await http({ path: '/openapi.json' })).body;
  for (const path of ['/articles', '/documents', '/warc', '/feeds', '/session']) expect(paths).toHaveProperty([path]);
});

describe('requests as the gateway passes them', () => {
  test('paths with encodings, several values of one parameter, and none at all', async () => {
    expect((await http({ path: '/feeds/%2e%2e%2fetc' })).body.code).toBe('unknown-feed');
    expect((await http({ path: '/articles', query: 'limit=5&limit=6' })).body.code).toBe('invalid-request');
    expect((await http({ path: '/none' })).body.code).toBe('no-such-route');
  });

  test('a cookie of the sign-in reads, and one sent by another site does not', async () => {
    const signedIn = await http({
      method: 'POST',
      path: '/session',
      body: `key=${key}`,
      as: null,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(signedIn.status).toBe(303);
    const cookies = [String([...signedIn.cookies, signedIn.headers['set-cookie']].find(Boolean)).split(';')[0] ?? ''];
    expect((await http({ path: '/articles', as: null, cookies })).status).toBe(200);
    expect(
      (await http({ path: '/articles', as: null, cookies, headers: { 'sec-fetch-site': 'cross-site' } })).status,
    ).toBe(403);
  });

  test('without a key nothing but health is answered', async () => {
    expect((await http({ path: '/articles', as: null })).status).toBe(401);
    expect((await http({ method: 'POST', path: '/documents', body: 'x', as: null })).status).toBe(401);
    expect((await http({ path: '/health', as: null })).body.status).toBe('ok');
  });
});

test('a poisoned message fails alone, five times, and ends in the dead-letter queue', async () => {
  site.serve(at(3), storyPage(numberedStory(3)));
  await services.embedded.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: deployed.queueUrl,
      MessageBody: '{"kind":"capture","from":"an older version"}',
    }),
  );
  await http({
    method: 'POST',
    path: '/articles',
    body: JSON.stringify({ url: at(3) }),
    headers: { prefer: 'respond-async' },
  });
  for (let n = 0; n < 10; n++) await deployed.deliver();
  expect(await deployed.deadLetters()).toBe(1);
  expect((await http({ path: '/articles', query: 'url=http%3A%2F%2Fnews.example%2F3' })).body.items).toHaveLength(1);
  expect(deployed.logs()).toContain('"event":"message refused"');
});

test('an article is taken down, its objects too, and a write key may not do it', async () => {
  const { key: write } = await addKey(table, { name: 'w', scope: 'write', createdAt: '2026-01-01T00:00:00Z' });
  const [item] = (await http({ path: '/articles', query: 'url=http%3A%2F%2Fnews.example%2F1' })).body.items;
  expect((await http({ method: 'DELETE', path: `/articles/${item.id}`, as: write })).body.needed).toBe('admin');
  expect((await http({ method: 'DELETE', path: `/articles/${item.id}` })).status).toBe(204);
  expect((await http({ path: `/articles/${item.id}` })).status).toBe(410);
});

test('a revoked key is refused by functions that have not seen it', async () => {
  const { key: lost, id } = await addKey(table, { name: 'lost', scope: 'read', createdAt: '2026-01-01T00:00:00Z' });
  await revokeKey(table, id, '2026-01-02T00:00:00Z');
  expect((await http({ path: '/articles', as: lost })).body.code).toBe('key-revoked');
});

test('no key is in any log', () => expect(deployed.logs()).not.toContain(key));

/** Last, when all of the above has been done. */
test.each(functionNames)('%s calls nothing that its policy does not name', (name: FunctionName) => {
  const allowed = permissions[name];
  const named = new Set([
    ...allowed.table.map((call) => `dynamodb:${call}`),
    ...allowed.bucket.map((call) => `s3:${call}`),
    's3:ListBucket',
    ...allowed.queue.map((call) => `sqs:${call}`),
  ]);
  expect([...(deployed.calls.get(name) ?? [])].filter((call) => !named.has(call))).toEqual([]);
});
