/** From the template alone: what would be deployed, driven by events as AWS sends them, against the embedded servers. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { responseRecord } from '../../functions/formats/warc-write.ts';
import { addKey, revokeKey } from '../../functions/store/keys.ts';
import { makeTable, type Table } from '../../functions/store/table.ts';
import { type FunctionName, functionNames } from '../../infra/bundles.ts';
import { importerPaths } from '../../infra/http-entry.ts';
import { type Json, startServices, type TestServices } from '../support/archive.ts';
import { type Deployed, deploy } from '../support/lambda.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { answer, type Site, startSite } from '../support/site.ts';
import { makeStacks, policyOf, synthMs, type TemplateJson, type TestStacks } from '../support/stack.ts';

let stacks: TestStacks;
let template: TemplateJson;
let services: TestServices;
let site: Site;
let deployed: Deployed;
let table: Table;
let key = '';

beforeAll(async () => {
  stacks = await makeStacks();
  template = stacks.templateOf().toJSON() as TemplateJson;
  services = await startServices();
  site = await startSite();
  deployed = await deploy(template, {
    embedded: services.embedded,
    bundles: stacks.bundles,
    env: { FETCH_ALLOW: '127.0.0.0/8', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}`, HOST_PAUSE_MS: '0' },
  });
  table = makeTable(services.embedded.clients.dynamodb, 'deployed');
  ({ key } = await addKey(table, { name: 'all', scope: 'admin', createdAt: '2026-01-01T00:00:00Z' }));
}, synthMs);

afterAll(async () => {
  deployed.close();
  await site.close();
  await services.close();
  stacks.remove();
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
  const isImporter = importerPaths.some((one) => new RegExp(`^${one.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
  const result = await deployed.invoke(isImporter ? 'importer' : 'api', {
    version: '2.0',
    routeKey: '$default',
    // Decoded, as API Gateway hands it on.
    rawPath: decodeURIComponent(path),
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

test('pages are answered, packed, with style and script; the frame of a page as it was and files come from the importer', async () => {
  const html = { accept: 'text/html' };
  const list = await http({ path: '/', headers: { ...html, 'accept-encoding': 'gzip' } });
  expect([list.status, list.headers['content-encoding']]).toEqual([200, 'gzip']);
  const text = gunzipSync(list.bytes).toString();
  const [id = ''] = /(?<=href="\/a\/)[\w-]{22}/.exec(text) ?? [];
  for (const [path] of text.matchAll(/\/assets\/[\w.-]+/g)) expect((await http({ path, as: null })).status).toBe(200);
  for (const path of ['/edited', '/removed', '/feeds', '/attention', '/keys', '/save', `/a/${id}`, `/a/${id}/changes`])
    expect([path, (await http({ path, headers: html })).status]).toEqual([path, 200]);
  const look = (await http({ path: `/articles/${id}/snapshots` })).body.items[0].timestamp;
  expect((await http({ path: `/a/${id}/${look}`, headers: html })).body).toContain(`/a/${id}/${look}/page`);
  expect((await http({ path: `/a/${id}/${look}/page`, headers: html })).headers['content-security-policy']).toMatch(
    /^sandbox/,
  );
  expect((await http({ path: `/a/${id}/story.warc.gz` })).bytes.subarray(0, 2).toString('hex')).toBe('1f8b');
  const form = new FormData();
  form.append(
    'file',
    new File([storyPage({ ...numberedStory(5), canonical: 'http://news.example/saved' })], 'saved.html'),
  );
  const request = new Request('http://x.example/', { method: 'POST', body: form });
  const sent = await http({
    method: 'POST',
    path: '/save/files',
    body: Buffer.from(await request.arrayBuffer()),
    headers: { ...html, 'content-type': request.headers.get('content-type') ?? '' },
  });
  expect(sent.body).toContain('1 address on their way');
  await deployed.deliver();
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
  const { key: fresh } = await addKey(table, { name: 'i', scope: 'write', createdAt: '2026-01-01T00:00:00Z' });
  const first = await http({ method: 'POST', path: '/documents', body: Buffer.from(document), headers, as: fresh });
  expect([first.status, first.body.snapshot]).toEqual([201, 'first']);
  const second = await http({ method: 'POST', path: '/documents', body: document, headers });
  expect(second.body.snapshot).toBe('unchanged');
  const { paths } = (await http({ path: '/openapi.json' })).body;
  for (const path of ['/articles', '/documents', '/warc', '/feeds', '/session']) expect(paths).toHaveProperty([path]);
});

describe('requests as the gateway passes them', () => {
  test('paths with encodings, several values of one parameter, and none at all', async () => {
    expect((await http({ path: '/feeds/%2e%2e%2fetc' })).body.code).toBe('no-such-route');
    expect((await http({ path: '/feeds/%E4%B8%80' })).body.code).toBe('unknown-feed');
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

test('a key of another archive is refused, and so is a scope that does not suffice, with what is needed', async () => {
  const other = await http({ path: '/articles', as: `nd_${'A'.repeat(43)}` });
  expect([other.status, other.body.code]).toEqual([401, 'key-unknown']);
  const { key: read } = await addKey(table, { name: 'r', scope: 'read', createdAt: '2026-01-01T00:00:00Z' });
  const posted = await http({ method: 'POST', path: '/articles', body: JSON.stringify({ url: at(1) }), as: read });
  expect([posted.status, posted.body.needed]).toEqual([403, 'write']);
});

test('an event of a shape that nothing sends is an error or a refusal of that run alone', async () => {
  await expect(deployed.invoke('worker', { detail: {} })).rejects.toThrow();
  expect(await deployed.invoke('api', { detail: {} })).toMatchObject({ statusCode: 401 });
  expect((await http({ path: '/health', as: null })).status).toBe(200);
  expect(await deployed.invoke('worker', { Records: [] })).toEqual({ batchItemFailures: [] });
});

test.each(['FETCH_ALLOW', 'FETCH_CONNECT_TO'])(
  'with %s, which is of one machine, the worker does not start on AWS',
  async (name) => {
    const host = fileURLToPath(new URL('../support/lambda-host.mjs', import.meta.url));
    const env = { [name]: '127.0.0.0/8', AWS_LAMBDA_FUNCTION_NAME: 'worker', AWS_REGION: 'us-east-1' };
    const bundle = join(stacks.bundles.worker.folder, 'index.mjs');
    await expect(promisify(execFile)(process.execPath, [host, bundle], { env })).rejects.toThrow(
      `${name} is refused on AWS`,
    );
  },
);

test('a page of many MB goes to the bucket by a signed URL, and becomes an article', async () => {
  const page = Buffer.from(storyPage(numberedStory(40)).replace('<main>', `<!--${'x'.repeat(7_000_000)}--><main>`));
  const asked = await http({ method: 'POST', path: '/uploads', body: JSON.stringify({ bytes: page.length }) });
  expect(asked.status).toBe(201);
  expect((await fetch(asked.body.url, { method: 'PUT', body: new Uint8Array(page) })).status).toBe(200);
  const { status, body } = await archive({ url: at(40), upload: asked.body.upload });
  expect([status, body.title]).toEqual([201, numberedStory(40).title]);
});

test('a page is shown with its pictures, which go with it when it is taken down', async () => {
  const png = Buffer.from('89504e470d0a1a0a00000000', 'hex');
  site.serve('http://news.example/boat.png', answer(200, { 'content-type': 'image/png' }, png));
  site.serve(at(42), storyPage(numberedStory(42)).replace('</h1>', '</h1><img src="/boat.png">'));
  const { id, links } = (await archive({ url: at(42) })).body;
  await settle();
  const { status, body } = await http({ path: `${links.latest}/page` });
  expect(status).toBe(200);
  expect(body).toContain(`data:image/png;base64,${png.toString('base64')}`);
  expect((await http({ path: `${links.latest}/resources` })).body.parts).toHaveLength(1);
  // A new version takes the picture from the pack of the last.
  site.serve(
    at(42),
    storyPage(numberedStory(42)).replace('</h1>', '</h1><img src="/boat.png"><p>It has come back into port since.</p>'),
  );
  const again = (await archive({ url: at(42) })).body;
  await settle();
  expect((await http({ path: `${again.links.latest}/resources` })).body.parts).toHaveLength(1);
  expect(site.hits('http://news.example/boat.png')).toBe(1);
  const [{ pictures }] = (await http({ path: `/articles/${id}/snapshots` })).body.items;
  const pack = await http({ path: pictures.url });
  expect([pack.status, pack.bytes.subarray(0, 2).toString('hex')]).toEqual([200, '1f8b']);
  expect((await http({ method: 'DELETE', path: `/articles/${id}` })).status).toBe(204);
  await settle();
  expect((await services.store.bucket.list(`pictures/${id}/`).next()).value).toEqual([]);
});

test('a WARC brings pages with their pictures', async () => {
  const record = (targetUri: string, type: string, body: string | Uint8Array) =>
    responseRecord({
      ...{ key: targetUri, date: '2026-03-01T10:00:00Z', targetUri, status: 200 },
      ...{ headers: [['Content-Type', type]], body: Buffer.from(body) },
    });
  const page = storyPage(numberedStory(43)).replace(
    '</h1>',
    '</h1><img src="/pier.png"><img src="/quay.png"><img src="/mole.png">',
  );
  const picture = () => Buffer.concat([Buffer.from('89504e470d0a1a0a00000001', 'hex'), randomBytes(2_200_000)]);
  const pageRecord = record(at(43), 'text/html', page);
  const records = [
    pageRecord,
    record('http://news.example/pier.png', 'image/png', picture()),
    record('http://news.example/quay.png', 'image/png', picture()),
  ];
  const body = Buffer.concat(await Promise.all(records));
  const { body: answered } = await http({ method: 'POST', path: '/warc', body });
  const keptWith = answered.items[0].snapshotUrl;
  expect(answered.items).toMatchObject([{ parts: 2 }, { keptWith }, { keptWith }]);
  // Together they are more than an answer holds.
  const { status, headers } = await http({ path: `${keptWith}/pack` });
  expect(status).toBe(307);
  expect((await (await fetch(headers.location ?? '')).arrayBuffer()).byteLength).toBeGreaterThan(4_400_000);
  // A further picture makes another pack, and the former leaves.
  const mole = Buffer.from('89504e470d0a1a0a00000002', 'hex');
  const more = [pageRecord, record('http://news.example/mole.png', 'image/png', mole)];
  const again = await http({ method: 'POST', path: '/warc', body: Buffer.concat(await Promise.all(more)) });
  expect(again.body.items).toMatchObject([{ parts: 1 }, { keptWith }]);
  const { Contents = [] } = await services.embedded.clients.s3.send(
    new ListObjectsV2Command({ Bucket: 'deployed', Prefix: `pictures/${answered.items[0].article}/` }),
  );
  expect(Contents).toHaveLength(1);
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

/** Everything that is due now and in the queue is done, as often as it takes. */
async function settle(): Promise<void> {
  for (let sent = 1; sent > 0; ) {
    while ((await deployed.deliver()) > 0);
    ({ sent } = (await deployed.invoke('sweeper', {})) as { sent: number });
  }
}

