/** Which pages are one story: an address that they share, and a text that they share. Walls, moves, twins, parts, joins and their undoing. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../support/archive.ts';
import { cookieWall, harbour, library, numberedStory, type Story, softNotFound, storyPage } from '../support/pages.ts';
import { answer, redirectTo } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2026-05-01T10:00:00Z');
const { site, archive } = await useArchive({ now: () => nowMs });

let tests = 0;
let host = '';
beforeEach(() => {
  host = `proofs${++tests}.example`;
  nowMs += 3_600_000;
});

const council = numberedStory(1);
const url = (path: string) => `http://${host}${path}`;
const serve = (path: string, story: Story) => site.serve(url(path), storyPage(story));
async function archived(path: string): Promise<Json> {
  nowMs += 60_000;
  const { body } = await archive.post({ url: url(path) });
  if (!body.id) throw new Error(JSON.stringify(body));
  return body;
}
const at = async (href: string): Promise<Json | undefined> =>
  (await archive.get(`/articles?url=${encodeURIComponent(href)}`)).body.items[0];
const feedOf = (items: { link: string; guid?: string }[]) =>
  `<rss version="2.0"><channel><title>P</title>${items
    .map(
      ({ link, guid }, n) =>
        `<item><title>Item ${n}</title><link>${link}</link>${guid ? `<guid>${guid}</guid>` : ''}</item>`,
    )
    .join('')}</channel></rss>`;
async function poll(id: string | null, items: { link: string; guid?: string }[]): Promise<string> {
  site.serve(url('/feed.xml'), answer(200, { 'content-type': 'application/rss+xml' }, feedOf(items)));
  nowMs += 7_200_000;
  const feed = id ?? (await archive.post({ url: url('/feed.xml') }, {}, '/feeds')).body.id;
  if (id) await archive.send('POST', `/feeds/${id}/poll`, undefined, { prefer: 'respond-async' });
  await archive.drain();
  return feed;
}

describe('a page in place of the story', () => {
  it.each([
    { name: 'a consent wall', html: cookieWall },
    { name: 'a log-in page', html: '<title>Sign in</title><h1>Sign in</h1><p>Sign in to go on reading.</p>' },
    { name: 'an error page', html: softNotFound },
    { name: 'a page of few words', html: '<title>The Pier</title><p>One moment, please.</p>' },
  ])('is no address of two stories that led to it: $name', async ({ html }) => {
    site.serve(url('/gate'), html);
    for (const path of ['/ferry', '/council']) site.serve(url(path), redirectTo(url('/gate')));
    const [ferry, meeting] = [await archived('/ferry'), await archived('/council')];
    expect(ferry).toMatchObject({ url: url('/ferry'), aliases: [] });
    expect(meeting.id).not.toBe(ferry.id);
    expect(await at(url('/gate'))).toBeUndefined();
    serve('/ferry', harbour);
    site.serve(url('/council'), redirectTo(url('/2024/council-meets')));
    serve('/2024/council-meets', council);
    expect(await archived('/ferry')).toMatchObject({ id: ferry.id, title: harbour.title, url: url('/ferry') });
    expect(await archived('/council')).toMatchObject({ id: meeting.id, title: council.title });
    await archive.send('DELETE', `/articles/${ferry.id}`);
    expect(await at(url('/council'))).toMatchObject({ id: meeting.id });
  });

  it('is the home page where dead links lead to it with a query', async () => {
    site.serve(
      url('/?gone=1'),
      storyPage({ ...council, publishedAt: undefined as never }).replace(
        /<meta property="og:type"[^>]*>|<script.*<\/script>/g,
        '',
      ),
    );
    for (const path of ['/a', '/b']) site.serve(url(path), redirectTo(url('/?gone=1')));
    expect((await archived('/a')).id).not.toBe((await archived('/b')).id);
  });

  it('of two papers behind one consent host are two', async () => {
    const gate = `http://consent-${host}/agree`;
    site.serve(gate, cookieWall);
    const other = `http://other-${host}/story`;
    for (const from of [url('/story'), other]) site.serve(from, redirectTo(gate));
    const [a, b] = [await archived('/story'), (await archive.post({ url: other })).body];
    expect(a.id).not.toBe(b.id);
    expect(b.url).toBe(other);
  });
});

describe('twins', () => {
  it.each([
    { name: 'a session id in the path', link: (story: string, n: number) => `/${story}.html;jsessionid=S${n}` },
    { name: 'a session id in the query', link: (story: string, n: number) => `/read?story=${story}&PHPSESSID=${n}abc` },
    { name: 'a session of ASP.NET', link: (story: string, n: number) => `/(S(x${n}y))/${story}.aspx` },
    { name: 'a key of no known name', link: (story: string, n: number) => `/${story}?k=9f8e7d6c5b4a32${n}0` },
  ])('are one article, with $name that is new at each poll', async ({ link }) => {
    let feed: string | null = null;
    for (const n of [1, 2, 3]) {
      serve(link('ferry', n), harbour);
      serve(link('library', n), library);
      feed = await poll(feed, [{ link: url(link('ferry', n)) }, { link: url(link('library', n)) }]);
    }
    const { items } = (await archive.get(`/articles?site=${host}`)).body;
    expect(items.map(({ title }: Json) => title).sort()).toEqual([harbour.title, library.title].sort());
    expect(items.map(({ snapshotCount }: Json) => snapshotCount)).toEqual([3, 3]);
  });

  it('are one article when headline, slug and guid changed, and the number stayed', async () => {
    serve('/en/ferry-is-back/a-7123456', harbour);
    const feed = await poll(null, [{ link: url('/en/ferry-is-back/a-7123456'), guid: 'one' }]);
    serve('/en/islands-have-their-ship/a-7123456', { ...harbour, title: 'Islands have their ship' });
    await poll(feed, [{ link: url('/en/islands-have-their-ship/a-7123456'), guid: 'two' }]);
    const { items } = (await archive.get(`/articles?site=${host}`)).body;
    expect(items).toMatchObject([{ title: 'Islands have their ship', versionCount: 2 }]);
  });

  it.each([
    { name: 'share a number and tell two stories', a: '/x-7123456', b: '/y-7123456', story: library },
    { name: 'share a text and no address', a: '/x', b: '/y', story: harbour },
    { name: 'share a day that looks like a number', a: '/20240403/x', b: '/20240403/y', story: harbour },
    { name: 'share a day of six digits', a: '/240331/x', b: '/240331/y', story: harbour },
    { name: 'differ in the slash and tell two stories', a: '/x', b: '/x/', story: library },
  ])('are not what $name', async ({ a, b, story }) => {
    serve(a, harbour);
    serve(b, story);
    expect((await archived(a)).id).not.toBe((await archived(b)).id);
  });

  it('are found by scheme, www and slash, also by who asks whether it is archived', async () => {
    serve('/story', harbour);
    const { id } = await archived('/story');
    for (const href of [
      `https://${host}/story`,
      `http://www.${host}/story/`,
      `https://www.${host}/story?utm_source=x`,
    ]) {
      expect(await at(href)).toMatchObject({ id, by: 'direct' });
      expect((await archive.post({ url: href, ifNotArchivedWithin: '1d' })).body).toMatchObject({
        id,
        snapshot: 'stored',
      });
    }
  });
});

describe('an address of numbers', () => {
  it('is archived as any other', async () => {
    site.serve('http://127.0.0.1/numbers', storyPage(harbour));
    expect((await archive.post({ url: 'http://127.0.0.1/numbers', html: storyPage(harbour) })).body.title).toBe(
      harbour.title,
    );
  });
});

describe('a route that scripts build', () => {
  it('is refused where a site would be asked, and is an article of its own where the browser hands it in', async () => {
    const [one, two] = [url('/#!/story/1'), url('/#/story/2')];
    expect(await archive.post({ url: one })).toMatchObject({ status: 422, body: { code: 'needs-browser' } });
    expect((await archive.post({ urls: [one] })).body.items).toMatchObject([{ problem: { code: 'needs-browser' } }]);
    const first = (await archive.post({ url: one, html: storyPage(harbour) })).body;
    const second = (await archive.post({ url: two, html: storyPage(library) })).body;
    expect(first).toMatchObject({ url: one, title: harbour.title });
    expect(second).toMatchObject({ url: two, title: library.title });
    expect(await at(two)).toMatchObject({ id: second.id });
    expect(await at(url('/#top'))).toBeUndefined();
  });
});

describe('a later look', () => {
  const flash = { ...harbour, title: 'Breaking: ferry sails' };
  const grown = {
    ...harbour,
    title: 'What we know of the ferry that came back',
    paragraphs: [
      ...council.paragraphs,
      ...harbour.paragraphs,
      ...numberedStory(2).paragraphs,
      ...numberedStory(3).paragraphs,
    ],
  };

  it('shows a breaking story that grew threefold under a new headline', async () => {
    serve('/breaking', flash);
    const { id } = await archived('/breaking');
    serve('/breaking', grown);
    expect(await archived('/breaking')).toMatchObject({ id, title: grown.title, versionCount: 2 });
    expect((await archive.get(`/articles?site=${host}&q=agenda`)).body.items).toMatchObject([{ id }]);
  });

  it('shows a live blog that rolls on under a new headline', async () => {
    const entries = Array.from({ length: 20 }, (_, n) =>
      Array.from({ length: 14 }, (_, word) => `word${n}of${word}`).join(' '),
    );
    const blog = (from: number, title: string) => ({ ...harbour, title, paragraphs: entries.slice(from, from + 10) });
    serve('/live', blog(0, 'Storm nears the coast'));
    const { id } = await archived('/live');
    for (const [from, title] of [
      [5, 'Waves reach the quay'],
      [10, 'Ferry stays in port'],
    ] as const) {
      serve('/live', blog(from, title));
      expect(await archived('/live')).toMatchObject({ id, title, versionCount: from / 5 + 1 });
    }
  });

  it('keeps the story where a round-up of ten stories that holds it is served', async () => {
    serve('/short', flash);
    const { id } = await archived('/short');
    const paragraphs = Array.from({ length: 14 }, (_, n) => numberedStory(n + 20).paragraphs).flat();
    serve('/short', { ...harbour, title: 'The week', paragraphs: [...harbour.paragraphs, ...paragraphs] });
    expect(await archived('/short')).toMatchObject({ id, title: flash.title, versionCount: 1 });
    const { items } = (await archive.get(`/articles?site=${host}&q="item 175"`)).body;
    expect(items).toMatchObject([{ id, pastVersion: { mark: 'replaced' } }]);
  });
});

describe('a second page', () => {
  it.each(['?page=2', '/2', '/page/2', '?seite=2'])(
    'is shown and found after the first, and is no edit: %s',
    async (form) => {
      serve('/long', { ...harbour, canonical: url('/long') });
      const { id } = await archived('/long');
      const second = { ...council, title: harbour.title, canonical: url('/long') };
      serve(`/long${form}`, second);
      for (const _look of [1, 2])
        expect(await archived(`/long${form}`)).toMatchObject({ id, versionCount: 1, pages: 2 });
      const { text, title } = (await archive.get(`/articles/${id}`)).body;
      expect(title).toBe(harbour.title);
      expect(text).toBe([...harbour.paragraphs, ...council.paragraphs].join('\n'));
      expect((await archive.get(`/articles?site=${host}&q=agenda`)).body.items).toMatchObject([
        { id, pastVersion: null },
      ]);
      serve('/long', { ...harbour, paragraphs: [...harbour.paragraphs, 'A word was added.'], canonical: url('/long') });
      expect(await archived('/long')).toMatchObject({ id, versionCount: 2, pages: 2 });
      expect((await archive.get(`/articles/${id}`)).body.text).toContain(council.paragraphs[0]);
    },
  );
});

describe('a join', () => {
  /** Two articles of one story: X, and Y that leads to it by now. */
  async function joined(): Promise<{ x: string; y: string }> {
    serve('/y', { ...harbour, paragraphs: library.paragraphs });
    serve('/x', harbour);
    const x = await archived('/x');
    const y = await archived('/y');
    serve('/y', harbour);
    await archived('/y');
    site.serve(url('/y'), redirectTo(url('/x'), 301));
    expect((await archived('/y')).id).toBe(x.id);
    return { x: x.id, y: y.id };
  }

  it('makes the younger lead to the older, and deletes nothing', async () => {
    const { x, y } = await joined();
    const answer = await archive.get(`/articles/${y}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([308, `/articles/${x}`]);
    expect((await archive.get(`/articles/${y}/snapshots`)).body.items.length).toBeGreaterThan(1);
    expect((await archive.get(`/articles/${x}`)).body.joined).toEqual([y]);
    expect((await archive.get(`/articles?site=${host}`)).body.items.map(({ id }: Json) => id)).toEqual([x]);
    expect(await at(url('/y'))).toMatchObject({ id: x });
  });

  it('is undone', async () => {
    const { x, y } = await joined();
    expect((await archive.send('PATCH', `/articles/${y}`, { joined: false })).body).toMatchObject({ id: y });
    expect((await archive.get(`/articles/${x}`)).body.joined).toEqual([]);
    expect((await archive.get(`/articles?site=${host}`)).body.items).toHaveLength(2);
  });

  it.each(['x', 'y'] as const)('is taken down as a whole, whichever is: %s', async (which) => {
    const ids = await joined();
    await archive.send('DELETE', `/articles/${ids[which]}`);
    for (const id of [ids.x, ids.y]) expect((await archive.get(`/articles/${id}`)).status).toBe(410);
    expect((await archive.get(`/articles?site=${host}`)).body.items).toEqual([]);
  });
});

describe('a takedown', () => {
  const spellings = ['www', 'm', 'https', 'slash', 'amp', 'tracking', 'session', 'order'] as const;
  const spelled = (form: (typeof spellings)[number]): string => {
    const plain = `${host}/news/story?b=2&a=1`;
    const forms = {
      www: `http://www.${plain}`,
      m: `http://m.${plain}`,
      https: `https://${plain}`,
      slash: `http://${host}/news/story/?b=2&a=1`,
      amp: `http://${host}/news/story/amp?b=2&a=1`,
      tracking: `http://${plain}&fbclid=x`,
      session: `http://${plain}&sid=77`,
      order: `http://${host}/news/story?a=1&b=2`,
    };
    return forms[form];
  };

  it.each(spellings)('holds for another spelling of the address: %s', async (form) => {
    serve('/news/story?b=2&a=1', harbour);
    const { id } = await archived('/news/story?b=2&a=1');
    await archive.send('DELETE', `/articles/${id}`);
    await archive.drain();
    const href = spelled(form);
    expect(await archive.post({ url: href, html: storyPage(council) })).toMatchObject({
      status: 409,
      body: { code: 'taken-down' },
    });
    nowMs += 3_600_000;
    await archive.tick();
    await archive.send('PATCH', `/articles/${id}`, { takenDown: false });
    expect((await archive.post({ url: href, html: storyPage(council) })).body).toMatchObject({ snapshot: 'first' });
  });

  it('holds for the text on its own site, and nowhere else', async () => {
    serve('/first', harbour);
    const { id } = await archived('/first');
    await archive.send('DELETE', `/articles/${id}`);
    expect((await archive.post({ url: url('/elsewhere'), html: storyPage(harbour) })).body.code).toBe('taken-down');
    const other = await archive.post({ url: `http://other-${host}/first`, html: storyPage(harbour) });
    expect(other.body.snapshot).toBe('first');
    expect((await archive.post({ url: url('/second'), html: cookieWall })).body.snapshot).toBe('first');
  });

  it('keeps no words', async () => {
    serve('/the-secret-word', harbour);
    const { id } = await archived('/the-secret-word');
    await archive.send('DELETE', `/articles/${id}`);
    nowMs += 3_600_000;
    await archive.tick();
    const items: string[] = [];
    for await (const page of archive.store.table.scan())
      items.push(...page.filter(({ pk }) => pk.includes(id)).map((item) => JSON.stringify(item)));
    expect(items.length).toBeGreaterThan(0);
    expect(items.filter((item) => /secret|ferry|harbour/i.test(item))).toEqual([]);
  });
});

