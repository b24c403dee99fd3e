/** Every parser of the archive on text and bytes that are nearly right: a value or its own kind of problem comes out, and nothing else. */
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { load } from 'cheerio/slim';
import fc from 'fast-check';
import tar from 'tar-stream';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { parseArticleUrl } from '../../functions/article/article-url.ts';
import { articleId, isHomePage, isSection, isVariant, norm, siteOf, urlHash } from '../../functions/article/norm.ts';
import { parseDocumentName } from '../../functions/capture/document-name.ts';
import { decodeHtml } from '../../functions/extract/charset.ts';
import { extractDocument } from '../../functions/extract/extract-document.ts';
import { dateInUrl, findDate, parseTime, toUtc } from '../../functions/extract/metadata/dates.ts';
import { findMetadata } from '../../functions/extract/metadata/metadata.ts';
import { pageFacts } from '../../functions/extract/metadata/page.ts';
import { feedDate } from '../../functions/feeds/dates.ts';
import { feedLinks, sitemapsOfRobots, usualPlaces } from '../../functions/feeds/discover.ts';
import { FeedError } from '../../functions/feeds/feed-error.ts';
import { parseFeed } from '../../functions/feeds/parse.ts';
import { BodyTooLarge, readBody, UnknownEncoding } from '../../functions/fetch/content-encoding.ts';
import { notAPage } from '../../functions/fetch/html-check.ts';
import { allows } from '../../functions/fetch/robots-match.ts';
import { rulesFor } from '../../functions/fetch/robots-rules.ts';
import { readDocument } from '../../functions/formats/document.ts';
import { httpResponse } from '../../functions/formats/http-response.ts';
import { readOpml } from '../../functions/formats/opml.ts';
import { TarError, tarFiles } from '../../functions/formats/tar.ts';
import { documentFileName, nextId, safeName } from '../../functions/formats/tree.ts';
import { WarcError, warcRecords } from '../../functions/formats/warc-read.ts';
import { responseRecord } from '../../functions/formats/warc-write.ts';
import { readCursor } from '../../functions/http/cursor.ts';
import { duration, timeParameter } from '../../functions/http/parameters.ts';
import { readPrefer } from '../../functions/http/prefer.ts';
import { ProblemError, problemCodes } from '../../functions/problems.ts';
import { foldWords, matchQuery } from '../../functions/search/match.ts';
import { parseQuery } from '../../functions/search/query-language.ts';
import { jobMessage, parseJob } from '../../functions/store/job.ts';
import { forAll } from '../support/for-all.ts';
import { anyText, fuzzRuns, soup, spoilt } from '../support/fuzz.ts';
import { listOf } from '../support/list-of.ts';

const urlText = soup([
  ...listOf`http:// https: HTTP:\\\\ // news.example xn-- 例え.テスト [::1] 127.1 0x7f @ : :80 :99999 / .. %2e % %00 ? & =
  utm_source a=1 ; # \\ . \u3002 \u00ad javascript: ftp:// www. amp`,
  '\t',
]);
const timeText = soup([
  ...listOf`2024 - 02 30 T 25 : 61 Z + 24:00 . 999999999999 \u5e74 Feb yesterday GMT -0001 +275760 / \u2212 AM`,
  ' ',
  'Mon, ',
]);
const href = 'https://news.example/a/b';

function known(code: string): void {
  expect(problemCodes).toContain(code);
}

test('a URL is one to fetch, or a problem; and what is one can be named, compared and found', () => {
  forAll([urlText, urlText], fuzzRuns(400), (text, other) => {
    const parsed = parseArticleUrl(text, href);
    if ('problem' in parsed) return known(parsed.problem.code);
    expect(norm(norm(parsed.url))).toBe(norm(parsed.url));
    expect(articleId(parsed.url)).toMatch(/^[\w-]{22}$/);
    expect(urlHash(parsed.url)).toMatch(/^[\w-]{22}$/);
    siteOf(parsed.url);
    isHomePage(parsed.url);
    const second = parseArticleUrl(other, parsed.url);
    if ('problem' in second) return;
    isVariant(parsed.url, second.url);
    isSection(parsed.url, second.url);
    usualPlaces(second.url);
  });
});

test('a time is a moment of the years that sort as text, or none', () => {
  const parameter = timeParameter({ end: true });
  forAll([timeText], fuzzRuns(400), (text) => {
    const parsed = v.safeParse(parameter, text);
    if (parsed.success) expect(new Date(parsed.output).toISOString()).toBe(parsed.output);
    for (const found of [parseTime(text), findDate(text), feedDate(text)]) {
      const utc = toUtc(found);
      if (utc !== null) expect(Number.isNaN(Date.parse(utc))).toBe(false);
    }
    dateInUrl(`${href}/${text}`);
    const length = v.safeParse(duration, text);
    if (length.success) expect(Number.isSafeInteger(length.output)).toBe(true);
  });
});

