/** More requests at once than the archive works on: refused with 429 before their bodies are read, and let in again afterwards. */
import { expect, test } from 'vitest';
import { makeApp } from '../../functions/http/app.ts';
import { useServices } from '../support/use.ts';

const services = await useServices();

function appWith(maxRequests: number, maxBodyBytes: number) {
  const { store, queue } = services;
  const parts = { store, queue, now: Date.now, sleep: async () => undefined, log: () => undefined };
  return makeApp({
    ...parts,
    hostPauseMs: 0,
    version: 'test',
    access: null,
    workLimits: { maxRequests, maxBodyBytes },
  });
}

/** A body that comes when it is told to, and knows whether anybody has asked for it. */
function slowBody(text: string, headers: Record<string, string>) {
  let send: () => void = () => undefined;
  const sent = new Promise<void>((resolve) => {
    send = resolve;
  });
  let isRead = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        isRead = true;
        await sent;
        controller.enqueue(Buffer.from(text));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request('http://localhost/articles', {
    method: 'POST',
    body: stream,
    duplex: 'half',
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { request, send, isRead: () => isRead };
}

async function expectBusy(response: Response): Promise<void> {
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('2');
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ code: 'too-many-requests', status: 429 });
}

test('a request over the number is refused unread, all but /health, and let in when another has ended', async () => {
  const app = appWith(2, 1e9);
  const waiting = [1, 2].map(() => slowBody('{}', {}));
  const answers = waiting.map(({ request }) => app.request(request));
  const third = slowBody('{}', {});
  await expectBusy(await app.request(third.request));
  expect(third.isRead()).toBe(false);
  await expectBusy(await app.request('/articles'));
  expect((await app.request('/health')).status).toBe(200);
  waiting[0]?.send();
  expect((await answers[0])?.status).toBe(400);
  expect((await app.request('/articles')).status).toBe(200);
  waiting[1]?.send();
  await answers[1];
});

test.each([
  { name: 'that says its length', headers: { 'content-length': '700' } },
  { name: 'that may have any length, as one of 6 MB', headers: { 'transfer-encoding': 'chunked' } },
])('a body $name counts while it is in work; requests without one pass', async ({ headers }) => {
  const app = appWith(100, 1000);
  const first = slowBody('{}', headers);
  const answer = app.request(first.request);
  const second = slowBody('{}', headers);
  await expectBusy(await app.request(second.request));
  expect(second.isRead()).toBe(false);
  expect((await app.request('/articles')).status).toBe(200);
  first.send();
  expect((await answer).status).toBe(400);
  const third = slowBody('{}', headers);
  third.send();
  expect((await app.request(third.request)).status).toBe(400);
});

test('a request that fails gives its place back', async () => {
  const app = appWith(1, 1e9);
  for (let n = 0; n < 3; n++) expect((await app.request('/no/such/route')).status).toBe(404);
});
