/** An archive moves from the folder that it is in to another archive, here one that asks for keys as those on AWS do. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { harbour, harbourEdited, numberedStory, storyPage } from '../support/pages.ts';
import { run, startProcess } from '../support/process.ts';
import { answer } from '../support/site.ts';
import { useFolder } from '../support/use-folder.ts';
import { useProcess } from '../support/use-process.ts';
import { useSite } from '../support/use-site.ts';

const dir = useFolder();
const source = join(dir, 'from');
const site = await useSite();
const env = { FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}`, HOST_PAUSE_MS: '0', FETCH_ALLOW: '127.0.0.0/8' };
const target = { ...env, DATA_DIR: join(dir, 'to') };
const to = await useProcess({ ...target, KEYS: 'required' });
let key = '';

beforeAll(async () => {
  const made = run('key', ['new', 'move', '--scope', 'write'], target);
  await made.ended;
  key = /nd_[\w-]{43}/.exec(made.output())?.[0] ?? '';
});

type Item = Record<string, unknown> & { id: string };

async function ask(url: string, path: string, body?: unknown, method = 'POST') {
  const init = body === undefined ? {} : { method, body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) };
  return (await (await fetch(url + path, { ...init, headers })).json()) as { items: Item[] } & Item;
}

async function contentOf(url: string) {
  const { items } = await ask(url, '/articles?order=oldest&limit=100');
  const { items: feeds } = await ask(url, '/feeds');
  return {
    articles: await Promise.all(
      items.map(async ({ id, url: page, title, publishedAt, tags }) => ({
        ...{ id, page, title, publishedAt, tags },
        text: (await ask(url, `/articles/${id}`)).text,
        snapshots: (await ask(url, `/articles/${id}/snapshots?limit=100`)).items.map(
          ({ timestamp, digest, status }) => ({ timestamp, digest, status }),
        ),
      })),
    ),
    feeds: feeds.map(({ id, url: feed, every, capture, name, recheck, status }) => ({
      id,
      feed,
      every,
      capture,
      name,
      recheck,
      isPaused: status === 'paused',
    })),
  };
}

async function importing(): Promise<{ status: unknown; output: string }> {
  const running = run('import', [source, '--to', to.url], { ...env, NIGHTDESK_KEY: key });
  const status = await running.ended;
  return { status, output: running.output() };
}

test('pages with their histories, corrections, tags and feeds are there as they were, also when it is done twice', async () => {
  const url = (path: string) => `http://pier.example/${path}`;
  const from = await startProcess({ ...env, DATA_DIR: source });
  for (const n of [1, 2, 3]) {
    site.serve(
      url(`story-${n}`),
      answer(200, { 'content-type': 'text/html', 'x-test': 'yes' }, storyPage(numberedStory(n))),
    );
    await ask(from.url, '/articles', { url: url(`story-${n}`) });
  }
  await ask(from.url, '/articles', { url: url('ferry'), html: storyPage(harbour), capturedAt: '2024-05-01T10:00:00Z' });
  await ask(from.url, '/articles', {
    url: url('ferry'),
    html: storyPage(harbourEdited),
    capturedAt: '2024-05-02T10:00:00Z',
  });
  const { items } = await ask(from.url, '/articles?order=oldest');
  await ask(from.url, `/articles/${items[0]?.id}`, { title: 'Corrected by the desk', tags: ['harbour'] }, 'PATCH');
  site.serve(
    url('feed'),
    answer(
      200,
      { 'content-type': 'application/rss+xml' },
      '<rss version="2.0"><channel><title>Pier</title></channel></rss>',
    ),
  );
  const followed = await ask(from.url, '/feeds', { url: url('feed'), every: '2h', capture: 'both', recheck: ['3h'] });
  await ask(from.url, `/feeds/${followed.id}`, { paused: true }, 'PATCH');

  const before = await contentOf(from.url);
  expect([before.articles.length, before.feeds.map(({ isPaused }) => isPaused)]).toEqual([4, [true]]);
  expect(await importing()).toMatchObject({ status: 2, output: expect.stringContaining('stop it') });
  from.kill('SIGTERM');
  await from.ended;

  const first = await importing();
  expect(first.output).toContain('5 documents in');
  expect(first.output).toContain('Also taken in: 1 × tags, note or corrections of an article, 1 × feed.');
  expect(first.status).toBe(0);
  expect(await contentOf(to.url)).toEqual(before);
  const second = await importing();
  expect(second.output).toContain('5 there already, 0 failed');
  expect(await contentOf(to.url)).toEqual(before);
});
