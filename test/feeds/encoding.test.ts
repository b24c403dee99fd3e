/** Feeds in every charset, declared rightly, wrongly or not at all. */
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { read } from './read.ts';

const story = '新华社北京四月三日电 国家主席今天在人民大会堂会见了来访的客人，双方就共同关心的问题交换了意见。';

function feed(title: string, declaration = ''): string {
  return `${declaration}<rss version="2.0"><channel><title>${title}</title></channel></rss>`;
}

function declared(charset: string): string {
  return `<?xml version="1.0" encoding="${charset}"?>\n`;
}

test.each([
  ['nothing said is UTF-8', feed(story), 'utf-8', null],
  ['declared in the XML', feed(story, declared('GB2312')), 'gbk', 'text/xml'],
  ['declared after junk', feed(story, `\n \n${declared('gb18030')}`), 'gb18030', null],
  ['declared in the header', feed(story), 'gbk', 'application/rss+xml; charset=gbk'],
  ['the header wins over the XML', feed(story, declared('big5')), 'gbk', 'text/xml; charset="gbk"'],
  ['a header that means nothing', feed(story, declared('gbk')), 'gbk', 'text/xml; charset=none'],
  ['UTF-8 that is called something else', feed(story, declared('iso-8859-1')), 'utf-8', 'text/xml; charset=gbk'],
  ['GBK that is called UTF-8', feed(story.repeat(5), declared('utf-8')), 'gbk', null],
  ['UTF-16 in name only', feed(story, declared('utf-16')), 'utf-8', null],
  ['UTF-16 without a mark, small end first', feed(story, declared('utf-16')), 'utf-16le', null],
  ['UTF-16 without a mark, big end first', feed(story), 'utf-16be', 'text/xml'],
  ['UTF-32', feed(story), 'utf-32le', null],
  ['a <meta> in an entry is no declaration', feed(`${story}<![CDATA[<meta charset="big5">]]>`), 'utf-8', null],
])('%s', (_, bytes, charset, type) => {
  expect(read(iconv.encode(bytes, charset), type).title).toContain(story);
});

describe('a byte order mark wins over everything', () => {
  test.each(['utf-8', 'utf-16le', 'utf-16be', 'utf-32be'])('%s', (charset) => {
    const bytes = iconv.encode(feed(story, declared('big5')), charset, { addBOM: true });
    expect(read(bytes, 'text/xml; charset=gbk').title).toBe(story);
  });
});

test('windows-1252 with letters of Latin-1 and more', () => {
  const bytes = iconv.encode(feed('L’été à l’Élysée – 5 €', declared('windows-1252')), 'win1252');
  expect(read(bytes).title).toBe('L’été à l’Élysée – 5 €');
});

test('JSON Feed is UTF-8 with or without a mark', () => {
  const source = JSON.stringify({ version: 'https://jsonfeed.org/version/1', title: story, items: [] });
  expect(read(source).title).toBe(story);
  expect(read(`\ufeff${source}`).title).toBe(story);
});
