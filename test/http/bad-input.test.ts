/** Requests that are wrong: each gets a problem with a stable code that says what to do, and nothing else happens. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, makeTestArchive } from '../support/archive.ts';
import { listOf } from '../support/list-of.ts';
import { numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

let id = '';

const { services, site, archive } = await useArchive();
beforeAll(async () => {
  for (const n of [1, 2, 3]) {
    id = (await archive.keep(`http://fine.example/${n}`, storyPage(numberedStory(n)))).body.id;
  }
});

function expectProblem(answer: { status: number; headers: Headers; body: Json }, status: number, code: string): void {
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect({ status: answer.status, inBody: answer.body.status, code: answer.body.code }).toEqual({
    status,
    inBody: status,
    code,
  });
  expect(answer.body.type).toBe(`urn:nightdesk:problem:${code}`);
  expect(answer.body.title.length).toBeGreaterThan(5);
  expect(answer.body.detail.length).toBeGreaterThan(5);
}

describe('POST /articles', () => {
  it.each([
    ['not JSON', '{"url": ', 400, 'invalid-json'],
    ['an empty body', '', 400, 'invalid-json'],
    [
      'a body of 7 MB',
      JSON.stringify({ url: 'http://fine.example/1', html: 'x'.repeat(7 * 1024 * 1024) }),
      413,
      'body-too-large',
    ],
  ] as const)('%s is refused', async (_, body, status, code) => {
    expectProblem(await archive.send('POST', '/articles', body), status, code);
  });

  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['no url', '{}'],
    ['a url that is a number', '{"url": 7}'],
    ['an empty url', '{"url": ""}'],
    ['an unknown field', '{"url": "http://fine.example/1", "wait": 5}'],
    ['url and urls', '{"url": "http://fine.example/1", "urls": []}'],
    ['no urls', '{"urls": []}'],
    ['urls that is a text', '{"urls": "http://fine.example/1"}'],
    ['501 urls', JSON.stringify({ urls: Array.from({ length: 501 }, (_, n) => `http://fine.example/${n}`) })],
    ['html without a url', '{"html": "<p>x</p>"}'],
    [
      'a page captured in the future',
      '{"url": "http://fine.example/1", "html": "<p>x</p>", "capturedAt": "2090-01-01"}',
    ],
    [
      'a media type that is none',
      '{"url": "http://fine.example/1", "html": "<p>x</p>", "contentType": "text/html\\r\\nx: y"}',
    ],
    ['a duration that is none', '{"url": "http://fine.example/1", "ifNotArchivedWithin": "soon"}'],
  ])('%s: 400 invalid-request', async (_, body) => {
    expectProblem(await archive.send('POST', '/articles', body), 400, 'invalid-request');
  });

  it.each([
    ['ftp', '{"url": "ftp://fine.example/1"}'],
    ['javascript', '{"url": "javascript:alert(1)"}'],
    ['a url that is none', '{"url": "fine.example"}'],
    ['a user name and password', '{"url": "http://me:secret@fine.example/"}'],
    ['a url of 2,049 characters', JSON.stringify({ url: `http://fine.example/${'x'.repeat(2029)}` })],
  ])('%s: 422 url-refused', async (_, body) => {
    expectProblem(await archive.send('POST', '/articles', body), 422, 'url-refused');
  });

  it.each([
    { name: 'the metadata service of a cloud', url: 'http://169.254.169.254/latest/meta-data/' },
    { name: 'a private network', url: 'http://10.0.0.1/' },
    { name: 'IPv6 loopback', url: 'http://[::1]:8080/' },
    { name: 'an address written as one number', url: 'http://3232235521/' },
    { name: 'IPv4 inside IPv6', url: 'http://[::ffff:10.0.0.1]/' },
  ])('a page on $name is refused', async ({ url }) => {
    expectProblem(await archive.post({ url }), 422, 'url-refused');
  });

  it('another content type is told what to send', async () => {
    const response = await archive.app.request('/articles', {
      method: 'POST',
      body: 'url=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expectProblem(
      { status: response.status, headers: response.headers, body: await response.json() },
      415,
      'unsupported-media-type',
    );
  });

  it('one bad URL among good ones does not spoil them', async () => {
    const { status, body } = await archive.send('POST', '/articles', {
      urls: ['http://fine.example/1', 'nonsense', 'http://fine.example/2'],
    });
    expect(status).toBe(202);
    expect(body.items.map((item: Json) => item.problem?.code ?? 'accepted')).toEqual([
      'accepted',
      'url-refused',
      'accepted',
    ]);
    await archive.drain();
  });

  it('names every wrong field', async () => {
    const { body } = await archive.send('POST', '/articles', { url: 3, ifNotArchivedWithin: 'x', colour: 'red' });
    expect(body.errors.map((error: Json) => error.name).sort()).toEqual(['colour', 'ifNotArchivedWithin', 'url']);
    expect(body.errors.find((error: Json) => error.name === 'colour').detail).toBe('there is no such field');
  });
});

describe('what is wrong is said in plain words', () => {
  it.each([
    { method: 'POST', path: '/articles', body: {}, detail: 'field "url": it is missing' },
    { method: 'POST', path: '/articles', body: { url: '' }, detail: 'field "url": url is empty' },
    { method: 'POST', path: '/articles', body: { html: '<p>x' }, detail: 'field "url": it is missing' },
    {
      method: 'POST',
      path: '/articles',
      body: { url: 'http://fine.example/1', ifNotArchivedWithin: 60 },
      detail: 'field "ifNotArchivedWithin": it must be a string',
    },
    { method: 'PATCH', path: '/articles/ID', body: { title: ['x'] }, detail: 'field "title": it must be a string' },
    { method: 'PATCH', path: '/articles/ID', body: { tags: 'x' }, detail: 'field "tags": it must be a list' },
    { method: 'GET', path: '/articles?site=', detail: 'parameter "site": it is empty' },
    { method: 'GET', path: '/articles?url=', detail: 'parameter "url": it is empty' },
    { method: 'GET', path: '/articles?lang=zh&lang=en', detail: 'parameter "lang": it may be given only once' },
    { method: 'GET', path: '/articles?from=2024&from=2025', detail: 'parameter "from": it may be given only once' },
    {
      method: 'GET',
      path: `/articles?tag=${'x'.repeat(301)}`,
      detail: 'parameter "tag": it may have at most 300 characters',
    },
    { method: 'GET', path: '/calendar', detail: 'parameter "month": it is missing' },
  ])('$detail', async ({ method, path, body, detail }) => {
    const answer = await archive.send(method, path.replace('ID', id), body);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.detail).toBe(detail);
  });
});

describe('GET', () => {
  it.each([
    '/articles?colour=red',
    '/articles?from=yesterday',
    '/articles?tz=Mars',
    '/calendar?month=2024-04&tz=+25:99',
    '/sites?limit=0',
    '/languages?limit=1001',
    '/calendar?month=2024-13',
    '/articles?from=2024-02-30',
    '/articles?to=2024-13-01',
    '/articles?from=2024-04-04&to=2024-04-03',
    '/articles?from=2024-04-04&from=2024-04-05',
    '/articles?limit=0',
    '/articles?limit=101',
    '/articles?limit=ten',
    '/articles?order=random',
    '/articles?changed=maybe',
    '/articles?lang=%27',
    '/articles?url=nonsense',
    `/articles?cursor=${'A'.repeat(501)}`,
    '/articles/short',
    '/captures?batch=nonsense',
    '/captures?status=lost',
  ])('%s: 400 invalid-request', async (path) => {
    expectProblem(await archive.get(path), 400, 'invalid-request');
  });

  it.each([
    ['/sites?cursor=x', 400, 'invalid-cursor'],
    ['/kinds?cursor=x', 400, 'invalid-cursor'],
    ['/articles?cursor=abc', 400, 'invalid-cursor'],
    ['/articles?cursor=', 400, 'invalid-cursor'],
    ['/articles/AAAAAAAAAAAAAAAAAAAAAA', 404, 'unknown-article'],
    ['/articles/AAAAAAAAAAAAAAAAAAAAAA.md', 404, 'unknown-article'],
    ['/articles/..%2f..%2fetc.md', 404, 'unknown-article'],
    ['/articles/AAAAAAAAAAAAAAAAAAAAAA/snapshots', 404, 'unknown-article'],
    ['/captures/nonsense', 404, 'unknown-capture'],
    ['/captures/AAAAAAAAAAAAAAAAAAAAAA.01HX10Y9C0NH99GBZKWHP2KKCN', 404, 'unknown-capture'],
    ['/captures?batch=01HX10Y9C0NH99GBZKWHP2KKCN', 404, 'unknown-batch'],
    ['/nowhere', 404, 'no-such-route'],
    ['/articles/', 404, 'no-such-route'],
    ['/captures/', 404, 'no-such-route'],
  ] as const)('%s: %s %s', async (path, status, code) => {
    expectProblem(await archive.get(path), status, code);
  });

  it('a slash too many is told of', async () => {
    const { body } = await archive.get('/articles/');
    expect(body.detail).toBe('there is no /articles/; there is /articles, without the slash');
  });

  it('a URL that was not percent-encoded is told how to be', async () => {
    const { body } = await archive.get('/articles?url=http://fine.example/a?b=1&c=2');
    expect(body.errors).toEqual([
      {
        name: 'c',
        detail: 'there is no such parameter; if it is part of the url, percent-encode that: %26 for &, %3F for ?',
      },
    ]);
  });

  it.each([
    { name: 'nothing', q: '', position: 0 },
    { name: 'white space', q: ' \u3000\n', position: 0 },
    { name: 'only a minus', q: '-', position: 0 },
    { name: 'only a star', q: '  *', position: 2 },
    { name: 'only punctuation', q: '…。!?', position: 0 },
    { name: 'only OR', q: 'OR', position: 0 },
    { name: 'OR at the end', q: 'ferry OR', position: 6 },
    { name: 'OR twice', q: 'ferry OR OR bell', position: 9 },
    { name: 'OR of what is excluded', q: 'ferry OR -bell', position: 9 },
    { name: 'a quotation that does not end', q: 'the "old harbour', position: 4 },
    { name: '10,000 characters', q: 'a'.repeat(10_000), position: 1000 },
    { name: '500 terms', q: 'a '.repeat(500), position: 128 },
    { name: 'control characters only', q: '\u0000\u0007', position: 0 },
  ])('q that is $name: invalid-query at $position', async ({ q, position }) => {
    const answer = await archive.get(`/articles?q=${encodeURIComponent(q)}`);
    expectProblem(answer, 400, 'invalid-query');
    expect(answer.body.position).toBe(position);
  });

  it.each([
    "' OR 1=1; DROP TABLE articles; --",
    '<script>alert(1)</script>',
    'ferry \u0000 bell',
    '“unbalanced ',
    'a*b (c) [d] {e}',
    '\\',
    'ferry\\',
    'title: author:',
    '-ferry',
    '\u202e\u200bferry',
    // A lone surrogate, and a byte that is no UTF-8, as they come over the wire.
    '%ED%A0%80',
    '%FF',
  ])('q that is %j has an answer', async (q) => {
    const answer = await archive.get(`/articles?q=${q.startsWith('%') ? q : encodeURIComponent(q)}`);
    if (answer.status !== 200) expectProblem(answer, 400, 'invalid-query');
  });

  it('a timestamp without a snapshot, or of another form', async () => {
    expectProblem(await archive.get(`/articles/${id}/snapshots/20200101000000`), 404, 'unknown-snapshot');
    expectProblem(await archive.get(`/articles/${id}/snapshots/yesterday`), 400, 'invalid-request');
  });

  it('a cursor that was tampered with, or belongs to another query', async () => {
    const { body } = await archive.get('/articles?limit=1');
    const cursor: string = body.next;
    for (let at = 0; at < cursor.length; at++) {
      const tampered = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
      const answer = await archive.get(`/articles?limit=1&cursor=${tampered}`);
      // The last character of base64url may hold bits that stand for nothing.
      if (answer.status !== 200 || at < cursor.length - 1) expectProblem(answer, 400, 'invalid-cursor');
    }
    for (const query of ['order=oldest', 'site=fine.example', 'from=2024-01-01']) {
      expectProblem(await archive.get(`/articles?limit=1&${query}&cursor=${cursor}`), 400, 'invalid-cursor');
    }
    expectProblem(await archive.get(`/articles/${id}/snapshots?cursor=${cursor}`), 400, 'invalid-cursor');
    expectProblem(await archive.get(`/captures?cursor=${cursor}`), 400, 'invalid-cursor');
    expect((await archive.get(`/articles?limit=2&cursor=${cursor}`)).status).toBe(200);
  });
});

describe('a query parameter that a route does not know', () => {
  const known = 'AAAAAAAAAAAAAAAAAAAAAA';
  const routes = [
    { method: 'GET', route: '/health', path: '/health' },
    { method: 'POST', route: '/session', path: '/session', body: {} },
    { method: 'DELETE', route: '/session', path: '/session' },
    { method: 'GET', route: '/openapi.json', path: '/openapi.json' },
    { method: 'POST', route: '/articles', path: '/articles', body: { url: 'http://fine.example/1' } },
    { method: 'GET', route: '/articles', path: '/articles' },
    { method: 'GET', route: '/articles/:id{.+\\.md}', path: `/articles/${known}.md` },
    { method: 'GET', route: '/articles/:id{.+\\.markdown}', path: `/articles/${known}.markdown` },
    { method: 'GET', route: '/articles/:id', path: `/articles/${known}` },
    { method: 'PATCH', route: '/articles/:id', path: `/articles/${known}`, body: { tags: [] } },
    { method: 'DELETE', route: '/articles/:id', path: `/articles/${known}` },
    { method: 'GET', route: '/articles/:id/snapshots', path: `/articles/${known}/snapshots` },
    { method: 'GET', route: '/articles/:id/snapshots/:timestamp', path: `/articles/${known}/snapshots/20240403194501` },
    { method: 'GET', route: '/calendar', path: '/calendar?month=2024-04' },
    { method: 'POST', route: '/warc', path: '/warc', body: {} },
    { method: 'GET', route: '/documents', path: '/documents' },
    { method: 'POST', route: '/documents', path: '/documents', body: {} },
    { method: 'GET', route: '/articles/:id/diff', path: `/articles/${known}/diff` },
    { method: 'POST', route: '/feeds', path: '/feeds', body: { url: 'http://fine.example/1' } },
    { method: 'GET', route: '/feeds', path: '/feeds' },
    { method: 'GET', route: '/feeds/:id', path: '/feeds/none' },
    { method: 'PATCH', route: '/feeds/:id', path: '/feeds/none', body: {} },
    { method: 'DELETE', route: '/feeds/:id', path: '/feeds/none' },
    { method: 'POST', route: '/feeds/:id/poll', path: '/feeds/none/poll' },
    { method: 'GET', route: '/feeds.opml', path: '/feeds.opml' },
    { method: 'POST', route: '/feeds.opml', path: '/feeds.opml', body: {} },
    { method: 'GET', route: '/feed.xml', path: '/feed.xml' },
    { method: 'GET', route: '/tags', path: '/tags' },
    ...['/sites', '/languages', '/kinds'].map((path) => ({ method: 'GET', route: path, path })),
    ...['page', 'pack', 'resources'].map((what) => ({
      ...{ method: 'GET', route: `/articles/:id/snapshots/:timestamp/${what}` },
      path: `/articles/unknownunknownunknown1/snapshots/20260101000000/${what}`,
    })),
    { method: 'GET', route: '/takedowns', path: '/takedowns' },
    { method: 'POST', route: '/uploads', path: '/uploads', body: { bytes: 1 } },
    { method: 'PUT', route: '/uploads/:id', path: '/uploads/01HV00000000000000000000AA', body: {} },
    { method: 'GET', route: '/captures', path: '/captures' },
    { method: 'GET', route: '/captures/:id', path: '/captures/nonsense' },
    { method: 'POST', route: '/captures/:id/retry', path: '/captures/nonsense/retry' },
  ];

  it.each(routes)('$method $route', async ({ method, path, body }) => {
    const answer = await archive.send(method, `${path}${path.includes('?') ? '&' : '?'}colour=red`, body);
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.errors).toEqual([{ name: 'colour', detail: 'there is no such parameter' }]);
  });

  it('has been tried on every route', () => {
    const all = archive.apiRoutes().filter(({ method }) => method !== 'ALL');
    expect(new Set(routes.map(({ method, route }) => `${method} ${route}`))).toEqual(
      new Set(all.map(({ method, path }) => `${method} ${path}`)),
    );
  });
});

describe('PATCH and DELETE', () => {
  it.each([
    { name: 'an unknown field', body: { text: 'x' } },
    { name: 'an empty title', body: { title: '  ' } },
    { name: 'a title of 501 characters', body: { title: 'x'.repeat(501) } },
    { name: 'a date that is none', body: { publishedAt: 'then' } },
    { name: '51 tags', body: { tags: Array.from({ length: 51 }, (_, n) => `t${n}`) } },
    { name: 'lifting a takedown that is none', body: { takenDown: false } },
    { name: 'lifting a takedown and a correction', body: { takenDown: false, title: 'A better one' } },
  ])('$name', async ({ body }) => {
    expectProblem(await archive.send('PATCH', `/articles/${id}`, body), 400, 'invalid-request');
  });

  it('a correction beside the end of a takedown, which goes on', async () => {
    const { body } = await archive.keep('http://fine.example/down', storyPage(numberedStory(4)));
    await archive.send('DELETE', `/articles/${body.id}`);
    const answer = await archive.send('PATCH', `/articles/${body.id}`, { takenDown: false, title: 'A better one' });
    expectProblem(answer, 400, 'invalid-request');
    expect(answer.body.detail).toContain('takenDown');
    await archive.drain();
    expect((await archive.get(`/articles/${body.id}`)).status).toBe(410);
  });

  it('an unknown article', async () => {
    expectProblem(
      await archive.send('PATCH', '/articles/AAAAAAAAAAAAAAAAAAAAAA', { tags: [] }),
      404,
      'unknown-article',
    );
    expectProblem(await archive.send('DELETE', '/articles/AAAAAAAAAAAAAAAAAAAAAA'), 404, 'unknown-article');
  });

  it('a method that an address does not take, with those that it does', async () => {
    const answer = await archive.send('PUT', `/articles/${id}`, {});
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH']);
  });
});

describe('a service that fails', () => {
  it('is told as internal, without a word of what is inside, and logged whole', async () => {
    const broken = makeTestArchive(services, { site });
    broken.store.table.query = () => Promise.reject(new Error('table pk=secret exploded'));
    const answer = await broken.get('/articles');
    expectProblem(answer, 500, 'internal');
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(broken.events).toContainEqual(expect.objectContaining({ event: 'request failed', path: '/articles' }));
    await broken.close();
  });
});

describe('GET /openapi.json', () => {
  it('describes every route with the schemas that validate', async () => {
    const { body } = await archive.get('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(
      Object.keys(body.paths).sort(),
    ).toEqual(listOf`/articles /articles/{id} /articles/{id}.markdown /articles/{id}.md /articles/{id}/diff
      /articles/{id}/snapshots /articles/{id}/snapshots/{timestamp} /articles/{id}/snapshots/{timestamp}/pack
      /articles/{id}/snapshots/{timestamp}/page /articles/{id}/snapshots/{timestamp}/resources /calendar /captures
      /captures/{id} /captures/{id}/retry /documents /feed.xml /feeds /feeds.opml /feeds/{id} /feeds/{id}/poll
      /health /kinds /languages /session /sites /tags /takedowns /uploads /uploads/{id} /warc`);
    expect(body.paths['/articles'].get.parameters.map((parameter: Json) => parameter.name).sort()).toEqual(
      listOf`changed count cursor feed from kind lang limit order q removed site tag to tz url`,
    );
    expect(Object.keys(body.paths['/articles'].post.responses).sort()).toEqual(
      listOf`200 201 202 400 409 413 415 422 429`,
    );
    expect(body.paths['/articles'].post.requestBody.content['application/json'].schema.anyOf).toHaveLength(4);
    expect(JSON.stringify(body)).not.toContain('__Hono');
  });

  it('has each route that the app has', async () => {
    const { body } = await archive.get('/openapi.json');
    const routes = archive.apiRoutes().filter(({ method, path }) => method !== 'ALL' && path !== '/openapi.json');
    const documented = Object.entries<Json>(body.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(
      [...new Set(routes.map(({ method, path }) => `${method} ${inDocument(path)}`))].sort(),
    );
    expect(body.paths['/articles/{id}'].get.summary).toBe('One article with its text');
  });

  /** `/articles/:id{.+\\.md}` -> `/articles/{id}.md` */
  function inDocument(path: string): string {
    return path.replace(/:(\w+)\{\.\+\\\.(md|markdown)\}/, '{$1}.$2').replace(/:(\w+)/g, '{$1}');
  }
});