/** As the schedule of an article or feed would have put it, with its time come. */
const due = (kind: string, id: string, more: object = {}) =>
  table.put({ pk: 'DUE', sk: `2026-01-01T00:00:00.000Z#${kind}#${id}`, sends: 0, ...more });

test('a story is looked at again, and what changed is a snapshot more', async () => {
  const story = storyPage(numberedStory(4));
  site.serve(at(4), story);
  const { id } = (await archive({ url: at(4) })).body;
  site.serve(at(4), story.replace('</main>', '<p>The desk adds that all of it was different.</p></main>'));
  await due('recheck', id);
  await settle();
  const { items } = (await http({ path: `/articles/${id}/snapshots` })).body;
  expect(items).toHaveLength(2);
  const [newest, oldest] = items.map((item: Json) => item.timestamp);
  const { body } = await http({ path: `/articles/${id}/diff`, query: `from=${oldest}&to=${newest}` });
  expect(body.paragraphs.filter((paragraph: Json) => paragraph.change === 'added')).toHaveLength(1);
});

test('a page that is handed in is archived, and given up when it never comes to an end', async () => {
  const html = storyPage(numberedStory(5));
  expect((await archive({ url: at(5), html })).status).toBe(201);
  const headers = { prefer: 'respond-async' };
  const posted = await http({ method: 'POST', path: '/articles', body: JSON.stringify({ url: at(6), html }), headers });
  const { id } = posted.body;
  await due('capture', id, { sends: 8, starts: new Set([2, 3, 4, 5, 6, 7, 8]) });
  // As a move leaves it that died between its two writes.
  await table.put({ pk: 'DUE', sk: `2026-01-01T00:00:01.000Z#capture#${id}`, sends: 7 });
  await deployed.invoke('sweeper', {});
  const { body } = await http({ path: `/captures/${id}` });
  expect([body.status, body.problem.code]).toEqual(['failed', 'worker-lost']);
  await settle();
});