test('a cursor that the archive did not write for this query is refused', () => {
  forAll([fc.oneof(anyText, fc.base64String(), fc.string({ maxLength: 40 }))], fuzzRuns(200), (cursor) => {
    expect(() => readCursor('query', cursor)).toThrow(ProblemError);
  });
});

test('a preference is a wait of 0 to 25 seconds', () => {
  const header = soup(['wait', '=', '10', '99999999999', '"', ',', ' ', ';', 'respond-async', '-1', '1e3', 'WAIT=3']);
  forAll([header], fuzzRuns(200), (text) => {
    const { waitMs } = readPrefer(text);
    expect(waitMs >= 0 && waitMs <= 25_000).toBe(true);
  });
});

test('a query finds what it says, or a problem names the place', () => {
  const words = [
    ...listOf`" - * ( ) OR : title: site: \u53f0\u6e7e \u7063 \uff21 na\u00efve \u0e44\u0e17\u0e22 -- "" *`,
    ' ',
    '\u3000',
  ];
  forAll([soup(words), soup(words)], fuzzRuns(300), (text, source) => {
    const parsed = parseQuery(text);
    if ('problem' in parsed) expect(parsed.problem.position).toBeGreaterThanOrEqual(0);
    else
      matchQuery(
        foldWords({ title: source, description: null, keywords: [text], authors: [], text: source, past: [] }),
        parsed.query,
      );
  });
});

test('a job is one of ours, or none', () => {
  const message = jobMessage({ kind: 'capture', id: 'x', dueAt: '2024-01-01T00:00:00.000Z', sends: 1 });
  forAll([fc.oneof(spoilt(message).map(String), fc.json(), anyText)], fuzzRuns(300), (text) => {
    const job = parseJob(text);
    if (job) expect(parseJob(jobMessage(job))).toEqual(job);
  });
});

test('rules of robots.txt allow or forbid, and sitemaps are URLs', () => {
  const words = [
    ...listOf`User-agent: Disallow: Allow: Sitemap: * / $ # nightdesk %2F https://a.example/ :`,
    '\n',
    '\r',
    ' ',
  ];
  forAll([soup(words), urlText], fuzzRuns(200), (text, path) => {
    const parsed = parseArticleUrl(path, href);
    expect(typeof allows(rulesFor(text, 'Nightdesk/1'), 'url' in parsed ? parsed.url : href)).toBe('boolean');
    for (const url of sitemapsOfRobots(text)) expect(URL.canParse(url)).toBe(true);
  });
});

const rss = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>T &amp; T</title><link>https://a.example/</link><item><title><![CDATA[x]]></title><link>/1</link><guid isPermaLink="false">g</guid>
<pubDate>Mon, 01 Apr 2024 10:00:00 +0200</pubDate><content:encoded><![CDATA[<p>text]]></content:encoded></item></channel></rss>`;
const atom = `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/x/"><title type="html">&lt;b&gt;T</title><entry><id>1</id><link rel="alternate" href="a"/>
<updated>2024-04-01T10:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content></entry></feed>`;
const sitemap = '<urlset><url><loc>https://a.example/1</loc><lastmod>2024</lastmod></url></urlset>';
const jsonFeed =
  '{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"/a","date_published":"2024-01-01","authors":[{"name":"x"}]}]}';

test('a feed is read as far as it goes, or there is a FeedError', () => {
  const tags = soup([
    ...listOf`<rss> <channel> <item> </item> <title> <![CDATA[ ]]> <!-- &amp; &#x110000; &#0; <feed " > {"items": [ ]`,
    ' xml:base="',
    '<link href=',
    '<?xml encoding="utf-16"?>',
  ]);
  forAll(
    [
      fc.oneof(
        spoilt(rss, atom, sitemap, jsonFeed),
        tags.map((text) => Buffer.from(text)),
      ),
      anyText,
    ],
    fuzzRuns(400),
    (body, contentType) => {
      try {
        for (const { url } of parseFeed(body, { url: href, contentType }).entries)
          if (url !== null) expect(URL.canParse(url)).toBe(true);
      } catch (error) {
        if (!(error instanceof FeedError)) throw error;
        known(error.code);
      }
    },
  );
});

