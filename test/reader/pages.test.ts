/** The pages as they are served: what each shows, what its forms do, and that nothing from outside is ever markup. */
import { beforeAll, describe, expect, test } from 'vitest';
import { harbour, harbourEdited, library, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

const { site, archive } = await useArchive();
const ids: Record<string, string> = {};

const page = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await archive.app.request(path, { headers: { accept: 'text/html', ...headers } });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const send = (path: string, form: Record<string, string>) =>
  archive.app.request(path, {
    method: 'POST',
    body: new URLSearchParams(form).toString(),
    headers: {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
  });
const hostile = '</title><script>alert(1)</script><img src=x onerror=alert(2)>\u202e';

beforeAll(async () => {
  site.serve('http://pier.example/ferry', storyPage(harbour));
  site.serve('http://pier.example/library', storyPage(library));
  site.serve(
    'http://pier.example/gone',
    storyPage({ ...harbour, title: 'A story that will go away', paragraphs: library.paragraphs }),
  );
  for (const name of ['ferry', 'library', 'gone'])
    ids[name] = (
      await archive.post({ url: `http://pier.example/${name}`, tags: name === 'ferry' ? ['boats'] : [] })
    ).body.id;
  await archive.keep('http://pier.example/ferry', storyPage(harbourEdited));
  site.remove('http://pier.example/gone');
  await archive.post({ url: 'http://pier.example/gone' });
  const words = `${hostile.replaceAll('<', '&lt;')} `.repeat(30);
  const html = `<!doctype html><html lang="en"><meta property="og:type" content="article"><meta property="og:site_name" content="${hostile.replaceAll('<', '&lt;')}"><title>x</title><article><h1>${hostile.replaceAll('<', '&lt;')}</h1><p>${words}</p><p>${words}</p><a href="javascript:alert(3)">${words}</a></article></html>`;
  ids.hostile = (
    await archive.post({ url: 'http://hostile.example/x', html, tags: ['"><script>x</script>'], note: hostile })
  ).body.id;
});

describe('stories', () => {
  test('are listed by day, with what is known of each', async () => {
    const { text, headers } = await page('/');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'; script-src 'self';/);
    expect(text).toContain('<h1 id="month">');
    expect(text).toMatch(/breaks down<\/a>/);
    expect(text).toContain('edited once');
    expect(text).toMatch(/removed by \d/);
    expect(text).toContain('href="/feed.xml"');
  });

  test('are found by a word, which is marked, with the search explained', async () => {
    const { text } = await page('/?q=fishermen+-zeppelin');
    expect(text).toMatch(/1 story says/);
    expect(text).toContain('<mark>fishermen</mark>');
    expect(text).toContain('does not say <b><bdi>zeppelin</bdi></b><a href="/?q=fishermen"');
  });

  test('are found in earlier versions, and the list says so', async () => {
    expect((await page('/?q=%22eleven+pupils%22')).text).toContain('said only in an earlier version');
  });

  test('are not found: the page says which word is to blame', async () => {
    const { text } = await page('/?q=fishermen+zeppelin');
    expect(text).toContain('No story says');
    expect(text).toMatch(/1 says <i><bdi>fishermen<\/bdi><\/i>/);
  });

  test.each([
    '/?q=%22open',
    '/?q=OR',
    '/?from=yesterday&day=2026-02-30&kind=poem&changed=perhaps',
    '/?month=2026-13',
    '/?q=a&cursor=x&site=',
    `/?q=${'a'.repeat(2000)}`,
    `/?site=pier.example&cursor=${'x'.repeat(501)}`,
    `/edited?cursor=${'x'.repeat(501)}`,
    `/removed?cursor=${'x'.repeat(501)}`,
    '/?day=9999-12-31',
    '/?day=0000-01-01',
    '/?from=0000-01-01&to=9999-12-31',
    '/?before=0000-01-01',
    '/?before=9999-12-31',
    '/?month=0000-01',
    '/?month=9999-12',
    `/feeds?cursor=${'x'.repeat(501)}`,
    `/?site=${'s'.repeat(301)}&tag=${'t'.repeat(301)}&feed=${'f'.repeat(301)}`,
  ])('asked for as %.60s are answered with a page', async (path) => {
    const { status, text } = await page(path);
    expect([200, 400]).toContain(status);
    expect(text).toContain('<main id="main">');
  });

  test('a query that cannot be read shows where, in the words of the page', async () => {
    const path = `/?q=${encodeURIComponent('harbour "new library')}`;
    expect((await page(path)).text).toMatch(/class="wrong">[A-Z][^<]*quot/);
    const { text } = await page(path, { 'accept-language': 'zh-CN' });
    expect(text).toContain('<p class="wrong">标出的地方看不懂。</p>');
    expect(text).toContain('<mark>');
  });

  test.each([
    ['kind:article', /<h1 id="found">(more than )?\d+ stories found<\/h1>/],
    ['NOT zzzz', /<h1 id="found">(more than )?\d+ stories found<\/h1>/],
    ['kind:error', /<h1 id="found">No story was found<\/h1>/],
  ])('a search of no word, %s, has a heading that is a sentence', async (q, heading) => {
    expect((await page(`/?q=${encodeURIComponent(q)}`)).text).toMatch(heading);
  });

  test('what cannot be read is said to have no effect', async () => {
    expect((await page('/?site=pier.example&from=yesterday')).text).toContain(
      '<b><bdi>from=yesterday</bdi></b> cannot be read',
    );
  });

  test.each([
    'site=pier.example',
    'tag=boats',
    'changed=true',
    'removed=true',
    'lang=zh',
    'day=2024-04-03',
    'from=2024-04-03&to=2024-04-04',
    'kind=article&order=oldest',
  ])('are narrowed by %s', async (query) => {
    const { text } = await page(`/?${query}`);
    expect(text).toMatch(/<article class="item">/);
  });
});

describe('a story', () => {
  test('has its words, versions, citation and downloads, and a mark at what changed', async () => {
    const { text } = await page(`/a/${ids.ferry}`);
    expect(text).toMatch(
      /<h1 class="w" lang="en" dir="auto">Harbour ferry returns after nine years, and breaks down<\/h1>/,
    );
    expect(text).toContain('Mara Lindqvist');
    expect(text).toMatch(
      /<a class="m is-edit" href="\/a\/[\w-]{22}\/changes" aria-label="This paragraph was changed: compare"><\/a>On its second/,
    );
    expect(text).toContain('Edited once since');
    expect(text).toMatch(/sha256 [0-9a-f]{64}/);
    expect(text).toContain('@online{pierexample20240403');
    expect(text).toContain('rel="noreferrer"');
  });

  test('is answered without being made when the reader has it, and anew when it changed', async () => {
    const first = await page(`/a/${ids.library}`);
    const etag = first.headers.get('etag') ?? '';
    expect((await page(`/a/${ids.library}`, { 'if-none-match': etag })).status).toBe(304);
    expect((await page(`/a/${ids.library}`, { 'if-none-match': etag, 'accept-language': 'zh-CN' })).status).toBe(200);
    await send(`/a/${ids.library}/tags`, { add: 'books' });
    expect((await page(`/a/${ids.library}`, { 'if-none-match': etag })).status).toBe(200);
  });

  test('was as it was, at the time of an earlier look', async () => {
    const look = (await archive.get(`/articles/${ids.ferry}/snapshots`)).body.items[1].timestamp;
    const { text } = await page(`/a/${ids.ferry}?at=${look}`);
    expect(text).toContain('<h1 class="w" lang="en" dir="auto">Harbour ferry returns after nine years</h1>');
    expect(text).toContain('This is not the newest version.');
  });

  test('that its site took down says so, and is marked as gone where it was', async () => {
    const { text } = await page(`/a/${ids.gone}`);
    expect(text).toContain('The site has taken this story down.');
    expect(text).toMatch(/Original, gone since/);
    expect((await page('/removed')).text).toContain('A story that will go away');
  });

  test('takes tags, a correction and a note, and gives them back', async () => {
    await send(`/a/${ids.ferry}/tags`, { add: 'islands, quay' });
    await send(`/a/${ids.ferry}/tags`, { drop: 'boats' });
    await send(`/a/${ids.ferry}/correct`, {
      title: 'Ferry breaks down',
      note: 'ask the mayor',
      publishedAt: '2024-04-03T19:45',
    });
    const { body } = await archive.get(`/articles/${ids.ferry}`);
    expect([body.tags, body.title, body.note, body.publishedAtSource]).toEqual([
      ['islands', 'quay'],
      'Ferry breaks down',
      'ask the mayor',
      'page',
    ]);
    await send(`/a/${ids.ferry}/correct`, { reset: '1' });
    expect((await archive.get(`/articles/${ids.ferry}`)).body.title).toBe(harbourEdited.title);
  });

  test('that is removed can be brought back from the list', async () => {
    const answer = await send(`/a/${ids.gone}/remove`, {});
    expect(answer.headers.get('location')).toBe(`/?undo=${ids.gone}`);
    const list = (await page(`/?undo=${ids.gone}`)).text;
    expect(list).toContain('Removed from the archive.');
    expect((await page(`/a/${ids.gone}`)).status).toBe(410);
    expect((await send(`/a/${ids.gone}/undo`, {})).headers.get('location')).toBe(`/a/${ids.gone}`);
    expect((await page(`/a/${ids.gone}`)).status).toBe(200);
  });

  test('as one file needs nothing else, and names URL, time and digest', async () => {
    const { text, headers } = await page(`/a/${ids.ferry}/story.html`);
    expect(headers.get('content-disposition')).toContain(
      'attachment; filename="2024-04-03 Harbour ferry returns after nine years, and breaks down.html"',
    );
    expect(text).not.toMatch(/<script|<link|src=|href="\//);
    for (const part of ['http://pier.example/ferry', 'sha256', 'fishermen']) expect(text).toContain(part);
  });

  test('as one file is the version on the screen', async () => {
    const { items } = (await archive.get(`/articles/${ids.ferry}/snapshots`)).body;
    const first = items.at(-1).timestamp;
    const { text } = await page(`/a/${ids.ferry}?at=${first}`);
    expect(text).toContain(`href="/a/${ids.ferry}/story.html?at=${first}" download`);
    expect(text).toContain('download="2024-04-03 Harbour ferry returns after nine years (as served).html"');
    expect((await page(`/a/${ids.ferry}/story.html?at=${first}`)).text).toContain('eleven pupils');
    expect((await page(`/a/${ids.ferry}`)).text).toContain(`href="/a/${ids.ferry}/story.html" download`);
  });

  test('as a WARC has all looks', async () => {
    const answer = await archive.app.request(`/a/${ids.ferry}/story.warc.gz`);
    expect(answer.headers.get('content-disposition')).toContain('"2024-04-03 Harbour ferry returns after nine years');
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('1f8b');
  });
});

describe('what changed', () => {
  test('is shown headline first, by words, with what is the same folded', async () => {
    const { text } = await page(`/a/${ids.ferry}/changes`);
    expect(text).toMatch(/<span class="m is-gone">was<\/span>/);
    expect(text).toMatch(/nine years<ins>, and breaks down<\/ins>/);
    expect(text).toMatch(/<summary><span class="m is-same">same<\/span>3 paragraphs/);
    expect(text).toMatch(/The headline and 1 of 4 paragraphs|The headline and 2 of 4 paragraphs/);
  });

  test('has an address for each pair, and a file of its own', async () => {
    const { text } = await page(`/a/${ids.ferry}/changes`);
    const [path = ''] = /\/a\/[\w-]{22}\/changes\/\d{14}\.\.\d{14}/.exec(text) ?? [];
    expect((await page(path)).status).toBe(200);
    const file = await page(`${path}/story.html`);
    expect(file.text).toContain('breaks down');
    expect(file.headers.get('content-disposition')).toMatch(
      /filename="20\d\d-\d\d-\d\d What changed, Harbour ferry returns/,
    );
    expect(file.text).not.toMatch(/<script|<link /);
    expect((await page(`/a/${ids.ferry}/changes/20010101000000..20010101000001`)).status).toBe(404);
  });

  test.each([
    ['en', 'characters', /The story ends here, as saved on .* \d+ characters\./],
    ['zh-Hans', '字', /正文到此为止.*\d 字。/],
  ])('of a Chinese story is counted in characters, in %s', async (lang, unit, ends) => {
    const url = `http://pier.example/count-${lang}`;
    const story = { ...library, title: `${library.title} ${lang}` };
    const { id } = (await archive.keep(url, storyPage(story))).body;
    await archive.keep(url, storyPage({ ...story, paragraphs: [...library.paragraphs.slice(0, 2), '市長未到場。'] }));
    const asked = { 'accept-language': lang };
    expect((await page(`/a/${id}`, asked)).text).toMatch(ends);
    const changes = (await page(`/a/${id}/changes`, asked)).text;
    expect(changes.match(new RegExp(`\\d ${unit}`, 'g'))?.length).toBeGreaterThanOrEqual(3);
    expect(changes).not.toMatch(/\d words|\d 词/);
    expect((await page(`/a/${ids.ferry}`, asked)).text).toMatch(/\d (words|词)/);
  });

  test('of a story with one version says that there is nothing to compare', async () => {
    const { text } = await page(`/a/${ids.library}/changes`);
    expect(text).toContain('There is one version so far');
    expect(text).toContain('First saved. Shown here.');
    for (const part of ['name="from"', 'How to read it', 'id="share"']) expect(text).not.toContain(part);
  });
});

describe('saving', () => {
  test('many addresses gives each a row, at an address that one can come back to', async () => {
    site.serve('http://pier.example/new', storyPage({ ...harbour, title: 'Something new on the pier' }));
    const answer = await send('/save', {
      urls: 'http://pier.example/new\nhttp://pier.example/missing\nnonsense\nhttp://pier.example:25/mail',
      tags: 'pier',
      note: '',
    });
    const path = answer.headers.get('location') ?? '';
    expect(path).toMatch(/^\/save\/[0-9A-Z]{26}\?wrong=nonsense%0A\S+%3A25%2Fmail$/);
    const before = await page(path);
    expect(before.text).toContain('data-live');
    expect(before.text).toContain('2 of 4 done');
    await archive.drain();
    const after = (await page(path)).text;
    expect(after).toContain('Something new on the pier');
    expect(after).toContain('<strong>Not saved.</strong>');
    expect(after).toContain('<strong>Not the address of a web page.</strong>');
    expect(after).not.toContain('data-live');
    const retried = await send(path.replace(/\?.*/, '/retry'), { all: '1' });
    expect(retried.status).toBe(303);
    expect((await page(path)).text).toContain('data-live');
    await archive.drain();
  });

  test('nothing that is an address keeps what was typed', async () => {
    const answer = await send('/save', { urls: `no address <b>${hostile}`, tags: 'x', note: 'y' });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect(text).toContain('aria-invalid="true"');
    expect(text).toContain('no address &lt;b&gt;');
  });

  test('files says what became of each', async () => {
    const form = new FormData();
    form.append(
      'file',
      new File(
        [
          '<!DOCTYPE NETSCAPE-Bookmark-file-1><A HREF="http://pier.example/new" TAGS="kept" ADD_DATE="1710000000">x</A><A HREF="http://pier.example/new" TAGS="twice" ADD_DATE="1700000000">x</A><A HREF="http://pier.example/ferry" ADD_DATE="99999999999">y</A>',
        ],
        'bookmarks.html',
      ),
    );
    form.append(
      'file',
      new File(
        ['<opml version="2.0"><body><outline type="rss" text="P" xmlUrl="http://pier.example/feed"/></body></opml>'],
        'f.opml',
      ),
    );
    form.append('file', new File(['<!doctype html><title>x</title>'], 'page.html'));
    form.append('file', new File(['\x00\x01'], hostile));
    const answer = await archive.app.request('/save/files', {
      method: 'POST',
      body: form,
      headers: { accept: 'text/html' },
    });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    for (const said of [
      '2 addresses on their way',
      '1 feed followed',
      'does not say its address',
      'no file that the archive can read',
    ])
      expect(text).toContain(said);
    expect(text).not.toContain('<script>alert');
    await archive.drain();
    const [kept] = (await archive.get('/articles?tag=kept')).body.items;
    expect((await archive.get(`/articles/${kept.id}`)).body.bookmarkedAt).toBe('2023-11-14T22:13:20.000Z');
    expect((await page(`/a/${kept.id}`)).text).toContain('In the bookmarks since');
    // It stands twice in the list: all of its tags, and the earlier time.
    expect(kept.tags).toEqual(['pier', 'kept', 'twice']);
    // A time to come says nothing.
    expect((await page(`/a/${ids.ferry}`)).text).not.toContain('In the bookmarks since');
  });

  test('pages hold no data and no key is needed, and the opener keeps its hold', async () => {
    const { text, headers } = await page('/save?window=1&url=http%3A%2F%2Fx.example%2F%22%3E%3Cscript%3E');
    expect(headers.get('cross-origin-opener-policy')).toBe('unsafe-none');
    expect((await page('/')).headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(text).toContain('&quot;&gt;&lt;script&gt;');
    expect(text).not.toContain('pier.example');
  });
});

test('a corrected headline is told as that, and what is cited is what the page says', async () => {
  const url = 'http://pier.example/corrected';
  const { id } = (await archive.keep(url, storyPage({ ...harbour, title: 'As the paper wrote it' }))).body;
  await archive.send('PATCH', `/articles/${id}`, { title: 'As we say it' });
  const { text } = await page(`/a/${id}`);
  expect(text).toContain('dir="auto">As we say it</h1>');
  expect(text).toMatch(/The page says <q[^>]*>As the paper wrote it<\/q>/);
  const cited = text.slice(text.indexOf('id="cite"'), text.indexOf('BibTeX'));
  expect(cited).toContain('As the paper wrote it');
  expect(cited).not.toContain('As we say it');
});

test('an unchanged look is one of the version that is read', async () => {
  const url = 'http://pier.example/twice';
  const { id } = (await archive.keep(url, storyPage({ ...library, title: 'Looked at twice' }))).body;
  await archive.post({ url });
  expect((await page(`/a/${id}`)).text.match(/You are reading this one/g)).toHaveLength(1);
});

test('a look at a story that its site took down says so, and that the copy stays', async () => {
  const batch = (await archive.send('POST', '/articles', { urls: ['http://pier.example/gone'] })).body.batch;
  await archive.drain();
  const { text } = await page(`/save/${batch}`);
  expect(text).toContain('The site has taken it down.');
  expect(text).toContain(`href="/a/${ids.gone}"`);
});

test('feeds are followed, paused, gone on with and unfollowed', async () => {
  expect((await send('/feeds/follow', { url: 'ftp://x.example/' })).status).toBe(200);
  await send('/feeds/follow', { url: 'pier.example/news.xml' });
  await archive.drain();
  const [feed] = (await archive.get('/feeds')).body.items.filter(({ url }: { url: string }) =>
    url.endsWith('news.xml'),
  );
  const path = `/feeds/${encodeURIComponent(feed.id)}`;
  await send(path, { do: 'pause' });
  expect((await archive.get(path)).body).toMatchObject({ status: 'paused', nextPollAt: null });
  expect((await page('/feeds')).text).toContain('Paused since');
  await send(path, { do: 'resume' });
  expect((await archive.get(path)).body.pausedAt).toBeNull();
  await send(path, { do: 'change', every: '21600000', name: 'Pier news' });
  expect((await archive.get(path)).body).toMatchObject({ every: '6h', name: 'Pier news' });
  await send(path, { do: 'unfollow' });
  expect((await archive.get(path)).status).toBe(404);
  expect((await archive.app.request('/feeds')).headers.get('content-type')).toContain('application/json');
});

test('of a paper with several feeds one is followed, and the others can be chosen', async () => {
  const link = (name: string) => `<link rel="alternate" type="application/rss+xml" href="/${name}" title="${name}">`;
  const feed = (title: string) => (_: unknown, response: import('node:http').ServerResponse) =>
    response
      .writeHead(200, { 'content-type': 'application/rss+xml' })
      .end(
        `<rss version="2.0"><channel><title>${title}</title><item><title>x</title><pubDate>${new Date().toUTCString()}</pubDate></item></channel></rss>`,
      );
  site.serve('http://quay.example/', `<html><head>${['main', 'sport', 'arts'].map(link).join('')}</head></html>`);
  site.serve('http://quay.example/main', feed('Quay'));
  site.serve('http://quay.example/sport', feed('Quay sport'));
  await send('/feeds/follow', { url: 'http://quay.example/' });
  await archive.drain();
  const { text } = await page('/feeds');
  expect(text).toContain('2 more feeds on its page');
  expect(text).toContain('1 this week');
  const [path = ''] = /\/feeds\/quay[^"]*/.exec(text) ?? [];
  await send('/feeds/follow', { url: 'http://quay.example/sport', of: 'quay.example' });
  await archive.drain();
  expect((await page('/feeds')).text).toContain('1 more feed on its page');
  expect((await page('/feeds')).text).toContain('Quay sport');
  await send(path, { do: 'enough' });
  expect((await page('/feeds')).text).not.toContain('on its page');
});

test('what failed needs somebody until it is dismissed or done', async () => {
  const { text } = await page('/attention');
  expect(text).toContain('pier.example/missing');
  const [, capture = ''] =
    /name="dismissed" value="([^"]+)"/.exec(text.slice(text.indexOf('pier.example/missing'))) ?? [];
  await send('/attention', { dismissed: capture });
  expect((await page('/attention')).text).not.toContain('pier.example/missing');
});

test('the addresses of the API lead browsers to pages, and programs to JSON', async () => {
  for (const [path, to] of [
    [`/articles/${ids.ferry}`, `/a/${ids.ferry}`],
    ['/articles?site=x.example', '/?site=x.example'],
    ['/captures', '/attention'],
  ] as const) {
    expect((await page(path)).headers.get('location')).toBe(to);
    expect((await archive.app.request(path)).headers.get('content-type')).toContain('application/json');
  }
  expect(
    (await archive.app.request(`/articles/${ids.ferry}.markdown`, { headers: { accept: 'text/html' } })).headers.get(
      'content-type',
    ),
  ).toContain('text/markdown');
});

test.each([
  '/',
  '/?q=alert',
  '/?tag=%22%3E%3Cscript%3Ex%3C%2Fscript%3E',
  '/a/HOSTILE',
  '/a/HOSTILE/changes',
  '/a/HOSTILE/story.html',
  '/attention',
  '/edited',
  '/?q=%3Cscript%3E',
  '/out?url=http%3A%2F%2Fx.example%2F%3Cscript%3E',
  '/save?url=%3C%2Ftextarea%3E%3Cscript%3E',
  '/nowhere/%3Cscript%3E',
  '/session?next=%22%3E%3Cscript%3E',
])('hostile words on %s are text', async (path) => {
  const { text } = await page(path.replace('HOSTILE', ids.hostile ?? ''));
  const own = /<script src="\/assets\/script\.[\w-]+\.js" defer><\/script>|<a class="btn" href="[^"]*" data-bookmark>/g;
  const tags = [...text.replace(own, '').matchAll(/<[a-z!/][^>]*>/gi)].map(([tag]) => tag);
  const names = tags.map((tag) => tag.replace(/"[^"]*"/g, '""'));
  expect(names.filter((tag) => /^<(script|img|iframe)\b| (style|on[a-z]+)=/i.test(tag))).toEqual([]);
  expect(tags.filter((tag) => /href="\s*(javascript|data):/i.test(tag))).toEqual([]);
  // A title has no element to keep a turned direction in.
  expect(/<title>([^<]*)<\/title>/.exec(text)?.[1]).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
});

test('a headline of a megabyte is cut, in lists after 300 characters and on its page after 10,000', async () => {
  const title = `long ${'wörd '.repeat(200_000)}`;
  const body = `<!doctype html><html lang="en"><title>${title}</title><article><h1>${title}</h1><p>${'A quiet day at the pier, with little wind and fewer boats. '.repeat(20)}</p></article>`;
  const { id } = (await archive.post({ url: 'http://long.example/x', html: body })).body;
  expect((await page('/?site=long.example')).text.length).toBeLessThan(40_000);
  const [, headline = ''] = /<h1 class="w"[^>]*>([^<]*)/.exec((await page(`/a/${id}`)).text) ?? [];
  expect([...headline].length).toBeLessThanOrEqual(10_001);
});

test('each page is whole in both languages, by Accept-Language or the switch', async () => {
  for (const path of [
    '/',
    `/a/${ids.ferry}`,
    `/a/${ids.ferry}/changes`,
    '/save',
    '/edited',
    '/removed',
    '/feeds',
    '/attention',
    '/keys',
    '/keyboard',
    '/session',
  ]) {
    const { text } = await page(path, { 'accept-language': 'zh-CN' });
    expect(text).toMatch(/<html lang="zh-Hans"/);
    expect(text, path).not.toMatch(/undefined|\[object|NaN/);
  }
  const answer = await send('/preferences', { lang: 'zh-Hans', next: '/edited' });
  expect([answer.headers.get('location'), answer.headers.get('set-cookie')]).toEqual([
    '/edited',
    expect.stringContaining('nd-lang=zh-Hans'),
  ]);
});

test('assets are kept for a year at addresses that name their content', async () => {
  const { text } = await page('/');
  for (const [path] of text.matchAll(/\/assets\/[\w.-]+/g)) {
    const answer = await archive.app.request(path);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  }
  expect((await archive.app.request('/assets/other.css')).status).toBe(404);
});

test('the frame of a page as it was is rewritten and has no permission but to be left by a click', async () => {
  const look = (await archive.get(`/articles/${ids.hostile}/snapshots`)).body.items[0].timestamp;
  const bar = await page(`/a/${ids.hostile}/${look}`);
  expect(bar.text).toContain('<iframe sandbox="allow-top-navigation-by-user-activation"');
  const frame = await page(`/a/${ids.hostile}/${look}/page`);
  expect(frame.status).toBe(200);
  expect(frame.headers.get('content-security-policy')).toMatch(
    /^sandbox allow-top-navigation-by-user-activation; default-src 'none';/,
  );
  expect(frame.text).not.toMatch(/<script|<img|javascript:/);
  const known = await page('/out?url=http%3A%2F%2Fpier.example%2Fferry');
  expect(known.headers.get('location')).toBe(`/a/${ids.ferry}`);
  expect((await page('/out?url=http%3A%2F%2Felsewhere.example%2F')).text).toContain('http://elsewhere.example/');
  expect((await page('/out?url=javascript:alert(1)')).status).toBe(400);
});