test('an answer that a Lambda cannot give leads to a copy for the download, which the key of the API opens', async () => {
  const page = storyPage(numberedStory(8)).replace(
    '<main>',
    `<!--${randomBytes(5_000_000).toString('base64')}--><main>`,
  );
  site.serve(at(8), page);
  const { links } = (await archive({ url: at(8) })).body;
  const moved = await http({ path: links.latest });
  expect([moved.status, moved.headers['content-type']]).toEqual([307, undefined]);
  const download = await fetch(String(moved.headers.location));
  expect(download.headers.get('content-disposition')).toContain('attachment');
  expect((await download.text()) === page).toBe(true);
});

test('a text of hundreds of KB, which no item holds, is kept, found and read again', async () => {
  const words = randomBytes(400_000).toString('base64url').replace(/.{9}/g, '$& ');
  const withText = (first: string) =>
    storyPage(numberedStory(9)).replace('</main>', `<p>${first}</p><p>${words}</p></main>`);
  site.serve(at(9), withText('The record as it was read into the log of the harbour that night.'));
  const { id } = (await archive({ url: at(9) })).body;
  expect((await http({ path: `/articles/${id}` })).body.textTruncated).toBe(false);
  site.serve(at(9), withText('Read again in the morning, the record begins with another sentence.'));
  await due('recheck', id);
  await settle();
  const { items } = (await http({ path: `/articles/${id}/snapshots` })).body;
  const query = `from=${items[1].timestamp}&to=${items[0].timestamp}`;
  expect((await http({ path: `/articles/${id}/diff`, query })).body.paragraphs.length).toBeGreaterThan(2);
  const document = `<!--1712173501000-->\n[Long](https://old.example/long)\n------\n\n<p>${words}</p>\n`;
  const headers = { 'content-type': 'text/markdown' };
  expect((await http({ method: 'POST', path: '/documents', body: Buffer.from(document), headers })).status).toBe(201);
});

