/** Sessions of browsers: what the cookie is, how long it holds, from where it is taken, and what it may do. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ownPath } from '../../functions/http/session.ts';
import { addKey, listKeys, revokeKey, type Scope } from '../../functions/store/keys.ts';
import type { Json } from '../support/archive.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2026-05-01T08:00:00Z');
const { services, archive } = await useArchive({ access: { publicRead: false }, now: () => nowMs });
const keys = {} as Record<Scope, string>;
beforeAll(async () => {
  for (const scope of ['read', 'write', 'admin'] as const) keys[scope] = (await newKey(scope)).key;
});

function newKey(scope: Scope) {
  return addKey(services.store.table, { name: scope, scope, createdAt: '2026-05-01T07:00:00Z' });
}

async function signIn(key: string, next = ''): Promise<{ cookie: string; location: string | null; status: number }> {
  const answer = await archive.app.request('/session', {
    method: 'POST',
    body: new URLSearchParams({ key, next }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
  });
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  return { cookie, location: answer.headers.get('location'), status: answer.status };
}

const own = { 'sec-fetch-site': 'same-origin' };
const opened = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const post = (cookie: string, path: string, headers: Record<string, string>, form: Record<string, string> = {}) =>
  archive.app.request(path, {
    method: 'POST',
    body: new URLSearchParams(form).toString(),
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
const read = async (cookie: string, headers: Record<string, string> = own) =>
  (await archive.app.request('/articles', { headers: { cookie, ...headers } })).status;

test('the cookie holds 256 random bits and no key, and only its hash is stored', async () => {
  const { cookie } = await signIn(keys.admin);
  const token = cookie.replace('__Host-nightdesk=', '');
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect((await signIn(keys.admin)).cookie).not.toBe(cookie);
  expect(await read(`__Host-nightdesk=${keys.admin}`)).toBe(401);
  const stored: string[] = [];
  for await (const items of services.store.table.scan()) stored.push(JSON.stringify(items));
  expect(stored.join('')).not.toContain(token);
  expect(stored.join('')).not.toContain(keys.admin);
  expect(stored.join('')).toContain(createHash('sha256').update(token).digest('hex'));
});

test('a session ends after 30 days, at its sign-out, and with its key', async () => {
  const { cookie } = await signIn(keys.write);
  const began = nowMs;
  nowMs = began + 30 * 86_400_000 - 1000;
  expect(await read(cookie)).toBe(200);
  nowMs = began + 30 * 86_400_000;
  expect(await read(cookie)).toBe(401);

  const left = (await signIn(keys.write)).cookie;
  const out = await post(left, '/session/end', own);
  expect([out.status, out.headers.get('set-cookie')?.includes('Max-Age=0')]).toEqual([303, true]);
  expect(await read(left)).toBe(401);

  const { key, id } = await newKey('read');
  const revoked = (await signIn(key)).cookie;
  expect(await read(revoked)).toBe(200);
  await revokeKey(services.store.table, id, '2026-05-31T08:00:00Z');
  expect(await read(revoked)).toBe(401);
});

test('using a session counts as a use of its key', async () => {
  const { key, id } = await newKey('read');
  const { cookie } = await signIn(key);
  await read(cookie);
  const listed = (await listKeys(services.store.table)).find((one) => one.id === id);
  expect(listed?.lastUsedAt).toBe(new Date(nowMs).toISOString());
});

describe('with a session', () => {
  let cookie = '';
  beforeAll(async () => {
    cookie = (await signIn(keys.admin)).cookie;
  });

  test.each([
    ['from a page of ours', own, 200],
    ['typed into the address bar', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 200],
    ['by a link of another site, at the top', opened, 200],
    ['by a browser that says neither', {}, 200],
    ['from a page of ours, by Origin', { origin: 'http://localhost' }, 200],
    ['by a script of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }, 403],
    ['in a frame of another site', { ...opened, 'sec-fetch-dest': 'iframe' }, 403],
    ['as a picture of a neighbour', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['by another Origin', { origin: 'https://evil.example' }, 403],
    ['by an Origin that is none', { origin: 'null' }, 403],
  ])('a page asked for %s', async (_, headers: Record<string, string>, status) => {
    expect(await read(cookie, headers)).toBe(status);
  });

  test.each([
    ['from a page of ours', own, true],
    ['from a page of ours, by Origin', { origin: 'http://localhost' }, true],
    ['with neither header', {}, false],
    ['by a form of another site, at the top', opened, false],
    ['from a neighbour', { 'sec-fetch-site': 'same-site', origin: 'http://localhost' }, false],
    ['from nowhere', { 'sec-fetch-site': 'none' }, false],
    ['by another Origin', { origin: 'https://evil.example' }, false],
  ])('writing %s', async (_, headers: Record<string, string>, passes) => {
    const answer = await post(cookie, '/save', headers, { urls: 'https://x.example/story' });
    expect(answer.status).toBe(passes ? 303 : 403);
  });

  test('a session writes at most as write, and admin asks for the key again', async () => {
    const id = 'unknownunknownunknown1';
    const takedown = await archive.app.request(`/articles/${id}`, { method: 'DELETE', headers: { cookie, ...own } });
    expect([takedown.status, ((await takedown.json()) as Json).code]).toEqual([403, 'scope-too-small']);
    const codes = async (path: string, key: string) =>
      ((await (await post(cookie, path, own, { key, name: 'n', scope: 'read' })).json()) as Json).code;
    for (const path of [`/a/${id}/remove`, `/a/${id}/undo`, '/keys', '/keys/0123456789ab/revoke']) {
      expect(await codes(path, '')).toBe('key-unknown');
      expect(await codes(path, `${keys.admin}x`)).toBe('key-unknown');
      expect(await codes(path, keys.write)).toBe('scope-too-small');
    }
    expect(await codes(`/a/${id}/remove`, keys.admin)).toBe('unknown-article');
    const made = await post(cookie, '/keys', own, { key: keys.admin, name: 'laptop', scope: 'write' });
    expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await made.text()).toMatch(/value="nd_[\w-]{43}"/);
  });

  test('a session of a key that reads writes nothing', async () => {
    const reader = (await signIn(keys.read)).cookie;
    expect((await post(reader, '/save', own, { urls: 'https://x.example/story' })).status).toBe(403);
    const page = await (await archive.app.request('/', { headers: { cookie: reader, ...own } })).text();
    expect(page).not.toContain('href="/save"');
  });

  test('the key that undoes a removal is asked for in its notice, before the button', async () => {
    const html = '<html lang="en"><title>Gone</title><article><h1>Gone by mistake</h1><p>Words.</p></article></html>';
    const bearer = { authorization: `Bearer ${keys.admin}` };
    const { id } = (await archive.post({ url: 'http://x.example/gone', html }, bearer)).body;
    const { headers } = await post(cookie, `/a/${id}/remove`, own, { key: keys.admin });
    const list = await archive.app.request(headers.get('location') ?? '', { headers: { cookie, ...own } });
    const [, notice = ''] = /<form class="notice is-gone"[^>]*>(.*?)<\/form>/s.exec(await list.text()) ?? [];
    expect(notice).toMatch(/name="key".*>Undo<\/button>/);
    expect((await post(cookie, `/a/${id}/undo`, own, { key: keys.admin })).headers.get('location')).toBe(`/a/${id}`);
  });

  test.each(['/save', '/keyboard'])('%s says how much is archived to those who may know it alone', async (path) => {
    const shown = async (headers: Record<string, string>) =>
      (await (await archive.app.request(path, { headers })).text()).includes('Version test');
    expect(await shown({})).toBe(false);
    expect(await shown({ cookie: '__Host-nightdesk=guess', ...own })).toBe(false);
    expect(await shown({ cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })).toBe(false);
    expect(await shown({ cookie, ...own })).toBe(true);
  });

  test.each<[Scope, boolean]>([
    ['read', false],
    ['write', false],
    ['admin', true],
  ])('the page of keys is offered to a session of scope %s: %s, or says what it takes', async (scope, isOffered) => {
    const headers = { cookie: (await signIn(keys[scope])).cookie, accept: 'text/html', ...own };
    const home = await (await archive.app.request('/', { headers })).text();
    expect(home.includes('<a href="/keys">')).toBe(isOffered);
    const page = await archive.app.request('/keys', { headers });
    expect(page.status).toBe(isOffered ? 200 : 403);
    if (isOffered) return;
    const text = await page.text();
    expect(text).toContain('This takes a key of scope admin.');
    expect(text).toContain('<a href="/session?next=%2Fkeys">Sign in with another key</a>');
  });
});

describe('after signing in one is led', () => {
  test.each([
    ['/a/KlRCyFpwBVVeXFBDPs83G6?at=20261126204726', '/a/KlRCyFpwBVVeXFBDPs83G6?at=20261126204726'],
    ['', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/\t/evil.example', '/'],
    ['/./\n/evil.example', '/'],
    ['/a/..//evil.example', '/'],
    ['evil.example', '/'],
    [`/${'x'.repeat(3000)}`, '/'],
  ])('for %j to %s', (next, path) => expect(ownPath(next)).toBe(path));

  test('to the path that was asked for', async () => {
    expect((await signIn(keys.read, '/edited?site=x.example')).location).toBe('/edited?site=x.example');
  });
});

test('a page asked for without a key leads to the sign-in and back; a form keeps what was typed', async () => {
  const html = { accept: 'text/html,application/xhtml+xml' };
  const asked = await archive.app.request('/edited?site=a.example', { headers: html });
  expect([asked.status, asked.headers.get('location')]).toEqual([303, '/session?next=%2Fedited%3Fsite%3Da.example']);
  const body = 'urls=https%3A%2F%2Fa.example%2F1&note=look+here';
  const sent = await archive.app.request('/save', {
    method: 'POST',
    body,
    headers: {
      ...html,
      ...own,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
    },
  });
  const page = await sent.text();
  expect([sent.status, sent.headers.get('www-authenticate')]).toEqual([401, null]);
  expect(page).toContain('https://a.example/1');
  expect(page).toContain('look here');
});

test('a wrong key leaves one on the way to where one was going', async () => {
  const answer = await archive.app.request('/session', {
    method: 'POST',
    body: 'key=nd_wrong&next=%2Fedited',
    headers: { accept: 'text/html', ...own, 'content-type': 'application/x-www-form-urlencoded' },
  });
  const page = await answer.text();
  expect(answer.status).toBe(401);
  expect(page).toContain('name="next" value="/edited"');
  expect(page).toContain('This archive has no such key.');
});

test('beyond localhost over http the door says that signing in needs https', async () => {
  const far = await (await archive.app.request('http://desk.example/session')).text();
  expect(far).toContain('needs https');
  expect(far).not.toContain('type="password"');
  for (const origin of ['http://localhost:8080', 'https://desk.example'])
    expect(await (await archive.app.request(`${origin}/session`)).text()).toContain('type="password"');
});
