import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { neededScope } from '../../functions/http/access.ts';
import { addKey, findKey, listKeys, revokeKey, type Scope } from '../../functions/store/keys.ts';
import { type Json, makeTestArchive, type TestArchive } from '../support/archive.ts';
import { type Site, startSite } from '../support/site.ts';
import { useServices } from '../support/use.ts';

let site: Site;
let archive: TestArchive;
let open: TestArchive;
let nowMs = Date.parse('2026-03-01T12:00:00Z');
const keys = {} as Record<Scope, string>;

const services = await useServices();
beforeAll(async () => {
  site = await startSite();
  const now = () => nowMs;
  archive = makeTestArchive(services, { site, now, access: { publicRead: false } });
  open = makeTestArchive(services, { site, now, access: { publicRead: true } });
  for (const scope of ['read', 'write', 'admin'] as const) keys[scope] = (await newKey(scope)).key;
});

afterAll(async () => {
  await archive.close();
  await open.close();
  await site.close();
});

function newKey(scope: Scope, name: string = scope) {
  return addKey(services.store.table, { name, scope, createdAt: '2026-03-01T11:00:00Z' });
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const ask = (headers: Record<string, string>, method = 'GET', path = '/articles', body?: unknown) =>
  archive.send(method, path, body, headers);

test('every route but those that hold nothing takes a key', async () => {
  const routes = [
    ...new Map(archive.app.routes.map(({ method, path }) => [`${method} ${path}`, { method, path }])).values(),
  ];
  expect(routes.length).toBeGreaterThan(25);
  for (const { method: listed, path } of routes) {
    const method = listed === 'ALL' ? 'GET' : listed;
    const { status, body, headers } = await ask(
      {},
      method,
      path
        .replace('/*', '/x')
        .replace(/:id(\{.*\})?/, 'x')
        .replace(':timestamp', '20260101000000'),
    );
    if (/^\/(health|session|save$|keyboard|preferences|assets)/.test(path) && !(method === 'POST' && path === '/save'))
      expect(status, path).not.toBe(401);
    else {
      expect([status, body.code], `${method} ${path}`).toEqual([401, 'key-missing']);
      expect(headers.get('www-authenticate')).toContain('Basic realm=');
    }
  }
});

test('a body is not read before the key is known', async () => {
  expect((await ask({}, 'POST', '/articles', 'not json')).body.code).toBe('key-missing');
});

describe('a key is taken', () => {
  test('as Bearer', async () => expect((await ask(bearer(keys.read))).status).toBe(200));
  test('as the password of Basic, whatever the user', async () => {
    expect((await ask(basic(`reader:${keys.read}`))).status).toBe(200);
    expect((await ask(basic(`:${keys.read}`), 'GET', '/feed.xml')).status).toBe(200);
  });
  test('with the scheme in any case', async () => {
    expect((await ask({ authorization: `bearer ${keys.read}` })).status).toBe(200);
  });
});

describe('refused is', () => {
  test.each([
    ['a key of another archive', () => bearer(`nd_${'A'.repeat(43)}`)],
    ['no key at all', () => bearer('x')],
    ['a key of a million characters', () => bearer(`nd_${'A'.repeat(1_000_000)}`)],
    ['another scheme', () => ({ authorization: 'Digest abc' })],
    ['an empty header', () => ({ authorization: '' })],
    ['Basic that is not base64', () => ({ authorization: 'Basic %%%' })],
    ['a key with more behind it', () => bearer(`${keys.admin}x`)],
    ['the hash of a key', () => bearer(`${keys.admin.length}`)],
  ])('%s', async (_, headers) => {
    const { status, body } = await ask(headers());
    expect([status, body.code]).toEqual([401, 'key-unknown']);
  });
});

describe('a scope', () => {
  test('of read reads, and is told what writing takes', async () => {
    const { status, body } = await ask(bearer(keys.read), 'POST', '/articles', { url: 'https://x.example/a' });
    expect([status, body.code, body.needed]).toEqual([403, 'scope-too-small', 'write']);
    expect((await ask(bearer(keys.read), 'POST', '/captures/none/retry')).body.needed).toBe('write');
  });

  test('of write archives and follows, and takes nothing down', async () => {
    const url = 'http://news.example/a';
    expect((await ask({ ...bearer(keys.write), prefer: 'respond-async' }, 'POST', '/articles', { url })).status).toBe(
      202,
    );
    expect((await ask(bearer(keys.write), 'DELETE', '/articles/unknownunknownunknown1')).body.needed).toBe('admin');
    const lifted = await ask(bearer(keys.write), 'PATCH', '/articles/unknownunknownunknown1', { takenDown: false });
    expect([lifted.status, lifted.body.needed]).toEqual([403, 'admin']);
    expect((await ask(bearer(keys.write), 'DELETE', '/feeds/none')).body.code).toBe('unknown-feed');
  });

  test('of admin does all', async () => {
    expect((await ask(bearer(keys.admin), 'DELETE', '/articles/unknownunknownunknown1')).body.code).toBe(
      'unknown-article',
    );
  });

  test.each([
    ['GET', '/articles', 'read'],
    ['HEAD', '/articles/x', 'read'],
    ['POST', '/articles', 'write'],
    ['PATCH', '/articles/x', 'write'],
    ['DELETE', '/articles/x', 'admin'],
    ['DELETE', '/feeds/x', 'write'],
    ['BREW', '/articles', 'write'],
  ])('for %s %s is %s', (method, path, scope) => expect(neededScope(method, path)).toBe(scope));
});

test('where reading is open to all, writing is not, and a wrong key is told even for reading', async () => {
  expect((await open.send('GET', '/articles')).status).toBe(200);
  expect((await open.send('POST', '/articles', { url: 'https://x.example/' })).body.code).toBe('key-missing');
  expect((await open.send('GET', '/articles', undefined, bearer('nd_wrong'))).body.code).toBe('key-unknown');
});

test('a revoked key is refused within a minute, and it says so', async () => {
  const { key, id } = await newKey('read', 'lost laptop');
  expect((await ask(bearer(key))).status).toBe(200);
  await revokeKey(services.store.table, id, '2026-03-01T12:00:01Z');
  nowMs += 60_001;
  const { status, body } = await ask(bearer(key));
  expect([status, body.code]).toEqual([401, 'key-revoked']);
  expect(body.detail).toBe('the key "lost laptop" was revoked at 2026-03-01T12:00:01Z');
  expect((await revokeKey(services.store.table, id, '2027-01-01T00:00:00Z'))?.revokedAt).toBe('2026-03-01T12:00:01Z');
});

test('of a key only its hash is stored, and its last use to the hour', async () => {
  const { key, id } = await newKey('read', 'watched');
  await ask(bearer(key));
  const first = (await findKey(services.store.table, key))?.lastUsedAt;
  expect(first).toBe(new Date(nowMs).toISOString());
  nowMs += 3_500_000;
  await ask(bearer(key));
  expect((await findKey(services.store.table, key))?.lastUsedAt).toBe(first);
  nowMs += 200_000;
  await ask(bearer(key));
  expect((await findKey(services.store.table, key))?.lastUsedAt).toBe(new Date(nowMs).toISOString());
  const listed = await listKeys(services.store.table);
  expect(listed.find((one) => one.id === id)?.name).toBe('watched');
  expect(JSON.stringify(listed)).not.toContain(key);
});

test.each(['', 'abc', 'ffffffffffff', '~'])('no key is revoked by the id "%s"', async (id) => {
  expect(await revokeKey(services.store.table, id, '2026-03-01T12:00:00Z')).toBeNull();
});

describe('signing in', () => {
  const signIn = (body: string, headers: Record<string, string> = {}) =>
    archive.app.request('/session', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  test('gives a cookie that no script sees', async () => {
    const form = await archive.app.request('/session');
    expect(form.headers.get('content-security-policy')).toContain("default-src 'none'");
    const answer = await signIn(`key=${keys.admin}`);
    expect(answer.status).toBe(303);
    const cookie = answer.headers.get('set-cookie') ?? '';
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', 'Max-Age=2592000'])
      expect(cookie).toContain(part);
    expect((await ask({ cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
  });

  test.each([
    ['sent by another site', { 'sec-fetch-site': 'cross-site' }],
    ['sent by a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['with the Origin of another site', { origin: 'https://evil.example' }],
    ['with an Origin that is none', { origin: 'null' }],
  ])('a cookie %s is refused', async (_, headers) => {
    const { status, body } = await ask({ cookie: '__Host-nightdesk=any', ...headers });
    expect([status, body.code]).toEqual([403, 'wrong-origin']);
  });

  test('with a wrong key, none, or a form that is none gives no cookie', async () => {
    for (const body of ['key=nd_x', 'key=', 'nothing', `key=${'x'.repeat(1000)}`]) {
      const answer = await signIn(body);
      expect([400, 401]).toContain(answer.status);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });

  test('takes little of what is sent, since nobody knows by whom, and no place from those who have a key', async () => {
    const large = await signIn('a&'.repeat(1_000_000));
    expect([large.status, ((await large.json()) as Json).code]).toEqual([413, 'body-too-large']);
    const hanging = Array.from({ length: 20 }, () => {
      const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' } as RequestInit;
      return archive.app.request('/session', init);
    });
    const next = await signIn(`key=${keys.read}`);
    expect([next.status, next.headers.get('retry-after')]).toEqual([429, '2']);
    expect((await ask(bearer(keys.read))).status).toBe(200);
    for (const answer of await Promise.all(hanging)) {
      expect([answer.status, ((await answer.json()) as Json).detail]).toEqual([
        400,
        'the form did not come within 3 s',
      ]);
    }
    expect((await signIn(`key=${keys.read}`)).status).toBe(303);
  });

  test('is not for a form of another site', async () => {
    const answer = await signIn(`key=${keys.read}`, { 'sec-fetch-site': 'cross-site' });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
  });

  test('out takes the cookie away', async () => {
    const answer = await archive.app.request('/session', { method: 'DELETE' });
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
  });
});

describe('a page of another site', () => {
  const foreign = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ];
  const writes: [string, string, string][] = [
    ['POST', '/articles', 'text/plain'],
    ['POST', '/documents', 'text/plain'],
    ['POST', '/warc', 'text/plain'],
    ['POST', '/feeds.opml', 'text/plain'],
    ['DELETE', '/articles/x', 'text/plain'],
    ['PATCH', '/feeds/x', 'application/x-www-form-urlencoded'],
  ];

  test.each(writes)(
    'may not %s %s where no key is needed, nor with the key that a browser sends by itself',
    async (...write) => {
      const [method, path, type] = write;
      const open = makeTestArchive(services, { site });
      for (const headers of foreign) {
        const init = { method, body: 'x', headers: { 'content-type': type, ...headers } };
        const answer = await open.app.request(path, init);
        expect([answer.status, ((await answer.json()) as Json).code]).toEqual([403, 'wrong-origin']);
        const basic = `Basic ${Buffer.from(`x:${keys.admin}`).toString('base64')}`;
        const withKey = await archive.app.request(path, {
          ...init,
          headers: { ...init.headers, authorization: basic },
        });
        expect([withKey.status, ((await withKey.json()) as Json).code]).toEqual([403, 'wrong-origin']);
      }
      await open.close();
    },
  );

  test('may be given a key, and then write', async () => {
    const { status } = await ask(
      { ...bearer(keys.write), origin: 'https://tool.example', 'sec-fetch-site': 'cross-site' },
      'POST',
      '/feeds.opml',
      {},
    );
    expect(status).not.toBe(403);
  });

  test.each([
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'https://name-at-the-proxy.example' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' },
  ])('is none that says %j', async (headers) => {
    const open = makeTestArchive(services, { site });
    const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', ...headers } };
    expect((await open.app.request('/articles', init)).status).toBe(400);
    await open.close();
  });
});

describe('behind a proxy that ends TLS, PUBLIC_URL', () => {
  const publicUrl = 'https://archive.example';
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example',
    forwarded: 'host=evil.example',
  };
  const behind = () => makeTestArchive(services, { site, access: { publicRead: true }, publicUrl });

  test('is what links begin with, whatever a proxy says', async () => {
    const linksOf = async ({ send }: TestArchive) => {
      const { body } = await send('GET', '/feed.xml?limit=1', undefined, forwarded);
      return [...body.matchAll(/<link[^>]*href="([^"]+)/g)].map(([, href]) => new URL(href).origin);
    };
    expect(new Set(await linksOf(behind()))).toEqual(new Set([publicUrl]));
    expect(new Set(await linksOf(open))).toEqual(new Set(['http://localhost']));
  });

  test('is the only origin whose pages may write', async () => {
    const signIn = (origin: string) =>
      behind().app.request('/session', { method: 'POST', headers: { ...forwarded, origin }, body: 'key=x' });
    expect((await signIn(publicUrl)).status).toBe(401);
    for (const origin of ['http://localhost', 'http://archive.example', 'https://evil.example', 'null'])
      expect((await signIn(origin)).status).toBe(403);
  });
});