describe('a removal', () => {
  async function removed(): Promise<string> {
    serve('/mistake', harbour);
    const { id } = await archived('/mistake');
    expect((await archive.send('DELETE', `/articles/${id}?reason=mistake`)).status).toBe(204);
    return id;
  }
  const listed = async () => (await archive.get(`/articles?site=${host}`)).body.items.map(({ id }: Json) => id);

  it('hides at once, and is undone whole for a day', async () => {
    const id = await removed();
    expect(await listed()).toEqual([]);
    expect((await archive.get(`/articles/${id}`)).body).toMatchObject({ status: 410, code: 'removed' });
    nowMs += 86_000_000;
    await archive.tick();
    expect((await archive.send('PATCH', `/articles/${id}`, { removed: false })).body).toMatchObject({
      id,
      title: harbour.title,
    });
    expect(await listed()).toEqual([id]);
    expect((await archive.get(`/articles/${id}`)).body.text).toBe(harbour.paragraphs.join('\n'));
  });

  it('deletes everything after a day, and refuses nothing', async () => {
    const id = await removed();
    nowMs += 86_500_000;
    await archive.tick();
    for await (const keys of archive.store.bucket.list(`snapshots/${id}/`)) expect(keys).toEqual([]);
    expect((await archive.send('PATCH', `/articles/${id}`, { removed: false })).body.code).toBe('removed');
    expect(await archived('/mistake')).toMatchObject({ id, snapshot: 'first', snapshotCount: 1 });
    expect(await listed()).toEqual([id]);
  });

  it('is ended by a post, and not by a feed', async () => {
    const id = await removed();
    await poll(null, [{ link: url('/mistake') }]);
    expect(await listed()).toEqual([]);
    expect(await archived('/mistake')).toMatchObject({ id, snapshotCount: 2 });
    expect(await listed()).toEqual([id]);
  });

  it('is not ended by a capture from before it', async () => {
    serve('/mistake', harbour);
    const { id } = await archived('/mistake');
    await archive.send('POST', '/articles', { url: url('/mistake') }, { prefer: 'respond-async' });
    nowMs += 1000;
    await archive.send('DELETE', `/articles/${id}?reason=mistake`);
    await archive.drain();
    expect(await listed()).toEqual([]);
  });

  it('can still become a takedown, which a removal does not lift', async () => {
    const id = await removed();
    await archive.send('DELETE', `/articles/${id}`);
    expect((await archive.get(`/articles/${id}`)).body.code).toBe('taken-down');
    expect(await archive.send('DELETE', `/articles/${id}?reason=mistake`)).toMatchObject({
      status: 410,
      body: { code: 'taken-down' },
    });
    expect((await archive.post({ url: url('/mistake') })).body.code).toBe('taken-down');
  });
});