test('a story that an older extractor read is read again before it is compared', async () => {
  const { items } = (await http({ path: '/articles', query: 'url=http%3A%2F%2Fnews.example%2F4' })).body;
  const key = { pk: `A#${items[0].id}`, sk: 'A' };
  const item = await table.get(key);
  await table.put({ ...item, ...key, latest: { ...(item?.latest as object), extractor: 0 } });
  await due('recheck', items[0].id);
  await settle();
  expect((await http({ path: `/articles/${items[0].id}/snapshots` })).body.items).toHaveLength(2);
});

test('many URLs at once', async () => {
  site.serve(at(10), storyPage(numberedStory(10)));
  const { body, status } = await http({
    method: 'POST',
    path: '/articles',
    body: JSON.stringify({ urls: [at(10), at(1)] }),
  });
  expect(status).toBe(202);
  await settle();
  const { items } = (await http({ path: '/captures', query: `batch=${body.batch}` })).body;
  expect(items.map((item: Json) => item.status)).toEqual(['succeeded', 'succeeded']);
});

test('a feed that carries its stories', async () => {
  const story = numberedStory(11);
  site.serve(
    'http://news.example/full',
    `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title><item>
    <title>Carried</title><link>${at(11)}</link><content:encoded><![CDATA[<p>${story.paragraphs.join('</p><p>')}</p>]]></content:encoded></item></channel></rss>`,
  );
  expect((await archive({ url: 'http://news.example/full', capture: 'feed' }, '/feeds')).status).toBe(201);
  await settle();
  expect((await http({ path: '/articles', query: 'url=http%3A%2F%2Fnews.example%2F11' })).body.items).toHaveLength(1);
});