test('the feeds that a page names are URLs', () => {
  const words = [
    ...listOf`<link " > https: feed: // x/rss &quot; <!-- \0`,
    ' rel="alternate"',
    ' type="application/rss+xml"',
    ' href="',
    '<base href="',
    '<a href=',
    '<a href=https:rss',
  ];
  forAll([soup(words)], fuzzRuns(200), (html) => {
    for (const { url } of feedLinks(html, href)) expect(URL.canParse(url)).toBe(true);
  });
});

test('OPML is a list of feeds within its limits, or none', () => {
  const file =
    '<opml><body><outline text="F"><outline xmlUrl="https://a.example/f" title="T" category="/a/b,c"/></outline></body></opml>';
  forAll(
    [
      fc.oneof(
        spoilt(file).map(String),
        soup(['<opml>', '<outline xmlUrl="u"', ' category="a,', '"', '>', '/>', '</outline>', '&x;']),
      ),
    ],
    fuzzRuns(200),
    (text) => {
      for (const { tags } of readOpml(text) ?? []) expect(tags.length).toBeLessThanOrEqual(20);
    },
  );
});

test('a document is read, whatever it is', () => {
  const words = [
    ...listOf`<!--1712173501000--> [ ] ( ) https://a.example/ ------ --- " &a *a <p> \\`,
    '\n',
    'title: ',
    'date: ',
    '!!js/x ',
    ': ',
    '- ',
  ];
  forAll([soup(words)], fuzzRuns(200), (source) => {
    readDocument(source);
    expect(typeof extractDocument(Buffer.from(source)).kind).toBe('string');
  });
});

test('a name is one that can be written below the folder of an export, or a problem', () => {
  const words = [...listOf`articles / \\ .. . CON nul.md a .md \0 \u202e C: 2024-02-30 ~`, ' '];
  forAll([soup(words)], fuzzRuns(300), (name) => {
    const parsed = parseDocumentName(name);
    if ('problem' in parsed) return known(parsed.problem.code);
    const parts = parsed.file?.split('/') ?? [];
    for (const part of parts) {
      expect(part).not.toMatch(
        /^\.{0,2}$|[\p{Cc}\\]|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[. ]$|[\u202a-\u202e\u2066-\u2069]/iu,
      );
      expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
    }
  });
});

test('what a title becomes is the name of one file, on every system', () => {
  const words = [
    '../',
    '\\',
    'CON',
    '.',
    ' ',
    '\0',
    '\u202e',
    ':',
    '?',
    'x'.repeat(99),
    '\u6587'.repeat(99),
    'a',
    '\ud800',
    '\u0301',
  ];
  forAll([soup(words), fc.integer({ min: 0, max: 0xfffff })], fuzzRuns(300), (title, id) => {
    expect(nextId([documentFileName(id, title)])).toBe(id - 1);
    for (const name of [documentFileName(id, title), `${safeName(title, 100)}.md`]) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
      expect(name).toMatch(/\.md$/);
      expect(name).not.toMatch(
        /[/\\:*?"<>|\p{Cc}\u202a-\u202e\u2066-\u2069]|^[. ]|[. ]\.md$|^(con|prn|aux|nul|com\d|lpt\d)\./iu,
      );
    }
  });
});

async function tarOf(): Promise<Buffer> {
  const pack = tar.pack();
  pack.entry({ name: 'articles/a/b.md' }, 'text');
  pack.entry({ name: 'c.md', pax: { path: `${'d'.repeat(150)}.md` } }, 'more text');
  pack.entry({ name: 'l', type: 'symlink', linkname: '/etc/passwd' });
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a tar gives files within its limits, or a TarError', async () => {
  const packed = await tarOf();
  await fc.assert(
    fc.asyncProperty(spoilt(packed, gzipSync(packed)), async (body) => {
      try {
        for await (const { bytes } of tarFiles([body], { maxFileBytes: 1000, maxBytes: 100_000 }))
          if (bytes) expect(bytes.length).toBeLessThanOrEqual(1000);
      } catch (error) {
        if (!(error instanceof TarError)) throw error;
      }
    }),
    fuzzRuns(300),
  );
});

test('a WARC gives records, and what is in them is a response or none; or there is a WarcError', async () => {
  const body = Buffer.from('<html><p>text</p></html>');
  const headers: [string, string][] = [['Content-Type', 'text/html']];
  const made = await responseRecord({
    date: '2024-01-01T00:00:00.000Z',
    targetUri: href,
    warcinfo: 'i',
    key: 'k',
    status: 200,
    headers,
    body,
  });
  await fc.assert(
    fc.asyncProperty(spoilt(made), async (file) => {
      try {
        for await (const { block, date } of warcRecords([file], { maxRecordBytes: 5000, maxBytes: 100_000 })) {
          if (date !== null) expect(new Date(date).toISOString()).toBe(date);
          if (block) httpResponse(block);
        }
      } catch (error) {
        if (!(error instanceof WarcError)) throw error;
      }
    }),
    fuzzRuns(200),
  );
});