describe('what a page is', () => {
  it('is left out of lists, feeds and counts as a wall or an error, unless its kind is asked for', async () => {
    site.serve(url('/walled'), cookieWall);
    const { id } = await archived('/walled');
    serve('/story', harbour);
    const story = (await archived('/story')).id;
    const ids = async (query: string) =>
      (await archive.get(`/articles?${query}`)).body.items.map((item: Json) => item.id);
    expect(await ids(`site=${host}`)).toEqual([story]);
    expect(await ids(`site=${host}&kind=wall`)).toEqual([id]);
    expect(await ids(`site=${host}&kind=any&order=oldest`)).toHaveLength(2);
    expect(await ids('kind=wall&limit=1')).toEqual([id]);
    expect(await at(url('/walled'))).toMatchObject({ id, kind: 'wall' });
    const { items } = (await archive.get('/sites')).body;
    expect(items).toContainEqual({ site: host, count: 1 });
  });
});

describe('tags and a note', () => {
  it('come with the request, are counted, and go with a correction', async () => {
    serve('/story', harbour);
    const { body } = await archive.post({ url: url('/story'), tags: [`t${host}`, 'ships'], note: 'for Mara' });
    expect(body.tags).toEqual([`t${host}`, 'ships']);
    await archive.post({ url: url('/story'), tags: ['islands'], ifNotArchivedWithin: '1d' });
    expect((await archive.get(`/articles/${body.id}`)).body).toMatchObject({
      tags: [`t${host}`, 'ships', 'islands'],
      note: 'for Mara',
    });
    expect((await archive.get('/tags')).body.items).toContainEqual({ tag: `t${host}`, count: 1 });
    await archive.send('PATCH', `/articles/${body.id}`, { tags: [], note: null });
    expect((await archive.get('/tags')).body.items.map(({ tag }: Json) => tag)).not.toContain(`t${host}`);
    expect((await archive.get(`/articles/${body.id}`)).body.note).toBeNull();
  });
});

