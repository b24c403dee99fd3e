/** Lines that are broken between characters that no space parts: in texts, titles, documents and feeds. */
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { extractDocument } from '../functions/extract/extract-document.ts';
import { writeDocument } from '../functions/formats/write-document.ts';
import { brokenEnd, foldSpace, joinBrokenLines } from '../functions/white-space.ts';
import { atomEntry, rssItem } from './feeds/read.ts';
import { forAll } from './support/for-all.ts';

test.each([
  ['Chinese', '博物\n馆', '博物馆'],
  ['Chinese, indented', '博物 \r\n    馆', '博物馆'],
  ['Japanese, with a tab', 'カフ\tェー', 'カフェー'],
  ['Japanese, behind a voicing mark', 'か\u3099\nす', 'か\u3099す'],
  ['Thai', 'พิพิธ\nภัณฑ์', 'พิพิธภัณฑ์'],
  ['Khmer', 'សារ\nមន្ទីរ', 'សារមន្ទីរ'],
  ['Chinese, behind a comma', '开门，\n大家', '开门，大家'],
  ['a space that is one', '博物 馆', '博物 馆'],
  ['a wide space that is one', '東京　大阪', '東京 大阪'],
  ['Korean, which has spaces', '박물\n관', '박물 관'],
  ['English', 'art\n  museum', 'art museum'],
  ['between Chinese and English', '买\niPhone\n手机', '买 iPhone 手机'],
])('%s', (_, text, folded) => {
  expect(foldSpace(text)).toBe(folded);
});

it('nothing but white space goes, and where no line is broken nothing', () => {
  const piece = fc.constantFrom('书', '馆', 'か', 'a', 'ก', '한', ' ', '\n', '\t', '，', '\u3099');
  forAll([fc.array(piece, { maxLength: 30 })], (pieces) => {
    const text = pieces.join('');
    expect(joinBrokenLines(text).replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    if (!/[\n\t]/.test(text)) expect(joinBrokenLines(text)).toBe(text);
    expect(text.endsWith(brokenEnd(text))).toBe(true);
  });
});

it('takes no more than its time', () => {
  const began = performance.now();
  for (const text of ['书\n', '\u3099', '书 ', '\n', '书\u3099\n ']) foldSpace(text.repeat(200_000));
  expect(performance.now() - began).toBeLessThan(5000);
});

it.each([
  ['<p>县立美\n  术馆</p>', '县立美术馆', '<p>县立美术馆</p>'],
  ['<p>县立\n<b>美术</b>\n馆</p>', '县立美术馆', '<p>县立<strong>美术</strong>馆</p>'],
  ['<p>看\n<b>art</b>\n去</p>', '看 art 去', '<p>看 <strong>art</strong> 去</p>'],
  ['<p><b>财经</b>\n<b>体育</b></p>', '财经 体育', '<p><strong>财经</strong> <strong>体育</strong></p>'],
  ['<pre>床前\n明月</pre>', '床前 明月', '<pre>床前\n明月</pre>'],
])('a document with %s', (body, text, html) => {
  const source = `<!--1712173501000-->\n[县立\t美术馆](https://a.example/x)\n------\n\n${body}\n`;
  expect(extractDocument(Buffer.from(source))).toMatchObject({ title: '县立美术馆', text, html });
});

it('a document that is written', () => {
  const parts = {
    title: '县立\n美术馆',
    url: 'https://a.example/x',
    publishedAtMs: 1,
    body: '<p>开\n门</p>\n<p>a\nb</p>',
  };
  expect(writeDocument(parts)).toBe('<!--1-->\n[县立美术馆](https://a.example/x)\n------\n\n<p>开门</p><p>a b</p>\n');
});

it('the title of an entry', () => {
  expect(rssItem('<title>县立美\n    术馆</title><link>https://a.example/1</link>').title).toBe('县立美术馆');
  expect(atomEntry('<title type="text">県立\n美術館 と 庭</title><id>1</id>').title).toBe('県立美術館 と 庭');
});
