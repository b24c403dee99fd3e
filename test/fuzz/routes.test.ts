/** Every route on methods, paths, queries, headers and bodies of any kind: an answer or a known problem comes out, never a 500. */
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { writeCursor } from '../../functions/http/cursor.ts';
import { problemCodes } from '../../functions/problems.ts';
import { anyText, fuzzRuns, soup, spoilt } from '../support/fuzz.ts';
import { listOf } from '../support/list-of.ts';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

/** What is there, so that some of the requests get past the first check. */
const there: string[] = [];
let nowMs = Date.parse('2024-05-01T10:00:00Z');

const { archive } = await useArchive({ now: () => nowMs });
beforeAll(async () => {
  const urls = [1, 2, 3].map((n) => `http://fuzz.example/${n}`);
  for (const [n, url] of urls.entries()) {
    there.push((await archive.keep(url, storyPage(numberedStory(n)))).body.id);
  }
  const edited = 'http://fuzz.example/edited';
  for (const story of [harbour, harbourEdited]) {
    nowMs += 60_000;
    await archive.keep(edited, storyPage(story));
  }
  there.push((await archive.get(`/articles?url=${edited}`)).body.items[0].id);
  const { body } = await archive.send('POST', '/articles', { urls });
  there.push(body.batch, body.items[0].capture);
  const feed = await archive.send(
    'POST',
    '/feeds',
    { url: 'http://fuzz.example/feed.xml' },
    { prefer: 'respond-async' },
  );
  there.push(feed.body.id, ...urls);
});

const oddText = soup(
  [
    '..',
    '/',
    '%',
    '%00',
    '%2e',
    '%ff',
    '\0',
    '\n',
    '"',
    "'",
    '<',
    '\u202e',
    '😀',
    '-1',
    '0',
    '9'.repeat(30),
    'null',
    '[]',
    '{}',
    '*',
    'a',
  ],
  8,
);
const parameter = fc.oneof(
  { weight: 4, arbitrary: fc.nat(20).map((n) => there[n % there.length] ?? '') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '20240501100000',
      '20240501100100',
      '00000000000000',
      '99999999999999',
      '20240230000000',
    ),
  },
  { weight: 3, arbitrary: oddText },
);
const value = fc.oneof(
  parameter,
  fc.constantFrom(
    '2024-04-03',
    '0000-01-01',
    '9999-12-31T23:59:59-23:59',
    'true',
    'newest',
    'oldest',
    'archived',
    '100',
    '0',
    'queued',
    '2024-04',
    '"a b" -c d*',
    '"',
    'x '.repeat(300),
    '桥',
  ),
  fc
    .constantFrom(
      'captures ',
      'documents',
      'batch ',
      '{"order":"newest"}',
      '{"order":"archived"}',
      'snapshots ',
      'feeds',
    )
    .chain((query) =>
      // Anybody can work out the check of a cursor, which guards against damage and not against people.
      oddText.map((position) => writeCursor(query, position)),
    ),
);
const names = listOf`q from to site feed lang tag url changed removed order limit cursor batch status month name key __proto__ q[]`;
const query = fc.array(
  fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: oddText }), value),
  { maxLength: 3 },
);

const json = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(
    fc.constantFrom(
      ...listOf`url urls html contentType capturedAt ifNotArchivedWithin name every tags title publishedAt takenDown capture
      paused recheck __proto__ x`,
    ),
    fc.oneof(value, fc.array(value, { maxLength: 4 }), fc.jsonValue({ maxDepth: 1 })),
    { maxKeys: 5 },
  ),
);
const multipart =
  '--b\r\nContent-Disposition: form-data; name="f"; filename="articles/a/b.md"\r\n\r\n[T](http://fuzz.example/m)\n\r\n--b--\r\n';
const warc =
  'WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Target-URI: http://fuzz.example/w\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<html><p>text</p></ht\r\n\r\n';
const opml = '<opml><body><outline text="F"><outline xmlUrl="http://fuzz.example/o"/></outline></body></opml>';
const body = fc.oneof(
  { weight: 4, arbitrary: json.map((some) => Buffer.from(JSON.stringify(some))) },
  {
    weight: 4,
    arbitrary: spoilt(
      '{"url":"http://fuzz.example/j"}',
      multipart,
      warc,
      opml,
      '[T](http://fuzz.example/d)\n------\n\n<p>x</p>',
      'key=nd_x',
    ),
  },
);
const contentType = fc.constantFrom(
  ...listOf`application/json text/markdown multipart/form-data application/x-tar application/gzip application/warc
  text/x-opml application/xml application/x-www-form-urlencoded ; application/json;;;`,
  'application/json; charset=x',
  'multipart/form-data; boundary=b',
  '',
);
const headers = fc.dictionary(
  fc.constantFrom(
    ...listOf`accept accept-encoding if-none-match if-modified-since range authorization cookie origin host x-forwarded-for
    content-encoding sec-fetch-site content-length`,
  ),
  fc.oneof(
    fc.constantFrom(
      ...listOf`*/* gzip text/html;q=x " W/"x" bytes=0- Bearer __Host-nightdesk= null -1 99999999999`,
      'Basic %',
    ),
    anyText.map((text) =>
      text
        .replace(/[^\x20-\x7e\x80-\xff]/g, '')
        .trim()
        .slice(0, 500),
    ),
  ),
  { maxKeys: 4 },
);
const prefer = fc.constantFrom('respond-async', 'wait=0', 'wait="0", x');