describe('the marks of a text', () => {
  it('are kept with it, shown with it and written as Markdown', async () => {
    site.serve(
      url('/marked'),
      storyPage({ ...harbour, paragraphs: [] }).replace(
        '</h1>',
        `</h1><p>${harbour.paragraphs[0]}</p><h2>The quay</h2><p>${harbour.paragraphs[1]}</p><blockquote><p>${harbour.paragraphs[2]}</p></blockquote><p>${harbour.paragraphs[3]}</p>`,
      ),
    );
    const { id } = await archived('/marked');
    const { text, html } = (await archive.get(`/articles/${id}`)).body;
    expect(text).toBe([harbour.paragraphs[0], 'The quay', ...harbour.paragraphs.slice(1)].join('\n'));
    expect(html).toBe(
      `<p>${harbour.paragraphs[0]}</p><h2>The quay</h2><p>${harbour.paragraphs[1]}</p><blockquote><p>${harbour.paragraphs[2]}</p></blockquote><p>${harbour.paragraphs[3]}</p>`,
    );
    const markdown = await archive.app.request(`/articles/${id}.markdown`, { headers: { host: '127.0.0.1' } });
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    const written = await markdown.text();
    expect(written).toContain(`title: "${harbour.title}"\nurl: "${url('/marked')}"`);
    expect(written).toContain(`## The quay\n\n${harbour.paragraphs[1]}\n\n> ${harbour.paragraphs[2]}\n`);
  });
});

