/** Pages at which whatever is quadratic takes longer than an extraction may, and what is linear well under a second: all of each is read. */
import { afterAll, expect, test } from 'vitest';
import { makeExtractor } from '../../functions/jobs/extractor.ts';

const extractor = makeExtractor();
afterAll(() => extractor.close());

function page(head: string, body = '<p>x'): string {
  return `<!doctype html><html><head>${head}</head><body>${body}</body></html>`;
}

/** Of which authors are looked for near the headline. */
function storyOf(body: string): string {
  return page('<title>Harbour gets a second crane</title>', `<main><h1>Harbour gets a second crane</h1>${body}</main>`);
}

/** Prose around one part whose lines are linked in part. */
function linkedPart(): string {
  const words = 'the keeper of the lighthouse counted nets and gulls before the tide turned on';
  const prose = (from: number) =>
    Array.from({ length: 600 }, (_, i) => `<div>In week ${from + i}, ${words} the sand bank.</div>`).join('');
  const lines = Array.from(
    { length: 2400 },
    (_, i) => `On day ${i} ${words} <a href="/bank/${i}">its long bank of sand and of shells</a>.`,
  );
  return `<main>${prose(0)}<div>${lines.join('<br>')}<p></p></div>${prose(600)}</main>`;
}

test.each([
  { name: 'a word of 2 MB', html: page('', `<p>${'a'.repeat(2_000_000)}`) },
  { name: 'white space of 2 MB', html: page('', `<p>a${' '.repeat(2_000_000)}b`) },
  { name: 'line breaks of 2 MB', html: page('', `<p>a${'\n'.repeat(2_000_000)}b`) },
  { name: 'commas of 1 MB', html: page('', `<p>${', '.repeat(500_000)}`) },
  { name: 'entities of 1 MB', html: page(`<title>${'&amp;'.repeat(200_000)}`) },
  {
    name: 'half tags in a headline',
    html: page(
      `<script type="application/ld+json">{"@type":"NewsArticle","headline":"${'<a'.repeat(200_000)}"}</script>`,
    ),
  },
  {
    name: 'half tags in an articleBody',
    html: page(
      `<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"${'<p '.repeat(200_000)}"}</script>`,
    ),
  },
  {
    name: 'brackets in an author',
    html: page(
      `<script type="application/ld+json">{"@type":"NewsArticle","author":"${'( '.repeat(200_000)}"}</script>`,
    ),
  },
  {
    name: 'commas in keywords',
    html: page(
      `<script type="application/ld+json">{"@type":"NewsArticle","keywords":"${'a,'.repeat(200_000)}"}</script>`,
    ),
  },
  { name: 'semicolons in JSON-LD', html: page(`<script type="application/ld+json">;${' '.repeat(500_000)}x</script>`) },
  { name: 'slashes in JSON-LD', html: page(`<script type="application/ld+json">//${' '.repeat(500_000)}x</script>`) },
  { name: 'commas in JSON-LD', html: page(`<script type="application/ld+json">${', '.repeat(250_000)}</script>`) },
  { name: 'digits of 1 MB', html: page('', `<p class="date">${'2024-'.repeat(200_000)}`) },
  { name: 'a headline tag of spaces', html: page(`<title>a${' '.repeat(1_000_000)}b`) },
  { name: 'a meta charset that never comes', html: `${'<meta '.repeat(1000)}${page('')}` },
  { name: 'angle brackets of 50 KB', html: page('', '<'.repeat(50_000)) },
  {
    name: 'white space after the end of a CDATA section in JSON-LD',
    html: page(`<script type="application/ld+json">{}]]>${' '.repeat(80_000)}x</script>`),
  },
  {
    name: 'a title tag of hyphens before the name of the site',
    html: page(`<title>${'-'.repeat(80_000)}x | example</title>`),
  },
  { name: '15,000 elements outside of html and body', html: '<h1>x</h1>'.repeat(15_000) },
  {
    name: 'a story of 10,000 paragraphs',
    html: page('', `<article>${'<p>Word word word, word word and more words in this one.</p>'.repeat(10_000)}`),
  },
  { name: 'a headline before 12,000 empty lines in bold', html: storyOf('<p><b>&nbsp;</b></p>'.repeat(12_000)) },
  {
    name: '8,000 bylines that are the last of 8,000 topics',
    html: storyOf(
      '<div class="author">Deep Water</div>'.repeat(8000) +
        '<a href="/tags/y">y</a>'.repeat(8000) +
        '<a href="/tags/y">Deep Water</a>',
    ),
  },
  { name: 'a part of 2,400 lines that Readability leaves out', html: page('', linkedPart()) },
])('$name', async ({ html }) => {
  const input = { url: 'https://www.example.com/news/a-story' };
  expect(await extractor.extract(Buffer.from(html), input)).toMatchObject({ extent: 'all', reason: null });
});
