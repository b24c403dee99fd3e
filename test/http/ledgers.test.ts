/** Lists by the time of the last edit, and of the removal: whatever became of an article since, each stands there once. */
import { beforeAll, describe, expect, it } from 'vitest';
import { maintain } from '../../functions/store/maintain.ts';
import { harbour, numberedStory, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const { archive, services, site } = await useArchive({ now: () => nowMs });
const hour = 3_600_000;
const names = ['first', 'second', 'third', 'fourth'];
const urlOf = (name: string) => `http://${name === 'fourth' ? 'quay' : 'pier'}.example/${name}`;
const idOf = new Map<string, string>();

async function serve(name: string, edit: number): Promise<void> {
  nowMs += hour;
  const story = numberedStory(names.indexOf(name) + 1);
  const paragraphs = edit === 0 ? story.paragraphs : [...story.paragraphs, `${harbour.paragraphs[0]} Edit ${edit}.`];
  const { body } = await archive.keep(urlOf(name), storyPage({ ...story, paragraphs }));
  idOf.set(name, body.id);
}
async function lose(name: string): Promise<void> {
  nowMs += hour;
  site.remove(urlOf(name));
  await archive.post({ url: urlOf(name) });
}
async function listed(query: string): Promise<(string | undefined)[]> {
  const { body } = await archive.get(`/articles?${query}`);
  expect(body).toHaveProperty('items');
  return body.items.map(({ id }: { id: string }) => names.find((name) => idOf.get(name) === id));
}

beforeAll(async () => {
  for (const name of names) await serve(name, 0);
  await serve('second', 1);
  await serve('fourth', 1);
  await serve('first', 1);
  await serve('second', 2);
});

describe('order=edited', () => {
  it('has what was edited by its last edit, and nothing else', async () => {
    expect(await listed('order=edited')).toEqual(['second', 'first', 'fourth']);
  });

  it('comes in pages, within a span, and of one site', async () => {
    const { body } = await archive.get('/articles?order=edited&limit=2');
    expect(body.items).toHaveLength(2);
    expect(await listed(`order=edited&limit=2&cursor=${body.next}`)).toEqual(['fourth']);
    expect(await listed('order=edited&site=quay.example')).toEqual(['fourth']);
    expect(await listed('order=edited&changed=false')).toEqual([]);
    const { changedAt } = body.items[1];
    expect(await listed(`order=edited&from=${changedAt}&to=${changedAt}`)).toEqual(['first']);
  });

  it.each([
    { query: 'order=edited&q=harbour', says: 'changed=true' },
    { query: 'order=removed&q=harbour', says: 'removed=true' },
  ])('with words is refused, and says what to ask: $query', async ({ query, says }) => {
    const { status, body } = await archive.get(`/articles?${query}`);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(body.detail).toContain(says);
  });

  it('keeps a correction where its edit was, and takes away what is removed by us', async () => {
    await archive.send('PATCH', `/articles/${idOf.get('fourth')}`, { title: 'Corrected' });
    expect(await listed('order=edited')).toEqual(['second', 'first', 'fourth']);
    await archive.send('DELETE', `/articles/${idOf.get('first')}?reason=mistake`);
    expect(await listed('order=edited')).toEqual(['second', 'fourth']);
    await archive.send('PATCH', `/articles/${idOf.get('first')}`, { removed: false });
    expect(await listed('order=edited')).toEqual(['second', 'first', 'fourth']);
  });
});

describe('order=removed', () => {
  it('has what its site took down, the last first, until it is back', async () => {
    await lose('third');
    await lose('second');
    // A site says twice that a page is not there before it counts as removed.
    await lose('third');
    await lose('second');
    expect(await listed('order=removed')).toEqual(['second', 'third']);
    await serve('third', 0);
    expect(await listed('order=removed')).toEqual(['second']);
    await lose('third');
    await lose('third');
    expect(await listed('order=removed')).toEqual(['third', 'second']);
  });

  it('says what the site answered, and when the page was back', async () => {
    const removal = async () => (await archive.get(`/articles/${idOf.get('third')}`)).body.removal;
    const { at } = await removal();
    expect(await removal()).toEqual({ at: expect.any(String), says: 'not-found' });
    await serve('third', 0);
    expect(await removal()).toEqual({ at, says: 'not-found', backAt: new Date(nowMs).toISOString() });
    nowMs += hour;
    await archive.keep(urlOf('third'), (_, response) => response.writeHead(410).end());
    expect(await removal()).toEqual({ at: new Date(nowMs).toISOString(), says: 'gone' });
  });
});

it('an older version that comes later counts as an edit of the time at which it was made', async () => {
  const url = 'http://older.example/story';
  const now = { ...numberedStory(9), paragraphs: [...numberedStory(9).paragraphs, 'And then it rained all night.'] };
  const { body } = await archive.keep(url, storyPage(now));
  const capturedAt = new Date(nowMs - 24 * hour).toISOString();
  await archive.post({ url, html: storyPage(numberedStory(9)), capturedAt });
  const { items } = (await archive.get('/articles?order=edited&site=older.example')).body;
  expect(items).toMatchObject([{ id: body.id, versionCount: 2, changedAt: new Date(nowMs).toISOString() }]);
});

it('the daily maintenance finds all rows in their place', async () => {
  await maintain(services.store, nowMs);
  expect((await maintain(services.store, nowMs)).mended).toBe(0);
});

it('a takedown leaves no row', async () => {
  const id = idOf.get('second') ?? '';
  await archive.send('DELETE', `/articles/${id}`);
  await archive.drain();
  expect(await listed('order=edited&site=pier.example')).toEqual(['first']);
  const { items } = await services.store.table.query({ partition: `A#${id}` });
  expect(items.map(({ sk }) => sk)).toEqual(['A']);
});
