/** Kinds of page that other readers were seen to misread, each with inputs of our own: what is read of them. */
import { describe, expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import type { Extracted } from '../../functions/extract/extracted.ts';

const here = 'https://courier.example/news/ferry-back';
const capturedAtMs = Date.UTC(2025, 5, 20, 12);
const lines = [
  'The ferry between the islands runs again since Monday, four months after a fire in its engine room had stopped it.',
  'About two hundred people came to the quay in the rain to see it off, among them the crew that had put out the fire.',
  'The company paid for new pumps and a second alarm, and promised the islanders that a spare boat would be kept in port.',
  'Farmers had to bring their milk to market by barge all spring, which cost them a third of what they earned with it.',
  'A commission that looks into the cause of the fire wants to hear the engineers once more before it writes its report.',
  'From next week on there will be three trips a day, and a fourth on Saturdays until the end of the school holidays.',
];
const story = lines.map((line) => `<p>${line}</p>`).join('');
const text = lines.join('\n');
const title = 'Ferry is back';

function page(body: string, head = '', attributes = 'lang="en"'): string {
  return `<!doctype html><html ${attributes}><head><title>${title}</title>${head}</head><body>${body}</body></html>`;
}
const article = (top: string, rest = story) => page(`<main><article><h1>${title}</h1>${top}${rest}</article></main>`);
const data = (...nodes: object[]) => `<script type="application/ld+json">${JSON.stringify(nodes)}</script>`;
function read(html: string, url = here): Extracted {
  return extract(Buffer.from(html), { url, contentType: 'text/html; charset=utf-8', capturedAtMs });
}

describe('the whole story is found', () => {
  test.each([
    { name: 'in a form', html: page(`<form action=x><input name=v><h1>${title}</h1>${story}</form>`) },
    { name: 'in an aside', html: page(`<aside><h1>${title}</h1>${story}</aside>`) },
    { name: 'in a dialog', html: page(`<div role="dialog"><h1>${title}</h1>${story}</div>`) },
    { name: 'in a footer', html: page(`<footer><h1>${title}</h1>${story}</footer>`) },
    {
      name: 'behind a consent dialog',
      html: page(
        `<div role="dialog"><p>We use cookies.</p></div><div id="app" aria-hidden="true"><h1>${title}</h1>${story}</div>`,
      ),
    },
    {
      name: 'in a root that is hidden until a script runs',
      html: page(`<div hidden id="S:0"><h1>${title}</h1>${story}</div>`),
    },
    {
      name: 'in a root that a style hides',
      html: page(`<div style="visibility: hidden"><h1>${title}</h1>${story}</div>`),
    },
    {
      name: 'in a shadow root',
      html: page(`<x-story><template shadowrootmode="open"><h1>${title}</h1>${story}</template></x-story>`),
    },
    { name: 'for readers without scripts', html: page(`<div id="app"></div><noscript>${story}</noscript>`) },
    {
      name: 'with a first paragraph that is called a teaser',
      html: article(`<div class="page-teaser">${lines[0]}</div>`, story.replace(`<p>${lines[0]}</p>`, '')),
    },
    {
      name: 'with a paragraph that is called a caption',
      html: article('', story.replace(`<p>${lines[2]}`, `<p class="caption">${lines[2]}`)),
    },
    {
      name: 'with text that a style hides',
      html: article(
        '<div style="color:red;display:none"><p>Subscribers of the print edition find a map on page four of it.</p></div>',
      ),
    },
  ])('$name', ({ html }) => {
    expect(read(html)).toMatchObject({ kind: 'article', text });
  });

  test('of the posts of a live blog that only its data has', () => {
    const updates = lines.map((articleBody, n) => ({ '@type': 'BlogPosting', headline: `Update ${n}`, articleBody }));
    const node = { '@type': 'LiveBlogPosting', headline: title, liveBlogUpdate: updates };
    expect(read(page('<div id="app"></div>', data(node))).text).toBe(
      lines.map((line, n) => `Update ${n}\n${line}`).join('\n'),
    );
  });

  test('in the captions of its pictures, where there is no other text', () => {
    const figures = lines.map((line) => `<figure><img src="a.jpg"><figcaption>${line}</figcaption></figure>`).join('');
    const found = read(article('', figures));
    expect(found.text).toBe(text);
    expect(found.html).toContain(`<figure><figcaption>${lines[0]}</figcaption></figure>`);
  });

  test('with questions in buttons and answers in panels that they open', () => {
    const panels = `<h3><button aria-expanded="false" aria-controls="p1">Who pays for the pumps?</button></h3><div id="p1" hidden><p>${lines[2]}</p></div>
      <h3><button aria-expanded="false">When does it run?</button></h3><div role="region" hidden><p>${lines[5]}</p></div>`;
    const first = lines
      .slice(0, 2)
      .map((line) => `<p>${line}</p>`)
      .join('');
    expect(read(article('', first + panels)).text).toBe(
      [lines[0], lines[1], 'Who pays for the pumps?', lines[2], 'When does it run?', lines[5]].join('\n'),
    );
  });

  test('with sentences that begin as lines of a site do', () => {
    const own = [
      'Subscribers to the line fell by a tenth.',
      'Sign up lists hung in the town hall for a week.',
      'Related: that is what all of them are, says the oldest.',
    ];
    const html = article(
      '',
      story +
        own.map((line) => `<p>${line}</p>`).join('') +
        '<p>Sign up for our newsletter</p><p>Related: Port closes</p>',
    );
    expect(read(html).text).toBe([text, ...own].join('\n'));
  });

  test('without the readings of its characters, which its marks keep', () => {
    const japanese =
      'の<ruby>船<rp>(</rp><rt>ふね</rt><rp>)</rp></ruby>が<ruby>島<rt>しま</rt></ruby>に戻り、港には雨の中で二百人の人々が集まって、その出発を見送った。'.repeat(
        8,
      );
    const found = read(article('', `<p>${japanese}</p>`));
    expect(found.text).toMatch(/^の船が島に戻り/);
    expect(found.html).toContain('<ruby>船<rp>(</rp><rt>ふね</rt><rp>)</rp></ruby>');
  });
});

describe('the authors', () => {
  const person = (name: string, type = 'Person') =>
    data({ '@type': 'NewsArticle', headline: title, author: { '@type': type, name } });
  test.each([
    {
      name: 'of the story, not of a list before it',
      html: page(
        `<ul class="latest"><li><a rel="author" href="/x">Olaf Berg</a></ul><article><h1>${title}</h1><p>By <a rel="author" href="/y">Ann Lee</a></p>${story}</article>`,
      ),
      authors: ['Ann Lee'],
    },
    {
      name: 'of the story, not of its comments',
      html: article(
        '<p class="byline">By Ann Lee</p>',
        `${story}<div class="comments"><span class="author">Grumpy Joe</span></div>`,
      ),
      authors: ['Ann Lee'],
    },
    {
      name: 'by a link to a profile',
      html: article('<div><a href="/authors/ann-lee">Ann Lee</a></div>'),
      authors: ['Ann Lee'],
    },
    {
      name: 'by words alone',
      html: article('<p><em>Von Anna Berg und Max van der Meer</em></p>'),
      authors: ['Anna Berg', 'Max van der Meer'],
    },
    {
      name: 'with a particle that other languages have for "and"',
      html: page(story, person('Ramón Pérez y Galdós')),
      authors: ['Ramón Pérez y Galdós'],
    },
    {
      name: 'an organisation with "and"',
      html: page(story, person('Land and Water Trust', 'Organization')),
      authors: ['Land and Water Trust'],
    },
    { name: 'two in one field', html: page(story, person('Ann Lee and Bo Chen')), authors: ['Ann Lee', 'Bo Chen'] },
    { name: 'surname first', html: page(story, person('Lee, Ann')), authors: ['Ann Lee'] },
    {
      name: 'without role and place',
      html: article('<p class="byline">By Ann Lee, Science Editor, Oslo</p>'),
      authors: ['Ann Lee'],
    },
    {
      name: 'without links to more',
      html: article('<div class="author"><a href="/a">Ann Lee</a> <a href="/b">View more posts</a></div>'),
      authors: ['Ann Lee'],
    },
    {
      name: 'of a person rather than of the publisher',
      html: page(
        `<h1>${title}</h1><div class="author-name">Ann Lee</div>${story}`,
        `<meta property="og:site_name" content="The Courier">${person('The Courier', 'Organization')}`,
      ),
      authors: ['Ann Lee'],
    },
    {
      name: 'Chinese, with place',
      html: article('<div class="author">記者陳小華／高雄報導</div>'),
      authors: ['陳小華'],
    },
    {
      name: 'Chinese, two',
      html: article('<div class="author">本报记者 王明 李大伟</div>'),
      authors: ['王明', '李大伟'],
    },
    { name: 'Chinese, by the word for text', html: article('<p class="byline">文/林美玲</p>'), authors: ['林美玲'] },
    { name: 'Japanese', html: article('<p class="byline">著者 佐藤 花子</p>'), authors: ['佐藤 花子'] },
    { name: 'Korean', html: article('<p class="byline">홍길동 기자</p>'), authors: ['홍길동'] },
  ])('$name', ({ html, authors }) => {
    expect(read(html).authors).toEqual(authors);
  });
});

describe('the time', () => {
  test.each([
    {
      name: 'with an offset of three digits',
      html: article('<span itemprop="datePublished" content="2024-05-16T21:06-500">16 May</span>'),
      publishedAt: '2024-05-16T21:06:00-05:00',
    },
    {
      name: 'with an offset that no place has, by its day',
      html: article('<span itemprop="datePublished" content="2024-05-16T21:06-99:00">16 May</span>'),
      publishedAt: '2024-05-16',
    },
    {
      name: 'in a zone by its name',
      html: article('<p class="date">16 May 2024, 21:06 CEST</p>'),
      publishedAt: '2024-05-16T21:06:00+02:00',
    },
    {
      name: 'in a zone of hours',
      html: article('<p class="date">16/05/2024, 21:06 (GMT+7)</p>'),
      publishedAt: '2024-05-16T21:06:00+07:00',
    },
    {
      name: 'in a zone that several countries name, by its day',
      html: article('<p class="date">16 May 2024 21:06 IST</p>'),
      publishedAt: '2024-05-16',
    },
    {
      name: 'in that zone, on a site of one of them',
      html: article('<p class="date">16 May 2024 21:06 IST</p>'),
      url: 'https://courier.in/news/a',
      publishedAt: '2024-05-16T21:06:00+05:30',
    },
    {
      name: 'of the story and not of the site',
      html: page(
        `<header><time datetime="2025-06-20">today</time></header><main><article><h1>${title}</h1><time datetime="2024-05-16">16 May</time>${story}</article></main>`,
      ),
      publishedAt: '2024-05-16',
    },
    {
      name: 'of publication, behind that of a change',
      html: article('<p class="info">Last updated 18 May 2024 10:00, first published 16 May 2024 09:00</p>'),
      publishedAt: '2024-05-16T09:00:00',
      modifiedAt: '2024-05-18T10:00:00',
    },
    {
      name: 'beside names that only contain such words',
      html: article('<div class="mandate-box">In office since 4 May 1999</div><p class="posted">16 May 2024</p>'),
      publishedAt: '2024-05-16',
    },
    {
      name: 'with the month first, as another date of the page has it',
      html: article('<p class="date">05/04/2024</p>', `${story}<footer>05/30/2024</footer>`),
      publishedAt: '2024-05-04',
    },
    {
      name: 'with the month first in America',
      html: article('<p class="date">05/04/2024</p>').replace('lang="en"', 'lang="en-US"'),
      publishedAt: '2024-05-04',
    },
    {
      name: 'with the day first elsewhere',
      html: article('<p class="date">05/04/2024</p>'),
      publishedAt: '2024-04-05',
    },
    {
      name: 'with the month first, since it would lie ahead',
      html: article('<p class="date">05/07/2025</p>'),
      publishedAt: '2025-05-07',
    },
    {
      name: 'against the time of reading',
      html: article('<p class="date">3 hours ago</p>'),
      publishedAt: '2025-06-20T09:00:00Z',
    },
    { name: 'against the day of reading', html: article('<p class="date">vor 2 Tagen</p>'), publishedAt: '2025-06-18' },
    { name: 'in the years of an era', html: article('<p class="date">令和6年5月16日</p>'), publishedAt: '2024-05-16' },
    { name: 'in digits of another script', html: article('<p class="date">१६ मई २०२४</p>'), publishedAt: '2024-05-16' },
    {
      name: 'not from a number of an article',
      html: article(''),
      url: 'https://courier.example/2024/05/16-saved',
      publishedAt: null,
    },
    {
      name: 'not from a number that looks like a day',
      html: article(''),
      url: 'https://courier.example/news/story-20240516',
      publishedAt: null,
    },
    {
      name: 'from a path of a day',
      html: article(''),
      url: 'https://courier.example/2024/0516/c1-99.html',
      publishedAt: '2024-05-16',
    },
  ])('$name', ({ html, url = here, publishedAt, modifiedAt }) => {
    expect(read(html, url)).toMatchObject({ publishedAt, ...(modifiedAt && { modifiedAt }) });
  });

  test.each([
    '16. Mai 2024',
    '16 de mayo de 2024',
    '16 mai 2024',
    '16 maggio 2024',
    '16 de maio de 2024',
    '16 mei 2024',
    '16. maj 2024',
    '16 toukokuuta 2024',
    '16 maja 2024',
    '16. května 2024',
    '2024. május 16.',
    '16 mai 2024',
    '16 svibnja 2024',
    '16. maja 2024',
    '16 май 2024',
    '16 мая 2024',
    '16 травня 2024',
    '16 Μαΐου 2024',
    '16 Mayıs 2024',
    '16 tháng 5, 2024',
    '16 Mei 2024',
    '16 مايو 2024',
    '16 במאי 2024',
    '16 मई 2024',
    '১৬ মে ২০২৪',
    '16 พฤษภาคม 2567',
    '16. mai 2024',
    '2024. gada 16. maijs',
    '2024 m. gegužės 16 d.',
    '16 de maig de 2024',
    '2024年5月16日',
    '2024년 5월 16일',
    '民國113年5月16日',
  ])('%s', (date) => {
    expect(read(article(`<p class="date">${date}</p>`)).publishedAt).toBe('2024-05-16');
  });
});

describe('the headline', () => {
  const long =
    'Ferry is back after four months and a fire that had stopped it in the middle of winter, with three trips a day for all';
  test.each([
    {
      name: 'with a name in angle brackets',
      html: '<title>Why the &lt;marquee&gt; tag will not die</title>',
      title: 'Why the <marquee> tag will not die',
    },
    {
      name: 'without markup of data',
      html: data({ '@type': 'NewsArticle', headline: 'Why the <i>Aurora</i> sank' }),
      title: 'Why the Aurora sank',
    },
    {
      name: 'with the name of the site in a word',
      html: '<title>Sport – Starker Regen stoppt das Spiel | STAR</title><meta property="og:site_name" content="STAR">',
      title: 'Sport – Starker Regen stoppt das Spiel',
    },
    {
      name: 'whole, where the data is cut',
      html: `<title>${long}</title><h1>${long}</h1>${data({ '@type': 'NewsArticle', headline: long.slice(0, 90) })}`,
      title: long,
    },
    {
      name: 'without section and site',
      html: '<title>Ferry is back at last | News | Courier</title><meta property="og:site_name" content="Courier">',
      title: 'Ferry is back at last',
    },
    {
      name: 'of the page, not of another story in its data',
      html: `<title>${title}</title><h1>${title}</h1>${data({ '@type': 'NewsArticle', headline: title, url: here }, { '@type': 'NewsArticle', headline: 'Port closes', url: 'https://courier.example/news/port', author: 'Olaf Berg', datePublished: '2020-01-01', articleBody: text })}`,
      title,
    },
  ])('$name', ({ html, title: expected }) => {
    const found = read(html);
    expect(found).toMatchObject({ title: expected, authors: [], publishedAt: null });
  });
});

describe('JSON-LD with faults', () => {
  const node = `{"@type":"NewsArticle","headline":"${title}","author":{"@type":"Person","name":"Ann Lee"}}`;
  test.each([
    { name: 'comments', json: `/* made by a machine */ ${node.replace('{"@type":"P', '{ /* who */ "@type":"P')}` },
    { name: 'trailing commas', json: `[${node},]` },
    { name: 'a graph in a list', json: `[{"@graph":[{"@type":"WebPage"},${node}]}]` },
    { name: 'something behind it', json: `${node} ; var a = 1` },
    {
      name: 'escapes that it does not know',
      json: node.replace('Ferry', "Ferry\\'s".replace("\\'s", '')).replace('Ann', '\\Ann'),
    },
    { name: 'HTML in a string', json: node.replace('"headline"', '"description":"<p class=\\"a\\">b</p>","headline"') },
    { name: 'wrong types beside it', json: `{"@type":5,"headline":[],"author":7,"@graph":[null,3,"x",${node}]}` },
  ])('$name', ({ json }) => {
    expect(read(page(story, `<script type="application/ld+json">${json}</script>`)).authors).toEqual(['Ann Lee']);
  });
});

describe('the kind', () => {
  const short = `<p>${lines[0]}</p><p>${lines[1]}</p>`;
  const dated = '<meta property="article:published_time" content="2024-05-16T09:00:00Z">';
  const named = (headline: string, body: string, head = dated) =>
    `<html><head><title>${headline}</title>${head}</head><body><article><h1>${headline}</h1>${body}</article></body></html>`;
  const others = Array.from({ length: 12 }, (_, n) => `<p><b>Story ${n}.</b> ${lines[n % 6]}</p>`).join('');
  test.each([
    {
      name: 'Sunken site not found after a week',
      html: named('Sunken site not found after a week', short),
      kind: 'article',
    },
    {
      name: 'Your privacy is worth a euro, a study says',
      html: named('Your privacy is worth a euro, a study says', short),
      kind: 'article',
    },
    { name: 'Minister takes route 404', html: named('Minister takes route 404', short), kind: 'article' },
    {
      name: 'a story of captchas',
      html: named(
        'Captcha turns twenty',
        '<p>The captcha, a riddle for machines, turns twenty this week; its inventor told a crowd in Oslo that he would do it again, since nothing better had been found in all those years, whatever others may say of it.</p>',
      ),
      kind: 'article',
    },
    {
      name: 'a soft 404 of many words',
      html: named('Page not found', `<p>It has moved.</p><h2>Most read</h2>${others}`, ''),
      kind: 'error',
    },
    { name: 'a German one', html: named('Seite nicht gefunden', `<p>Bitte suchen.</p>${others}`, ''), kind: 'error' },
    { name: 'a Chinese one', html: named('您访问的页面不存在', `<p>返回首页</p>${others}`, ''), kind: 'error' },
    {
      name: 'a list of goods',
      html: `<html><head><title>Lamps</title><meta property="og:type" content="product.group"></head><body><h1>Lamps</h1>${'<li><a href="/l">Lamp</a> A lamp for desks, 12 euro</li>'.repeat(40)}</body></html>`,
      kind: 'index',
    },
  ])('$name is $kind', ({ html, kind }) => {
    const found = read(html);
    expect(found.kind).toBe(kind);
    expect(found.text).not.toBeNull();
    expect(found.kindReason).not.toBe('no-text');
  });
});

describe('the language', () => {
  const chinese =
    '館長說：「渡輪回來了。」《海島日報》、《港口》等報紙都報導了這件事，島上的居民「終於」可以回家，市場、學校、醫院也都恢復了正常。';
  test.each([
    {
      name: 'Chinese with marks that Japanese has too',
      html: `<html lang="zh-TW"><p>${chinese.repeat(3)}`,
      lang: 'zh-TW',
    },
    { name: 'Chinese under an English template', html: `<html lang="en"><p>${chinese.repeat(3)}`, lang: 'zh' },
    {
      name: 'Persian',
      html: `<html lang="en"><p>${'کشتی دیروز پس از چهار ماه به جزیره برگشت و مردم در باران به اسکله رفتند تا آن را ببینند. '.repeat(3)}`,
      lang: 'fa',
    },
    {
      name: 'German under an English template',
      html: `<html lang="en-US"><p>${'Die Fähre fährt seit Montag wieder, und der Rat hat sich für die neuen Pumpen bedankt, die das Schiff nun hat, denn es war nicht leicht. '.repeat(6)}`,
      lang: 'de',
    },
    {
      name: 'Swedish that nothing declares',
      html: `<p>${'Färjan går igen sedan i måndags, och det är en av de saker som folket på ön har väntat på, men den är inte ny. '.repeat(6)}`,
      lang: 'sv',
    },
  ])('$name', ({ html, lang }) => {
    expect(read(html).lang).toBe(lang);
  });
});

test('relative addresses follow the base', () => {
  const found = read(
    page(
      `${story}<p>${lines[0]} <a href="map">Map</a></p>`,
      '<base href="/archive/"><link rel="canonical" href="news/ferry"><meta property="og:image" content="a.jpg">',
    ),
  );
  expect(found).toMatchObject({
    canonicalUrl: 'https://courier.example/archive/news/ferry',
    image: 'https://courier.example/archive/a.jpg',
  });
  expect(found.html).toContain('<a href="https://courier.example/archive/map">Map</a>');
});