test('a day later all of the log is a segment, four segments become one, and what was merged is deleted', async () => {
  for (let day = 1; day <= 6; day++) {
    await http({
      method: 'POST',
      path: '/documents',
      body: Buffer.from(
        `<!--${Date.UTC(2026, 0, day)}-->\n[Day ${day}](https://old.example/${day})\n------\n\n<p>Words of that day.</p>\n`,
      ),
      headers: { 'content-type': 'text/markdown' },
    });
    await deployed.invoke('indexer', {}, day * 25 * 3_600_000);
  }
  expect((await http({ path: '/articles', query: 'q=%22words+of+that+day%22' })).body.items).toHaveLength(6);
  await deployed.invoke('indexer', { task: 'clean' });
  expect(deployed.logs()).toContain('"event":"merged"');
});

test('feeds and documents go in and out as files', async () => {
  const opml = (await http({ path: '/feeds.opml' })).body as unknown as string;
  expect(opml).toContain('http://news.example/feed');
  site.serve('http://news.example/feed2', '<rss version="2.0"><channel><title>M</title></channel></rss>');
  const headers = { 'content-type': 'text/x-opml' };
  const body = opml.replaceAll('news.example/feed', 'news.example/feed2');
  expect((await http({ method: 'POST', path: '/feeds.opml', body, headers })).body.items).toHaveLength(2);
  await settle();
  const tar = await http({ path: '/documents', query: 'limit=20' });
  expect([tar.status, tar.bytes.toString('latin1').includes('articles/')]).toEqual([200, true]);
  const { items } = (await http({ path: '/feeds' })).body;
  expect(items).toHaveLength(3);
  const path = `/feeds/${items[0].id}`;
  expect((await http({ method: 'PATCH', path, body: '{"name":"desk"}' })).status).toBe(200);
  expect((await http({ method: 'POST', path: `${path}/poll`, headers: { prefer: 'respond-async' } })).status).toBe(202);
  await settle();
  expect((await http({ method: 'DELETE', path })).status).toBe(204);
});

test('orders and corrections', async () => {
  const { items } = (await http({ path: '/articles', query: 'order=archived&limit=3' })).body;
  expect(items).toHaveLength(3);
  const path = `/articles/${items[0].id}`;
  expect((await http({ method: 'PATCH', path, body: '{"title":"Corrected"}' })).body.title).toBe('Corrected');
  expect((await http({ path: '/captures', query: 'limit=3' })).body.items).toHaveLength(3);
});

