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
  { name: 'nothing said is UTF-8', bytes: feed(story), charset: 'utf-8', type: null },
  { name: 'declared in the XML', bytes: feed(story, declared('GB2312')), charset: 'gbk', type: 'text/xml' },
  { name: 'declared after junk', bytes: feed(story, `\n \n${declared('gb18030')}`), charset: 'gb18030', type: null },
  { name: 'declared in the header', bytes: feed(story), charset: 'gbk', type: 'application/rss+xml; charset=gbk' },
  {
    name: 'the header wins over the XML',
    bytes: feed(story, declared('big5')),
    charset: 'gbk',
    type: 'text/xml; charset="gbk"',
  },
  {
    name: 'a header that means nothing',
    bytes: feed(story, declared('gbk')),
    charset: 'gbk',
    type: 'text/xml; charset=none',
  },
  {
    name: 'UTF-8 that is called something else',
    bytes: feed(story, declared('iso-8859-1')),
    charset: 'utf-8',
    type: 'text/xml; charset=gbk',
  },
  { name: 'GBK that is called UTF-8', bytes: feed(story.repeat(5), declared('utf-8')), charset: 'gbk', type: null },
  { name: 'UTF-16 in name only', bytes: feed(story, declared('utf-16')), charset: 'utf-8', type: null },
  {
    name: 'UTF-16 without a mark, small end first',
    bytes: feed(story, declared('utf-16')),
    charset: 'utf-16le',
    type: null,
  },
  { name: 'UTF-16 without a mark, big end first', bytes: feed(story), charset: 'utf-16be', type: 'text/xml' },
  { name: 'UTF-32', bytes: feed(story), charset: 'utf-32le', type: null },
  {
    name: 'a <meta> in an entry is no declaration',
    bytes: feed(`${story}<![CDATA[<meta charset="big5">]]>`),
    charset: 'utf-8',
    type: null,
  },
])('$name', ({ bytes, charset, type }) => {
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