function paths(): string[] {
  const listed = archive.app.routes.map(({ path }) => path.replace('/*', '/x'));
  return [...new Set([...listed, '/articles/:id.md', '/', '//', '/articles/'])];
}

test('a request of any kind has an answer or a known problem', async () => {
  const codes = new Set<string>();
  const request = fc.record({
    method: fc.oneof(
      fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD', 'OPTIONS'),
      fc.constantFrom('QUERY', 'get', 'X-Y'),
    ),
    path: fc.nat(1000),
    parameters: fc.array(parameter, { minLength: 2, maxLength: 2 }),
    isEncoded: fc.boolean(),
    query,
    headers,
    prefer,
    contentType,
    body: fc.option(body),
  });
  const known = paths();
  await fc.assert(
    fc.asyncProperty(request, async (one) => {
      const encode = (text: string) =>
        one.isEncoded ? encodeURIComponent(text.toWellFormed()) : text.replace(/[?#]/g, '');
      const [first = '', second = ''] = one.parameters.map(encode);
      const path = (known[one.path % known.length] ?? '/')
        .replace(/:id(\{[^}]*\})?/, () => first)
        .replace(':timestamp', () => second);
      const search = new URLSearchParams(
        one.query.map(([name, some]): [string, string] => [name.toWellFormed(), some.toWellFormed()]),
      );
      const isBodyless = /^(get|head)$/i.test(one.method) || one.body === null;
      const url = `http://localhost${path.startsWith('/') ? '' : '/'}${path}?${search}`;
      if (!URL.canParse(url)) return;
      const response = await archive.app.request(
        new Request(url, {
          method: one.method,
          headers: { ...one.headers, prefer: one.prefer, 'content-type': one.contentType },
          ...(isBodyless ? {} : { body: Uint8Array.from(one.body ?? []) }),
        }),
      );
      const bytes = Buffer.from(await response.arrayBuffer());
      const text = (response.headers.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      expect(response.status).not.toBe(500);
      if (response.status < 400 || one.method === 'HEAD') return;
      // A page of the reader says it as a page, in which nothing of the request can run.
      if (response.headers.get('content-type')?.startsWith('text/html')) {
        expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
        return;
      }
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      const problem = JSON.parse(text);
      expect(problemCodes).toContain(problem.code);
      expect(problem.status).toBe(response.status);
      codes.add(problem.code);
    }),
    fuzzRuns(600),
  );
  // That the requests come far enough to be refused for reasons of their own.
  for (const code of ['invalid-request', 'no-such-route', 'method-not-allowed']) expect(codes).toContain(code);
  expect(archive.events.filter(({ event }) => event === 'request failed')).toEqual([]);
});

test('a cursor that somebody forged leads to a page of the list, or to a problem', async () => {
  const [id = ''] = there;
  const batch = there.find((one) => one.length === 26) ?? '';
  const lists = [
    { path: '/articles?', query: '{"order":"newest"}' },
    { path: '/articles?order=archived&', query: '{"order":"archived"}' },
    { path: '/articles?q=harbour&', query: '{"order":"newest","q":"harbour"}' },
    { path: '/captures?', query: 'captures ' },
    { path: '/captures?status=queued&', query: 'captures queued' },
    { path: `/captures?batch=${batch}&`, query: `batch ${batch} ` },
    { path: '/documents?', query: 'documents' },
    { path: '/feeds?', query: 'feeds' },
    { path: `/articles/${id}/snapshots?`, query: `snapshots ${id}` },
  ];
  const position = fc.oneof(
    oddText,
    fc.constantFrom(...listOf`2024-05-01T10:00:00.000Z# 2024-05-01 # ~ NaN 1e3 -1 0.5 ! 20240501100000`),
    anyText.map((text) => text.slice(0, 300)),
  );
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...lists), position, async ({ path, query }, place) => {
      const { status, body } = await archive.get(`${path}cursor=${writeCursor(query, place.toWellFormed())}`);
      expect(status === 200 || problemCodes.includes(body.code)).toBe(true);
      expect(status).not.toBe(500);
      if (status === 200) taken++;
    }),
    fuzzRuns(150),
  );
  expect(taken).toBeGreaterThan(0);
  expect(archive.events.filter(({ event }) => event === 'request failed')).toEqual([]);
});