test('an HTTP response is read, or is none', () => {
  const chunked =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n4;x=y\r\nabcd\r\n0\r\n\r\n';
  const words = [
    ...listOf`200 : br ffffffff -1 ; 0`,
    'HTTP/1.1 ',
    ' OK',
    '\r\n',
    '\n',
    'Content-Encoding: ',
    'gzip, ',
    'Transfer-Encoding: chunked',
  ];
  forAll(
    [
      fc.oneof(
        spoilt(chunked, 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 204\r\n\r\n'),
        soup(words).map((text) => Buffer.from(text)),
      ),
    ],
    fuzzRuns(300),
    (block) => {
      const response = httpResponse(block);
      if (response) expect(Number.isInteger(response.status)).toBe(true);
    },
  );
});

test('a body in any encodings is its bytes within the limit, or an error of its own', async () => {
  const encodings = soup(['gzip', 'br', 'zstd', 'deflate', ',', ' ', 'identity', 'x-gzip', 'GZIP', ';q=0'], 6);
  const text = 'text '.repeat(50);
  await fc.assert(
    fc.asyncProperty(
      spoilt(gzipSync(text), brotliCompressSync(text), zstdCompressSync(text), text),
      encodings,
      fc.boolean(),
      async (body, names, truncate) => {
        try {
          expect(
            (await readBody(Readable.from([body]), names, { maxBytes: 200, truncate })).length,
          ).toBeLessThanOrEqual(200);
        } catch (error) {
          // What zlib says of bytes that are none of its own has a code.
          const isTold =
            error instanceof BodyTooLarge ||
            error instanceof UnknownEncoding ||
            (error instanceof Error && 'code' in error);
          if (!isTold) throw error;
        }
      },
    ),
    fuzzRuns(200),
  );
});

test('bytes of any charset, declared or not, are text', () => {
  const contentType = soup(
    listOf`text/html ; charset= gb2312 utf-7 " x-user-defined iso-2022-kr utf-16 replacement \0`,
    5,
  );
  const html = [
    '<meta charset="gbk">',
    '\u00ff\u00fe',
    '<meta http-equiv=content-type content="text/html; charset=utf-16">',
    '<?xml encoding="x"?>',
  ];
  forAll([spoilt(...html.map((text) => Buffer.from(text, 'latin1'))), contentType], fuzzRuns(300), (bytes, type) => {
    expect(typeof decodeHtml(bytes, type).text).toBe('string');
    const problem = notAPage(bytes, type);
    if (problem) known(problem.code);
  });
});

test('what a page says of itself in JSON-LD and meta tags is text or nothing', () => {
  const story =
    '{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle","headline":"H","datePublished":"2024-01-01","author":{"@id":"#a"},"image":{"url":["/i"]}}]}';
  const nested = fc
    .tuple(
      fc.constantFrom(...listOf`author image headline mainEntity keywords articleSection @graph inLanguage`),
      fc.nat(9000),
    )
    .map(([key, depth]) => `{"@type":"NewsArticle","headline":"H","${key}":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  const objects = fc
    .tuple(fc.constantFrom('image', 'url', 'author', 'mainEntityOfPage'), fc.nat(3000))
    .map(([key, depth]) => `{"@type":"Article","image":${`{"${key}":`.repeat(depth)}1${'}'.repeat(depth)}}`);
  const json = fc
    .json({ maxDepth: 6 })
    .map(
      (text) =>
        `{"@type":"NewsArticle","headline":${text},"author":${text},"image":${text},"datePublished":${text},"keywords":${text}}`,
    );
  forAll(
    [fc.array(fc.oneof(spoilt(story).map(String), nested, objects, json), { maxLength: 3 }), timeText, anyText],
    fuzzRuns(200),
    (blocks, time, text) => {
      const $ = load('<html><head><meta><title></title></head><body></body></html>');
      $('meta').attr({ property: 'article:published_time', content: time });
      $('title').text(text);
      const { title, authors } = findMetadata(pageFacts($, blocks, { url: href }));
      expect(title === null || typeof title === 'string').toBe(true);
      expect(authors.every((author) => typeof author === 'string')).toBe(true);
    },
  );
});
