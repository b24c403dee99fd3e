/** What a page says of its site and of the type of its story, and the text that only its scripts are given. */
import { describe, expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import type { Extracted } from '../../functions/extract/extracted.ts';
import { paragraphs, title } from '../support/crane.ts';

const lines = paragraphs.slice(0, 4);
const story = lines.map((line) => `<p>${line}</p>`).join('');
const data = (...nodes: object[]) => `<script type="application/ld+json">${JSON.stringify(nodes)}</script>`;
const meta = (name: string, content: string) => `<meta property="${name}" content="${content}">`;
const news = (fields: object) => data({ '@type': 'NewsArticle', headline: title, ...fields });

function read(
  head: string,
  { url = 'https://quayherald.example/town/crane', body = story, name = title } = {},
): Extracted {
  const html = `<!doctype html><html lang="en"><head><title>${name}</title>${head}</head><body><h1>${title}</h1>${body}</body></html>`;
  return extract(Buffer.from(html), { url, contentType: 'text/html' });
}

describe('the name of the site', () => {
  test.each([
    { name: 'as it is given to others', head: meta('og:site_name', 'Quay Herald') },
    { name: 'as that of its publisher', head: news({ publisher: { '@type': 'Organization', name: 'Quay Herald' } }) },
    { name: 'in the data of the site', head: data({ '@type': 'WebSite', name: 'Quay Herald' }) },
    { name: 'as an application', head: meta('application-name', 'Quay Herald') },
    { name: 'behind the headline, if the address has it', head: '', title: `${title} | Quay Herald` },
  ])('$name', ({ head, title: name }) => {
    expect(read(head, { name: name ?? title }).siteName).toBe('Quay Herald');
  });

  test('is not what else stands behind the headline', () => {
    expect(read('', { name: `${title} | Other words` }).siteName).toBeNull();
  });
});

test.each([
  { head: news({ isAccessibleForFree: false }), isPaid: true },
  { head: news({ isAccessibleForFree: 'False' }), isPaid: true },
  {
    head: news({ hasPart: [{ '@type': 'WebPageElement', isAccessibleForFree: 'http://schema.org/False' }] }),
    isPaid: true,
  },
  { head: news({ isAccessibleForFree: true }) + meta('article:content_tier', 'locked'), isPaid: false },
  { head: meta('article:content_tier', 'metered'), isPaid: true },
  { head: meta('article:content_tier', 'free'), isPaid: false },
  { head: '', isPaid: false },
])('whether a story is for those who pay: $head', ({ head, isPaid }) => {
  expect(read(head).isPaid).toBe(isPaid);
});

test.each([
  { name: 'a report', head: news({}), newsType: 'news' },
  { name: 'a live blog by its data', head: data({ '@type': 'LiveBlogPosting', headline: title }), newsType: 'live' },
  { name: 'a live blog by its address', head: news({}), url: 'https://a.example/liveticker/crane', newsType: 'live' },
  {
    name: 'an opinion by its data',
    head: data({ '@type': 'OpinionNewsArticle', headline: title }),
    newsType: 'opinion',
  },
  { name: 'an opinion by its section', head: news({ articleSection: 'Meinung' }), newsType: 'opinion' },
  { name: 'a comment by its section', head: news({ articleSection: 'Comment' }), newsType: 'opinion' },
  { name: 'a comment by its address', head: news({}), url: 'https://a.example/comment/crane', newsType: 'opinion' },
  { name: 'an opinion by its mark', head: news({}) + meta('article:opinion', 'true'), newsType: 'opinion' },
  { name: 'a gallery by its address', head: '', url: 'https://a.example/fotostrecke/crane', newsType: 'gallery' },
  { name: 'a video by its data', head: data({ '@type': 'VideoObject', name: title }), newsType: 'video' },
  {
    name: 'a report with a video in it',
    head: news({}) + data({ '@type': 'VideoObject', name: 'Crane' }),
    newsType: 'news',
  },
  { name: 'nothing that says so', head: '', newsType: null },
  { name: 'a headline with such a word', head: news({}), url: 'https://a.example/town/video', newsType: 'news' },
])('the type of $name is $newsType', ({ head, url, newsType }) => {
  expect(read(head, url === undefined ? {} : { url }).newsType).toBe(newsType);
});

describe('a page that scripts build', () => {
  const json = (state: unknown) =>
    `<script id="__NEXT_DATA__" type="application/json">${JSON.stringify(state)}</script>`;
  const empty = (state: string) => read('', { body: `<div id="app"></div>${state}` }).text;
  const paragraphs = lines.map((text) => ({ type: 'paragraph', data: { text } }));

  test.each([
    { name: 'as paragraphs in objects', state: { props: { story: { title, body: paragraphs } } } },
    { name: 'as one text', state: { props: { story: { title, content: lines.join('\n') } } } },
    { name: 'as HTML', state: { props: { story: { title, html: story } } } },
  ])('has its text in their data, $name', ({ state }) => {
    expect(empty(json(state))).toBe(lines.join('\n'));
  });

  test('has its text in what a script sets', () => {
    expect(empty(`<script>window.__INITIAL_STATE__ = ${JSON.stringify({ story: { paragraphs } })};</script>`)).toBe(
      lines.join('\n'),
    );
  });

  test.each([-200, -100, -40, -30, -20, -10, -1, 0])(
    'has its text in what a script sets that begins %i characters after the first 65,536',
    (offset) => {
      const script = `<script>\n  window.__INITIAL_STATE__ = ${JSON.stringify({ story: { paragraphs } })};</script>`;
      const before = '<!doctype html><html lang="en"><head><title></title></head><body>';
      const filler = '<!--'.padEnd(65_536 + offset - before.length - '-->'.length, 'x');
      const html = `${before}${filler}-->${script}</body></html>`;
      const { text } = extract(Buffer.from(html), { url: 'https://a.example/crane', contentType: 'text/html' });
      expect(text).toBe(lines.join('\n'));
    },
  );

  test('keeps its own text where it has one', () => {
    const other = { props: { body: lines.map((line) => ({ text: `Elsewhere, ${line} ${line}` })) } };
    expect(read('', { body: story + json(other) }).text).toBe(lines.join('\n'));
  });

  const consent =
    'The shop behind these pages and those it works with keep things on your device, so that they know you again and show you what you like. ';

  test.each([
    { name: 'consent by another name', other: { overlay: { text: consent.repeat(6) } } },
    { name: 'consent by its name', other: { consent: { text: consent.repeat(6) } }, named: false },
    {
      name: 'consent by its words',
      other: { overlay: { text: `We and our 214 partners use cookies. ${consent.repeat(6)}` } },
      named: false,
    },
    { name: 'a longer story', other: { next: { content: `Rain fell on the hills. ${consent.repeat(6)}` } } },
  ])('has its story and not $name', ({ other, named = true }) => {
    const state = `${json({ ...other, article: { body: lines.join('\n') } })}`;
    const name = named ? title : '';
    const html = `<!doctype html><html lang="en"><head><title>${name}</title></head><body><div id="app"></div>${state}</body></html>`;
    const { text } = extract(Buffer.from(html), { url: 'https://a.example/crane', contentType: 'text/html' });
    expect(text).toBe(lines.join('\n'));
  });

  test('has no text where its data holds a notice only', () => {
    expect(empty(json({ overlay: { text: `We and our 214 partners use cookies. ${consent.repeat(6)}` } }))).toBeNull();
  });

  test.each([
    { name: 'Hindi', end: '।', sentence: 'बंदरगाह ने मंगलवार को दूसरी क्रेन खरीदी क्योंकि पहली सर्दियों में खड़ी रही' },
    {
      name: 'Urdu',
      end: '۔',
      sentence: 'بندرگاہ نے منگل کو دوسری کرین خریدی کیونکہ پہلی پوری سردیوں میں کھڑی رہی تھی',
    },
    { name: 'Arabic', end: '؟', sentence: 'هل اشترى مجلس الميناء الرافعة الثانية يوم الثلاثاء بعد أن توقفت الأولى' },
    {
      name: 'Armenian',
      end: '։',
      sentence: 'Նավահանգիստը երեքշաբթի օրը գնեց երկրորդ կռունկը քանի որ առաջինը կանգնած էր',
    },
    { name: 'Amharic', end: '።', sentence: 'ወደቡ ማክሰኞ ዕለት ሁለተኛውን ክሬን ገዛ ምክንያቱም የመጀመሪያው ክረምቱን ሙሉ ቆሞ ነበርና ነው ተብሏል' },
    { name: 'Thai', end: '', sentence: 'คณะกรรมการท่าเรือซื้อเครนตัวที่สองเมื่อวันอังคารหลังจากตัวแรกหยุดทำงานเกือบตลอดฤดูหนาว' },
    { name: 'Burmese', end: '။', sentence: 'ဆိပ်ကမ်းအဖွဲ့သည်အင်္ဂါနေ့တွင်ဒုတိယကရိန်းကိုဝယ်ယူခဲ့သည်ပထမကရိန်းသည်ဆောင်းရာသီတွင်ရပ်နေခဲ့သည်' },
  ])('has its text in their data, in $name', ({ end, sentence }) => {
    const told = Array.from({ length: 8 }, () => `${sentence}${end}`);
    expect(empty(json({ story: { title, body: told } }))).toBe(told.join('\n'));
  });

  test('is empty where the data is broken, or holds addresses and styles', () => {
    const styles = Array.from({ length: 20 }, (_, i) => `https://cdn.example/${'x'.repeat(60)}/${i}. css`);
    expect(empty(json({ items: styles }))).toBeNull();
    expect(empty('<script type="application/json">{"body": "</script>')).toBeNull();
  });
});