test('an article is taken down, its objects too, and a write key may not do it', async () => {
  const { key: write } = await addKey(table, { name: 'w', scope: 'write', createdAt: '2026-01-01T00:00:00Z' });
  const [item] = (await http({ path: '/articles', query: 'url=http%3A%2F%2Fnews.example%2F1' })).body.items;
  expect((await http({ method: 'DELETE', path: `/articles/${item.id}`, as: write })).body.needed).toBe('admin');
  expect((await http({ method: 'DELETE', path: `/articles/${item.id}` })).status).toBe(204);
  await settle();
  expect(deployed.logs()).not.toContain('"event":"job failed"');
  expect((await http({ path: `/articles/${item.id}` })).status).toBe(410);
  // One with a copy for the download, one with texts in the bucket.
  for (const n of [8, 9]) {
    const query = `url=${encodeURIComponent(at(n))}`;
    const [other] = (await http({ path: '/articles', query })).body.items;
    expect((await http({ method: 'DELETE', path: `/articles/${other.id}` })).status).toBe(204);
    await settle();
    const { Contents = [] } = await services.embedded.clients.s3.send(new ListObjectsV2Command({ Bucket: 'deployed' }));
    expect(Contents.filter(({ Key = '' }) => Key.includes(other.id))).toEqual([]);
  }
});

test('a revoked key is refused by functions that have not seen it', async () => {
  const { key: lost, id } = await addKey(table, { name: 'lost', scope: 'read', createdAt: '2026-01-01T00:00:00Z' });
  await revokeKey(table, id, '2026-01-02T00:00:00Z');
  expect((await http({ path: '/articles', as: lost })).body.code).toBe('key-revoked');
});

test('the metrics of the dashboard count lines of the log as the functions write them', async () => {
  expect((await archive({ url: 'http://news.example/nowhere' })).body.code).toBe('not-found');
  site.serve('http://news.example/full', answer(500));
  const [feed] = (await http({ path: '/feeds' })).body.items.filter((one: Json) => one.url.endsWith('/full'));
  await http({ method: 'POST', path: `/feeds/${feed.id}/poll`, headers: { prefer: 'respond-async' } });
  await settle();
  const filters = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Logs::MetricFilter');
  const events = filters.map(({ Properties }) => /^\{ \$\.event = "([^"]+)" \}$/.exec(Properties.FilterPattern)?.[1]);
  expect(events.toSorted()).toEqual(['capture failed', 'captured', 'poll failed', 'polled']);
  const written = deployed
    .logs()
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text).event);
  for (const event of events) expect(written).toContain(event);
});

test('no key is in any log', () => expect(deployed.logs()).not.toContain(key));

/** What these do not do here, and why they may. */
const unseen: Partial<Record<FunctionName, Record<string, string>>> = {
  api: {
    'ListBucket bucket': 'tells an object that is not there from one that may not be read',
    'AbortMultipartUpload downloads/*': 'when the copy of a large page fails',
  },
  importer: {
    'ListBucket bucket': 'as the API',
    'AbortMultipartUpload snapshots/*': 'when the upload of a large page fails',
    'AbortMultipartUpload pictures/*': 'when the upload of a large pack fails',
    'DeleteItem table': 'when two follow one feed at the same moment',
  },
  worker: {
    'AbortMultipartUpload snapshots/*': 'when the upload of a large page fails',
    'AbortMultipartUpload pictures/*': 'when the upload of a large pack fails',
    'ReceiveMessage queue': 'the event source mapping, in its name',
    'DeleteMessage queue': 'the event source mapping, in its name',
    'GetQueueAttributes queue': 'the event source mapping, in its name',
  },
};

/** Last, when all of the above has been done. */
test.each(functionNames)('%s may do what it does, and nothing else', (name: FunctionName) => {
  const allowed = policyOf(template, name).filter((call) => !call.endsWith(' log'));
  const made = [...(deployed.calls.get(name) ?? []), ...Object.keys(unseen[name] ?? {})];
  expect(allowed).toEqual([...new Set(made)].toSorted());
});
