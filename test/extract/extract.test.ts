/** The text of a story and the kind of a page, on small pages of every sort, and on pages that were made to do harm. */
import { describe, expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import type { Extracted } from '../../functions/extract/extracted.ts';

const here = 'https://www.example.com/news/bridge-closes';

function read(html: string, url = here): Extracted {
  return extract(Buffer.from(html), { url, contentType: 'text/html; charset=utf-8' });
}

const paragraphs = [
  'The council voted on Tuesday to close the old bridge, after engineers found cracks in two of its pillars and warned that the river could rise again.',
  'Traffic will be led over the northern bridge, which was widened last year, and the buses of lines four and nine will turn around at the market.',
  'Repairs are to begin in May and will take at least two years, the head of the building office said, because divers must work on the foundations.',
  'Shopkeepers on the eastern bank fear for their customers, and asked the council for a ferry, which the mayor promised to look into by the summer.',
];
const text = paragraphs.join('\n');
const story = paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('');

/** A page that says that it is a story, unless its head is given. */
function page(
  body: string,
  head = '<title>Old bridge closes</title><meta property="og:type" content="article">',
): string {
  return `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`;
}

describe('a story', () => {
  test('is its paragraphs, one a line, without headline and page furniture', () => {
    const html = page(
      `<header><a href="/">The Example</a></header><nav><ul><li><a href="/a">World</a><li><a href="/b">Sports</a></ul></nav>
       <main><article><h1>Old bridge closes</h1>${story}</article></main>
       <aside><p>Subscribe to our newsletter and get the news in the morning, every day of the week.</p></aside>
       <footer><p>Copyright The Example, all rights reserved, since the year of its foundation.</p></footer>`,
      '<title>Old bridge closes</title><meta property="og:type" content="article">',
    );
    expect(read(html)).toMatchObject({
      kind: 'article',
      title: 'Old bridge closes',
      text,
      lang: 'en',
      charset: 'utf-8',
    });
  });

  test.each([
    {
      name: 'without any data',
      body: `<div class="story"><h1>Old bridge closes</h1>${story}${story}</div>`,
      expected: `${text}\n${text}`,
    },
    {
      name: 'with line breaks in place of paragraphs',
      body: `<article><div>${paragraphs.join('<br><br>')}</div></article>`,
      expected: text,
    },
    {
      name: 'with white space all over it',
      body: `<article>\n\n${story.replaceAll(' ', ' \n\t ')}\n</article>`,
      expected: text,
    },
    {
      name: 'with markup in its paragraphs',
      body: `<article>${story.replace('old bridge', '<b>old</b> <a href="/b"><i>bridge</i></a>')}</article>`,
      expected: text,
    },
    {
      name: 'with a subheading',
      body: `<article>${story.replace('<p>Repairs', '<h2>Two years of work</h2><p>Repairs')}</article>`,
      expected: text.replace('Repairs', 'Two years of work\nRepairs'),
    },
    {
      name: 'with a list',
      body: `<article>${story}<ul><li>Line four turns at the market.</li><li>Line nine turns at the station.</li></ul></article>`,
      expected: `${text}\nLine four turns at the market.\nLine nine turns at the station.`,
    },
    {
      name: 'with a quotation',
      body: `<article>${story}<blockquote><p>We have no choice, said the mayor.</p></blockquote></article>`,
      expected: `${text}\nWe have no choice, said the mayor.`,
    },
    { name: 'with tags that were never closed', body: `<article><p>${paragraphs.join('<p>')}`, expected: text },
    {
      name: 'with a NUL in a word',
      body: `<article>${story.replace('council', 'coun\0cil')}</article>`,
      expected: text,
    },
    {
      name: 'with comments and scripts between',
      body: `<article>${story.replaceAll('</p>', '</p><!-- <p>no</p> --><script>document.write("<p>no</p>")</script><style>p{}</style>')}</article>`,
      expected: text,
    },
  ])('$name', ({ body, expected }) => {
    expect(read(page(body))).toMatchObject({ kind: 'article', text: expected });
  });

  test('in Chinese', () => {
    const chinese = [
      '市议会周二投票决定关闭旧桥，此前工程师在两个桥墩上发现裂缝，并警告河水可能再次上涨。交通将改道去年拓宽的北桥，四路和九路公共汽车将在市场掉头。',
      '建筑局局长说，维修将于五月开始，至少需要两年时间，因为潜水员必须在桥基上作业。东岸的店主担心失去顾客，要求市议会开通渡轮，市长答应在夏天之前研究。',
      '旧桥建于一百二十年前，是城里最古老的桥梁，每天有一万多辆汽车通过。附近的居民说，他们早就注意到桥面在震动，但没有人听取他们的意见。',
    ];
    const html = `<html><head><title>市议会决定关闭旧桥_示例新闻</title><meta property="og:site_name" content="示例新闻"></head><body><div class="nav"><a href="/">首页</a></div><div class="article"><h1>市议会决定关闭旧桥</h1>${chinese.map((p) => `<p>　　${p}</p>`).join('')}<p>责任编辑：王五</p></div></body></html>`;
    expect(read(html)).toMatchObject({
      kind: 'article',
      title: '市议会决定关闭旧桥',
      lang: 'zh',
      text: chinese.join('\n'),
    });
  });

  test('in Japanese', () => {
    const japanese = [
      '市議会は火曜日、技術者が二本の橋脚にひび割れを見つけ、川が再び増水するおそれがあると警告したことを受けて、古い橋の閉鎖を決めた。',
      '車は昨年拡幅された北の橋を通り、四番と九番のバスは市場で折り返す。修理は五月に始まり、少なくとも二年かかると建設局長は述べた。',
      '東岸の商店主たちは客が減ることを心配し、渡し船を出すよう市議会に求めた。市長は夏までに検討すると約束した。橋は百二十年前に建てられた。',
    ];
    const html = `<html><head><title>古い橋を閉鎖へ</title><meta property="og:type" content="article"></head><body><main><h1>古い橋を閉鎖へ</h1>${japanese.map((p) => `<p>${p}</p>`).join('')}</main></body></html>`;
    expect(read(html)).toMatchObject({
      kind: 'article',
      title: '古い橋を閉鎖へ',
      lang: 'ja',
      text: japanese.join('\n'),
    });
  });

  test('in GB18030, named wrongly as UTF-8 by the server', () => {
    // 市议会周二投票决定关闭旧桥 in GB18030.
    const headline = Buffer.from('cad0d2e9bbe1d6dcb6fecdb6c6b1bef6b6a8b9d8b1d5bec9c7c5', 'hex');
    const bytes = Buffer.concat([
      Buffer.from('<html><head><meta charset="gb2312"><title>'),
      headline,
      Buffer.from('</title></head><body><p>'),
      headline,
      headline,
      headline,
    ]);
    expect(extract(bytes, { url: here, contentType: 'text/html' })).toMatchObject({
      title: '市议会周二投票决定关闭旧桥',
      charset: 'gbk',
    });
  });
});

describe('left out of the text', () => {
  test.each([
    {
      name: 'comments of readers',
      box: '<div class="comments"><p>I have crossed this bridge every day for twenty years, and nobody asked me, a reader wrote.</p></div>',
    },
    {
      name: 'related stories',
      box: '<div class="related-posts"><p>Northern bridge widened, after a long dispute about the trees along its ramp.</p></div>',
    },
    {
      name: 'related stories by id',
      box: '<div id="relatedStories"><p>Northern bridge widened, after a long dispute about the trees along its ramp.</p></div>',
    },
    {
      name: 'share buttons',
      box: '<div class="social-share"><a href="#">Share this story with all of your friends</a></div>',
    },
    {
      name: 'a newsletter box',
      box: '<div class="newsletter-signup"><p>Get the news of your town in the morning, free of charge, on every day.</p></div>',
    },
    {
      name: 'a hidden part',
      box: '<div hidden><p>This part is never shown to anybody, and it has some words and commas.</p></div>',
    },
    {
      name: 'a part hidden from screen readers',
      box: '<div aria-hidden="true"><p>This part is not for reading, and it has some words and commas.</p></div>',
    },
    {
      name: 'a form',
      box: '<form><p>Write to us about this story, we read all that you write, every day.</p><input></form>',
    },
    {
      name: 'a caption',
      box: '<figure><img src="a.jpg"><figcaption>The old bridge in spring, seen from the eastern bank.</figcaption></figure>',
    },
    { name: 'an advertisement line', box: '<p>Advertisement</p>' },
    { name: 'a read-more line', box: '<p>Read more: Northern bridge widened after a long dispute</p>' },
    { name: 'a German read-more line', box: '<p>Lesen Sie auch: Nordbrücke verbreitert</p>' },
    {
      name: 'a noscript part',
      box: '<noscript><p>Please enable JavaScript to read on, it is needed for this page.</p></noscript>',
    },
    {
      name: 'a dialog',
      box: '<div role="dialog"><p>We value your privacy, and so do our partners, all of them.</p></div>',
    },
  ])('$name', ({ box }) => {
    const body = `<article><h1>Old bridge closes</h1>${paragraphs.map((p, i) => `<p>${p}</p>${i === 1 ? box : ''}`).join('')}</article>`;
    expect(read(page(body)).text).toBe(text);
  });

  test('but not a story whose own class looks like clutter', () => {
    expect(read(page(`<div class="topic-related"><div class="social-story">${story}</div></div>`)).text).toBe(text);
  });
});

describe('the story in JSON-LD', () => {
  const data = (articleBody: string) =>
    `<script type="application/ld+json">${JSON.stringify({ '@type': 'NewsArticle', headline: 'Old bridge closes', articleBody })}</script>`;

  test('is taken where a wall hides the page', () => {
    const html = page(
      `<article><h1>Old bridge closes</h1><p>${paragraphs[0]}</p><div class="gate"><p>Subscribe to continue reading.</p></div></article>`,
      data(text),
    );
    expect(read(html)).toMatchObject({ kind: 'article', text });
  });

  test('is taken where the page is built by script', () => {
    expect(read(page('<div id="root"></div>', data(text)))).toMatchObject({ kind: 'article', text });
  });

  test('is cleaned of markup and entities', () => {
    const body = paragraphs.map((p) => `<p>${p.replace('old', '<b>old</b>').replaceAll("'", '&#39;')}</p>`).join('');
    expect(read(page('<div id="root"></div>', data(body))).text).toBe(text);
  });

  test('is left where it is a teaser', () => {
    expect(read(page(`<article>${story}</article>`, data(`${paragraphs[0]} ${paragraphs[1]}`))).text).toBe(text);
  });
});

describe('kind', () => {
  const links = Array.from(
    { length: 40 },
    (_, i) => `<li><a href="/news/story-${i}">A headline about something that happened</a></li>`,
  ).join('');
  test.each<{ name: string; html: string; url?: string; kind: Extracted['kind'] }>([
    { name: 'a story', html: page(`<article>${story}</article>`), kind: 'article' },
    {
      name: 'a short story that says what it is',
      html: page(
        `<article><p>${paragraphs[0]}</p></article>`,
        '<meta property="og:type" content="article"><title>Old bridge closes</title>',
      ),
      kind: 'article',
    },
    {
      name: 'the same without a word of what it is',
      html: page(`<p>${paragraphs[0]}</p>`, '<title>Old bridge closes</title>'),
      kind: 'stub',
    },
    {
      name: 'a cookie wall',
      html: page(
        '<h1>Before you continue</h1><p>We and our 812 partners use cookies. Accept all cookies or manage your privacy settings.</p>',
        '<title>Before you continue to Example</title>',
      ),
      kind: 'wall',
    },
    {
      name: 'a cookie wall under the title of the story',
      html: page('<p>We use cookies to make this site better. Accept all cookies to read on.</p>'),
      kind: 'wall',
    },
    { name: 'a login', html: page('<form><input></form>', '<title>Log in - The Example</title>'), kind: 'wall' },
    {
      name: 'a robot check',
      html: page('<p>Checking your browser.</p>', '<title>Just a moment...</title>'),
      kind: 'wall',
    },
    {
      name: 'a robot check by its text',
      html: page('<p>Our systems have detected unusual traffic from your network.</p>', '<title>example.com</title>'),
      kind: 'wall',
    },
    {
      name: 'a paywall',
      html: page(
        `<article><p>${paragraphs[0]}</p><p>Already a subscriber? Subscribe to continue reading.</p></article>`,
      ),
      kind: 'wall',
    },
    {
      name: 'a German consent page',
      html: page(
        '<p>Mit Werbung und Cookies weiterlesen: Cookies akzeptieren.</p>',
        '<title>Bevor Sie fortfahren</title>',
      ),
      kind: 'wall',
    },
    { name: 'a Chinese login', html: page('<p>请登录后继续阅读。</p>', '<title>用户登录</title>'), kind: 'wall' },
    {
      name: 'a soft 404',
      html: page('<h1>404</h1><p>The page was not found.</p>', '<title>404 - The Example</title>'),
      kind: 'error',
    },
    {
      name: 'a soft 404 by its text alone',
      html: page('<p>This article is no longer available.</p>', '<title>The Example</title>'),
      kind: 'error',
    },
    {
      name: 'a German soft 404',
      html: page('<p>Bitte suchen.</p>', '<title>Seite nicht gefunden</title>'),
      kind: 'error',
    },
    {
      name: 'a Chinese soft 404',
      html: page('<p>请返回首页。</p>', '<title>您访问的页面不存在</title>'),
      kind: 'error',
    },
    {
      name: 'a server error with status 200',
      html: page('<p>nginx</p>', '<title>502 Bad Gateway</title>'),
      kind: 'error',
    },
    {
      name: 'a section front',
      html: page(`<h1>Politics</h1><ul>${links}</ul>`, '<title>Politics</title>'),
      url: 'https://www.example.com/politics',
      kind: 'index',
    },
    {
      name: 'the home page',
      html: page(`<article>${story}</article>`, '<title>The Example</title>'),
      url: 'https://www.example.com/',
      kind: 'index',
    },
    { name: 'a few words', html: page('<p>Coming soon.</p>', '<title>Soon</title>'), kind: 'stub' },
    { name: 'a page built by script', html: page('<div id="root"></div><script src="app.js"></script>'), kind: 'stub' },
  ])('$name is $kind', ({ html, url = here, kind }) => {
    expect(read(html, url).kind).toBe(kind);
  });
});

describe('harmful or broken pages are read without throwing', () => {
  test.each([
    { name: '20,000 nested elements', html: page(`${'<div>'.repeat(20_000)}<p>x</p>`) },
    { name: '20,000 nested inline elements', html: page(`${'<b><i>'.repeat(10_000)}x`) },
    { name: '20,000 nested lists that are never closed', html: page('<ul><li>'.repeat(10_000)) },
    { name: '2,000 nested tables', html: page('<table><tr><td>'.repeat(2000)) },
    { name: 'a million closing tags', html: page('</div>'.repeat(1_000_000)) },
    { name: 'an attribute of 5 MB', html: page(`<p title="${'a'.repeat(5_000_000)}">x</p>`) },
    { name: 'an attribute of 5 MB that never ends', html: page(`<p title="${'a'.repeat(5_000_000)}`) },
    { name: 'a class of 1 MB', html: page(`<p class="${'related-'.repeat(125_000)}">x</p>`) },
    {
      name: '10,000 attributes',
      html: page(`<p ${Array.from({ length: 10_000 }, (_, i) => `a${i}="b"`).join(' ')}>x</p>`),
    },
    { name: 'an attribute named __proto__', html: page('<p __proto__="a" constructor="b" onclick="c">x</p>') },
    { name: 'NULs all over', html: page('<p>\0a\0b\0</p>\0<\0p>') },
    { name: 'a word of 5 MB', html: page(`<p>${'a'.repeat(5_000_000)}</p>`) },
    { name: 'a comment that never ends', html: '<html><body><p>x<!-- a' },
    { name: 'a script that never ends', html: '<html><body><p>x<script>var a = "' },
    { name: 'a CDATA section that never ends', html: '<html><body><p>x<![CDATA[ a' },
    {
      name: 'entities that stand for nothing',
      html: page('<p>&#0; &#xD800; &#x110000; &#99999999; &foo; &amp;#xD800;</p>'),
    },
    { name: 'frames', html: '<html><frameset><frame src="a"></frameset></html>' },
    {
      name: 'lone surrogates in JSON-LD',
      html: page('', '<script type="application/ld+json">{"@type":"NewsArticle","headline":"\\ud800 x"}</script>'),
    },
    {
      name: 'a base and a refresh',
      html: page('<p>x', '<base href="https://other.example/"><meta http-equiv="refresh" content="0;url=/a">'),
    },
  ])('$name', ({ html }) => {
    expect(read(html)).toMatchObject({ kind: 'stub', charset: 'utf-8' });
  });

  test('a view into a larger buffer is read within its bounds', () => {
    const whole = Buffer.from(`<title>Wrong</title>${page(`<article>${story}</article>`)}<p>Wrong</p>`);
    expect(extract(whole.subarray(20, whole.length - 12), { url: here }).text).toBe(text);
  });

  test('a text over a million characters is cut', () => {
    const long = page(`<article>${`<p>${`${'word, '.repeat(20_000)}end.`}</p>`.repeat(10)}</article>`);
    expect(read(long).text).toHaveLength(1_000_000);
  });
});

test('the same bytes give the same result', () => {
  const html = page(`<article><h1>Old bridge closes</h1>${story}</article>`);
  expect(read(html)).toEqual(read(html));
});

test.each([
  { name: 'no bytes', html: '' },
  { name: 'white space', html: ' \n' },
  { name: 'a doctype alone', html: '<!doctype html>' },
  { name: 'a head alone', html: '<head><title>x</title></head>' },
  { name: 'a script alone', html: '<script>1</script>' },
])('a page that is $name is read without throwing', ({ html }) => {
  expect(read(html)).toMatchObject({ kind: 'stub', text: null });
});

test.each([
  {
    name: 'html and body',
    html: `<!doctype html><title>Old bridge closes</title><article><h1>Old bridge closes</h1>${story}</article>`,
  },
  {
    name: 'body',
    html: `<!doctype html><html><head><title>Old bridge closes</title></head><article><h1>Old bridge closes</h1>${story}</article></html>`,
  },
  {
    name: 'html',
    html: `<!doctype html><head><title>Old bridge closes</title></head><body><article><h1>Old bridge closes</h1>${story}</article></body>`,
  },
])('a story is found where the tags of $name are left out, as HTML allows', ({ html }) => {
  expect(read(html)).toMatchObject({ kind: 'article', text });
});

test.each([
  { name: 'S&amp;P 500 closes at a record high', body: story },
  { name: 'Missing plane not found after a week of search', body: story },
  { name: 'Cookie maker recalls a batch over glass', body: story },
  {
    name: 'Bundestag beschließt Brückengesetz',
    body: '<p>Der Bundestag hat am Dienstag mit breiter Zustimmung ein Gesetz beschlossen, das den Ländern mehr Geld für die Sanierung alter Brücken gibt.</p><p>Die Ministerin sprach von einem guten Tag für das Land und kündigte an, dass die ersten Arbeiten noch in diesem Jahr beginnen sollen.</p><p>Kritik kam von den Kommunen, denen die Mittel nicht reichen.</p>',
  },
])('"$name" is a story', ({ name, body }) => {
  const head = `<title>${name}</title><meta property="og:type" content="article">`;
  expect(read(page(`<article><h1>${name}</h1>${body}</article>`, head)).kind).toBe('article');
});

test('a soft 404 that says so in its title tag alone is an error', () => {
  const html = page(
    '<h1>Sorry</h1><p>The page you are looking for could not be found.</p>',
    '<title>Page not found</title>',
  );
  expect(read(html).kind).toBe('error');
});

test('bytes that are no text', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256);
  expect(extract(bytes, { url: here }).kind).toBe('stub');
});
