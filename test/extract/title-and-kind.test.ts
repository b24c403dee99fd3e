/** Which words of a page are its headline, and what tells a list from a story: pages of our own. */
import { describe, expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import type { Extracted } from '../../functions/extract/extracted.ts';
import { paragraphs, title } from '../support/crane.ts';

const lines = paragraphs.slice(0, 3);
const story = lines.map((line) => `<p>${line}</p>`).join('');
const data = (fields: object) =>
  `<script type="application/ld+json">${JSON.stringify({ '@type': 'NewsArticle', ...fields })}</script>`;

function read({
  head = '',
  body,
  url = 'https://quayherald.example/crane',
}: {
  head?: string;
  body: string;
  url?: string;
}): Extracted {
  const html = `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`;
  return extract(Buffer.from(html), { url, contentType: 'text/html' });
}

describe('the headline', () => {
  const og = `<meta property="og:title" content="${title}">`;
  test.each([
    {
      name: 'is not the name of the site, which leads to its first page',
      head: og,
      body: `<h1><a href="/">Notes of a Quay</a></h1><h2>${title}</h2>${story}`,
    },
    {
      name: 'is the longest heading that the title has',
      head: `<title>Quay - Board notices - ${title}</title>`,
      body: `<h1>Board notices</h1><h1>${title}</h1>${story}`,
    },
    {
      name: 'is not the name of a section in the address',
      head: og,
      body: `<h1>Detailansicht</h1><h2>${title}</h2>${story}`,
      url: 'https://quayherald.example/news/detailansicht/harbour-gets-a-second-crane/',
    },
    { name: 'has no site behind it', head: og, body: `<h1>${title} | Some Other Name</h1>${story}` },
    {
      name: 'has no day behind it',
      head: og,
      body: `<h1><span>${title}</span> <small>3 April 2024</small></h1>${story}`,
    },
    { name: 'has no second line behind it', head: og, body: `<h1>${title}<span>A crane for all</span></h1>${story}` },
    {
      name: 'has no word of a section before it',
      head: data({ headline: `Town: ${title}` }),
      body: `<h1>${title}</h1>${story}`,
    },
    { name: 'is not a heading of many sentences', head: og, body: `<h1>${lines.join(' ')}</h1>${story}` },
    { name: 'has no marks before it', head: `<title>» ${title}</title>`, body: story },
    {
      name: 'ends where a path of the site begins',
      head: `<title>${title} / Town / Home</title>`,
      body: `<h1>${title}</h1>${story}`,
    },
  ])('$name', ({ name: _, ...page }) => {
    expect(read(page).title).toBe(title);
  });

  const name = '<meta property="og:site_name" content="Quay Herald">';
  test.each([
    '| Quay Herald',
    ': Quay Herald',
    '：Quay Herald',
    '-Quay Herald',
    '‹ Quay Herald',
    '← Quay Herald',
    '| QH',
    '| Town news | Quay Herald',
  ])('has no name of the site behind it: %s', (tail) => {
    const head = `${name}<title>${title}${/^[：:]/.test(tail) ? '' : ' '}${tail}</title>`;
    expect(read({ head, body: story }).title).toBe(title);
  });

  test.each([
    { name: 'the section of its address', tail: ' | Opinion', url: 'https://quay.example/opinion/crane' },
    { name: 'words of the host', tail: ' | Harbour Letters', url: 'https://letters.harbour-news.example/crane' },
  ])('has not $name behind a bar', ({ tail, url }) => {
    expect(read({ head: `<title>${title}${tail}</title>`, body: story, url }).title).toBe(title);
  });

  test.each([
    { name: 'behind a mark', before: 'quayherald.example: ' },
    { name: 'behind a bar', before: 'QuayHerald.example | ' },
    { name: 'that a heading says', before: 'quayherald.example ', heading: `<h3>${title}</h3>` },
  ])('has no address of the site before it, $name', ({ before, heading = '' }) => {
    expect(read({ head: `<title>${before}${title}</title>`, body: heading + story }).title).toBe(title);
  });

  describe('keeps words that may be the site’s', () => {
    test.each([
      {
        name: 'its initials, in front',
        whole: 'EU - China: trade talks resume in Brussels after a month',
        site: 'El Universal',
      },
      { name: 'its initials, behind', whole: 'What the harbour board may expect - EU', site: 'El Universal' },
      {
        name: 'words of its address, in front',
        whole: 'Manchester United - Chelsea: five things we learned',
        url: 'https://manchesterunitednews.example/five',
      },
      {
        name: 'words of its address, behind',
        whole: 'Five things that we learned | Manchester United',
        url: 'https://manchesterunitednews.example/five',
      },
      {
        name: 'its address, of which the story tells',
        whole: 'Booking.com sues Ryanair over false statements',
        url: 'https://www.booking.com/press/crane',
      },
    ])('$name', ({ whole, site = 'Notes of a Quay', url = 'https://quayherald.example/crane' }) => {
      const names = `<meta property="og:site_name" content="${site}">`;
      const head = `${names}${data({ headline: whole })}<meta property="og:title" content="${whole}"><title>${whole} | ${site}</title>`;
      expect(read({ head, body: `<h1>${whole}</h1>${story}`, url }).title).toBe(whole);
    });
  });

  test.each([
    { heading: 'CO<small>2</small> levels of the harbour rise', whole: 'CO2 levels of the harbour rise' },
    { heading: '<small>T</small>he harbour gets a second crane', whole: 'The harbour gets a second crane' },
    { heading: 'The harbour gets its 2<small>nd</small> crane', whole: 'The harbour gets its 2nd crane' },
  ])('has no space within a word: $heading', ({ heading, whole }) => {
    expect(read({ head: `<title>${whole}</title>`, body: `<h1>${heading}</h1>${story}` }).title).toBe(whole);
  });

  test('has no small line behind it, with or without a space', () => {
    const head = `<meta property="og:title" content="${title}">`;
    for (const space of ['', ' ']) {
      const body = `<h1>${title}${space}<small>3 April 2024</small></h1>${story}`;
      expect(read({ head, body }).title).toBe(title);
    }
  });

  test('has a space where a line of it ends', () => {
    const [first, ...rest] = title.split(' ');
    const body = `<h1>${first}<br>${rest.join(' ')}</h1>${story}`;
    expect(read({ head: `<title>${title}</title>`, body }).title).toBe(title);
  });

  test('is what the heading says, not what the head of the page adds', () => {
    const head = `<title>${title}, Ida Storm</title>`;
    expect(read({ head, body: `<h1>${title}</h1>${story}` }).title).toBe(title);
  });

  test('keeps its first word', () => {
    const head = `<meta property="og:title" content="${title}">`;
    expect(read({ head, body: `<h1>The ${title}</h1>${story}` }).title).toBe(`The ${title}`);
  });

  test('keeps what stands before a colon', () => {
    const whole = `After the fire: ${title}`;
    expect(read({ head: data({ headline: whole }), body: `<h1>${title}</h1>${story}` }).title).toBe(whole);
  });

  test('keeps the marks of a quotation', () => {
    expect(read({ head: '<title>»We wait for days« | Quay Herald</title>', body: story }).title).toMatch(/^»We wait/);
  });
});

describe('the kind', () => {
  const card = (i: number) =>
    `<article><h3><a href="/s/${i}">Story ${i} of the quay</a></h3><p>${lines[i % 3]}</p></article>`;
  const cards = Array.from({ length: 14 }, (_, i) => card(i)).join('');

  test('of the page of all news is a list, whatever its texts say', () => {
    expect(read({ body: `<h1>News</h1>${cards}`, url: 'https://quayherald.example/news' })).toMatchObject({
      kind: 'index',
      kindReason: 'list-of-links',
    });
  });

  test('of a page for a group of products is a list', () => {
    const head = '<meta property="og:type" content="product.group">';
    expect(read({ head, body: `<h1>Cranes</h1>${story.repeat(5)}` }).kind).toBe('index');
  });

  test('of a story that lies under news is a story', () => {
    const page = { head: data({ headline: title }), body: `<h1>${title}</h1>${story.repeat(3)}` };
    expect(read({ ...page, url: 'https://quayherald.example/news/harbour-gets-a-second-crane' }).kind).toBe('article');
  });

  test('of a short text without any mark is a story from 75 words on', () => {
    const words = (count: number) =>
      `<p>${Array.from({ length: count }, (_, i) => (i % 9 === 8 ? 'crane.' : 'crane')).join(' ')}</p>`;
    const kindOf = (count: number) => {
      const { kind, kindConfidence } = read({ body: `<h1>${title}</h1>${words(count)}` });
      return [kind, kindConfidence];
    };
    expect([75, 74, 60, 59].map(kindOf)).toEqual([
      ['article', 0.6],
      ['stub', 0.5],
      ['stub', 0.5],
      ['stub', 0.7],
    ]);
  });
});
