/** Every route asks for a key of the scope that it needs, whatever its address is written like, and no key is ever logged. */
import { beforeAll, expect, test } from 'vitest';
import { makeApp } from '../../functions/http/app.ts';
import { jsonLog, type LogEvent, lineLog } from '../../functions/log.ts';
import { addKey, type Scope } from '../../functions/store/keys.ts';
import { useArchive } from '../support/use.ts';

const keys = {} as Record<Scope, string>;

const { services, archive } = await useArchive({ access: { publicRead: false } });
beforeAll(async () => {
  for (const scope of ['read', 'write', 'admin'] as const)
    keys[scope] = (await addKey(services.store.table, { name: scope, scope, createdAt: '2026-01-01T00:00:00Z' })).key;
});

const open = [
  ...['GET /health', 'GET /session', 'POST /session', 'DELETE /session', 'POST /session/end'],
  ...['GET /save', 'GET /keyboard', 'POST /preferences', 'GET /assets/:name'],
];
const admin = [
  ...['DELETE /articles/:id', 'POST /a/:id/remove', 'POST /a/:id/undo'],
  ...['GET /takedowns', 'GET /keys', 'POST /keys', 'POST /keys/:id/revoke'],
];

function routes(): { name: string; method: string; path: string }[] {
  const listed = archive.app.routes.flatMap(({ method, path }) =>
    method === 'ALL' ? ['GET', 'POST', 'DELETE', 'PUT'].map((one) => ({ method: one, path })) : [{ method, path }],
  );
  const all = listed.map(({ method, path }) => {
    const plain = path.replace(/:id\{[^}]*\}/, ':id');
    const asked = plain
      .replace('/*', '/no/such')
      .replace(':id', 'unknownunknownunknown1')
      .replace(':timestamp', '20260101000000');
    return { name: `${method} ${plain}`, method, path: asked };
  });
  return [...new Map(all.map((route) => [route.name, route])).values()];
}

const ask = (route: { method: string; path: string }, key: string | null) =>
  archive.send(route.method, route.path, undefined, {
    prefer: 'respond-async',
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  });

test('each route but those that are open asks for a key, and for its scope', async () => {
  const all = routes();
  expect(all.length).toBeGreaterThan(30);
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining([...open, ...admin]));
  for (const route of all) {
    const without = await ask(route, null);
    if (open.includes(route.name)) {
      expect(without.body.code, route.name).not.toBe('key-missing');
      continue;
    }
    expect([route.name, without.status, without.body.code]).toEqual([route.name, 401, 'key-missing']);
    const needed: Scope = admin.includes(route.name) ? 'admin' : route.method === 'GET' ? 'read' : 'write';
    const tooSmall = ({ read: [], write: ['read'], admin: ['read', 'write'] } as const)[needed];
    for (const scope of tooSmall) {
      const { status, body } = await ask(route, keys[scope]);
      expect([route.name, scope, status, body.needed]).toEqual([route.name, scope, 403, needed]);
    }
    expect([401, 403], route.name).not.toContain((await ask(route, keys[needed])).status);
  }
});

test.each([
  '/health/',
  '//health',
  '/health/../articles',
  '/Health',
  '/session/x',
  '/health%2f',
  '/health;x',
  '/articles?/health',
  '/articles#/health',
  '/health%00',
])('the address %s opens nothing', async (path) => {
  expect((await archive.send('GET', path)).status).toBe(401);
});

test('no key is logged, wherever it was sent and however the request failed', async () => {
  const lines: string[] = [];
  const logs = [jsonLog, lineLog].map((make) => make((line) => lines.push(line), Date.now));
  const log = (event: LogEvent) => {
    for (const one of logs) one(event);
  };
  const fails = (what: string) => async (): Promise<never> => {
    throw new Error(`${what} failed at the request of ${keys.admin}`);
  };
  const { table, bucket } = services.store;
  const store = {
    table: { ...table, query: fails('the query'), put: fails('the put'), getMany: fails('getMany') },
    bucket,
  };
  const parts = { store, queue: services.queue, now: Date.now, sleep: async () => undefined, log };
  const app = makeApp({ ...parts, hostPauseMs: 0, version: 'test', access: { publicRead: false } });
  const basic = Buffer.from(`me:${keys.admin}`).toString('base64');
  const ways: [string, RequestInit][] = [
    ['/articles', { headers: { authorization: `Bearer ${keys.admin}` } }],
    ['/articles', { headers: { authorization: `Basic ${basic}` } }],
    ['/articles', { headers: { cookie: `__Host-nightdesk=${keys.admin}` } }],
    [`/articles?key=${keys.admin}`, { headers: { authorization: `Bearer ${keys.admin}` } }],
    [`/feeds?cursor=${keys.admin}`, { headers: { authorization: `Bearer ${keys.admin}` } }],
    [`/captures/${keys.admin}`, { headers: { authorization: `Bearer ${keys.admin}` } }],
    [
      '/articles',
      {
        method: 'POST',
        body: JSON.stringify({ url: `http://a.example/${keys.admin}` }),
        headers: { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' },
      },
    ],
    ['/session', { method: 'POST', body: `key=${keys.admin}` }],
    [`/feeds/${keys.admin}`, { headers: { authorization: `Bearer ${keys.admin}x` } }],
  ];
  const statuses: number[] = [];
  for (const [path, init] of ways) statuses.push((await app.request(path, init)).status);
  expect(statuses).toContain(500);
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) {
    expect(line).not.toContain(keys.admin);
    expect(line).not.toContain(basic);
  }
});