describe('a look at a page whose counters moved on', () => {
  it('is no edit, and no line of it was taken back', async () => {
    const page = (seen: number) => storyPage(harbour).replace('</h1>', `</h1><p>Read ${seen} times</p>`);
    site.serve(url('/pier'), page(12));
    const { id } = await archived('/pier');
    site.serve(url('/pier'), page(3_405));
    expect(await archived('/pier')).toMatchObject({ id, versionCount: 1, snapshotCount: 2 });
    expect(
      (await archive.get('/articles?changed=true&url='.concat(encodeURIComponent(url('/pier'))))).body.items,
    ).toEqual([]);
    site.serve(
      url('/pier'),
      page(9).replace('</article>', '<p>The mail boat was late by 15 minutes again.</p></article>'),
    );
    expect(await archived('/pier')).toMatchObject({ id, versionCount: 2, snapshotCount: 3 });
  });
});

it('a time that a page tells as an age is counted from its capture', async () => {
  const undated = storyPage({ ...harbour, publishedAt: undefined as never }).replace(/<time[^>]*>.*?<\/time>/g, '');
  site.serve(url('/aged'), undated.replace('</h1>', '</h1><p class="published">Published 3 hours ago</p>'));
  const { publishedAt } = await archived('/aged');
  // To the minute.
  expect(Math.round((nowMs - Date.parse(publishedAt)) / 60_000)).toBe(180);
});
