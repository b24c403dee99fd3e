/** Pages made to be slow, huge or misleading, at any scale, and real ones damaged by chance. The same pages every time. */
import iconv from 'iconv-lite';
import { listOf } from './list-of.ts';
import { harbour, library, storyPage } from './pages.ts';

export type CraftedPage = { name: string; body: Uint8Array; contentType: string };

/** How often each piece is repeated at scale 1; a page is then at most 20 MB, which is what a fetch lets through. */
type Kind = { name: string; head?: (scale: number) => string; body?: (scale: number) => string };

const times = (text: string, count: number, scale: number) => text.repeat(Math.max(1, Math.round(count * scale)));
const numbered = (count: number, scale: number, piece: (n: number) => string) =>
  Array.from({ length: Math.max(1, Math.round(count * scale)) }, (_, n) => piece(n)).join('');
const jsonLd = (json: string) => `<script type="application/ld+json">${json}</script>`;
const nested = (open: string, close: string, count: number, scale: number, inner = 'x') =>
  times(open, count, scale) + inner + times(close, count, scale);

const kinds: Kind[] = [
  { name: '100,000 nested elements', body: (s) => nested('<div>', '</div>', 100_000, s) },
  { name: '100,000 nested elements that nobody closes', body: (s) => times('<section>', 100_000, s) },
  { name: '100,000 nested links', body: (s) => nested('<a href=x>', '</a>', 100_000, s) },
  { name: '100,000 nested bold texts', body: (s) => times('<b>x', 100_000, s) },
  { name: '50,000 nested tables', body: (s) => nested('<table><tr><td>', '</table>', 50_000, s) },
  { name: '50,000 nested lists', body: (s) => times('<ul><li>x', 50_000, s) },
  { name: '50,000 nested quotes', body: (s) => nested('<blockquote>', '</blockquote>', 50_000, s) },
  { name: '20,000 nested frames', body: (s) => nested('<iframe srcdoc="', '">', 20_000, s) },
  { name: '20,000 nested forms', body: (s) => times('<form><p>x', 20_000, s) },
  { name: '20,000 nested drawings', body: (s) => nested('<svg><foreignObject>', '</foreignObject></svg>', 20_000, s) },
  { name: '20,000 nested formulas', body: (s) => times('<math><mi><mtext>', 20_000, s) },
  { name: '20,000 nested templates', body: (s) => nested('<template>', '</template>', 20_000, s) },
  { name: '5 MB of attributes', body: (s) => `<p ${numbered(300_000, s, (n) => `data-${n}="${n}" `)}>x</p>` },
  { name: 'one attribute of 5 MB', body: (s) => `<p title="${times('a', 5_000_000, s)}">x</p>` },
  { name: 'a class name of 1 MB', body: (s) => `<p class="${times('a', 1_000_000, s)}">x</p>` },
  { name: '200,000 class names', body: (s) => `<div class="${numbered(200_000, s, (n) => `c${n} `)}">x</div>` },
  { name: 'an id of 1 MB on each of five elements', body: (s) => `<p id="${times('i', 1_000_000, s)}">x`.repeat(5) },
  { name: 'an element name of 1 MB', body: (s) => `<${times('p', 1_000_000, s)}>x` },
  { name: 'a million comments', body: (s) => times('<!---->', 1_000_000, s) },
  { name: 'a comment of 10 MB', body: (s) => `<!--${times('- ', 5_000_000, s)}-->` },
  { name: 'comments that never end', body: (s) => times('<!-- ', 500_000, s) },
  { name: 'a million ends', body: (s) => times('</p>', 1_000_000, s) },
  { name: 'ends of nothing', body: (s) => numbered(200_000, s, (n) => `</x${n}>`) },
  { name: 'half tags', body: (s) => times('<a <b ', 500_000, s) },
  { name: 'open quotes', body: (s) => times('<p class="', 500_000, s) },
  { name: 'angle brackets', body: (s) => times('<', 2_000_000, s) },
  { name: '100,000 paragraphs', body: (s) => times('<p>x', 100_000, s) },
  { name: '100,000 paragraphs of words', body: (s) => times('<p>The ferry sails again, they say. ', 100_000, s) },
  { name: '100,000 lines', body: (s) => times('x<br>', 100_000, s) },
  { name: '10,000 links', body: (s) => numbered(10_000, s, (n) => `<a href="/${n}">A headline, number ${n}</a> `) },
  { name: 'a table of 100,000 cells', body: (s) => `<table>${times(`<tr>${'<td>x'.repeat(100)}`, 1000, s)}</table>` },
  { name: 'a table of wide cells', body: (s) => `<table>${times('<tr><td colspan=1000 rowspan=65534>x', 10_000, s)}` },
  { name: '100,000 pictures', body: (s) => times('<img src=x alt=y>', 100_000, s) },
  {
    name: 'a picture of 10 MB in the page',
    body: (s) => `<img src="data:image/png;base64,${times('A', 10_000_000, s)}">`,
  },
  { name: '100,000 options', body: (s) => `<select>${times('<option>x', 100_000, s)}` },
  { name: 'entities', body: (s) => times('&amp;', 1_000_000, s) },
  { name: 'entities without an end', body: (s) => times('&amp&lt&#x41', 500_000, s) },
  { name: 'entities that are none', body: (s) => times('&nosuchentity;&#99999999;', 300_000, s) },
  { name: 'an entity of 1 MB', body: (s) => `&#${times('1', 1_000_000, s)};&${times('a', 1_000_000, s)};` },
  { name: 'NULs', body: (s) => times('<p>a\0b</p>', 300_000, s) },
  { name: 'control characters', body: (s) => times('\x01\x02\x08\x0b\x1f\x7f\x85', 300_000, s) },
  { name: 'right-to-left overrides', body: (s) => `<p>${times('\u202egnihton\u202c \u2066x\u2069', 200_000, s)}` },
  { name: 'combining marks', body: (s) => `<p>a${times('\u0301', 1_000_000, s)}` },
  { name: 'spaces without width', body: (s) => `<p>${times('\u200b\ufeff\u00ad', 500_000, s)}` },
  { name: 'characters beyond the first plane', body: (s) => `<p>${times('😀𠮷', 500_000, s)}` },
  { name: 'a word of 5 MB', body: (s) => `<p>${times('a', 5_000_000, s)}` },
  { name: 'white space of 5 MB', body: (s) => `<p>a${times(' \n\t', 1_700_000, s)}b` },
  {
    name: 'a script that looks like text',
    body: (s) => `<script>${times('<p>The ferry sails again.</p>', 200_000, s)}`,
  },
  { name: 'scripts in scripts', body: (s) => times('<script><!--<script>', 200_000, s) },
  { name: 'style sheets', body: (s) => numbered(100_000, s, (n) => `<style>.c${n}{color:red}</style>`) },
  { name: 'raw text that never ends', body: (s) => `<textarea>${times('<p>x</p>', 500_000, s)}` },
  { name: 'plain text for ever', body: (s) => `<plaintext>${times('<p>x</p>', 500_000, s)}` },
  { name: 'noscript in noscript', body: (s) => nested('<noscript>', '</noscript>', 50_000, s, '<p>x') },
  { name: 'a title of 1 MB', head: (s) => `<title>${times('Ferry - ', 125_000, s)}</title>` },
  { name: 'titles', head: (s) => times('<title>A</title>', 100_000, s) },
  { name: 'a description of 5 MB', head: (s) => `<meta name=description content="${times('ab ', 1_700_000, s)}">` },
  {
    name: '100,000 meta tags',
    head: (s) => numbered(100_000, s, (n) => `<meta property="article:tag" content="t${n}">`),
  },
  { name: 'bases', head: (s) => numbered(50_000, s, (n) => `<base href="/${n}/">`) },
  { name: 'canonical links', head: (s) => numbered(50_000, s, (n) => `<link rel=canonical href="/${n}">`) },
  { name: 'a canonical link of 1 MB', head: (s) => `<link rel=canonical href="/${times('a', 1_000_000, s)}">` },
  {
    name: 'JSON-LD of 10 MB',
    head: (s) => jsonLd(`[${numbered(200_000, s, (n) => `{"@type":"NewsArticle","headline":"${n}"},`)}{}]`),
  },
  { name: 'JSON-LD of 1,000 levels', head: (s) => jsonLd(nested('{"@graph":[', ']}', 1000, Math.max(s, 1), '{}')) },
  { name: 'JSON-LD of a million levels', head: (s) => jsonLd(nested('[', ']', 1_000_000, s, '')) },
  {
    name: 'JSON-LD that is cut',
    head: (s) => jsonLd(`{"@type":"NewsArticle","articleBody":"${times('<p ', 1_000_000, s)}`),
  },
  { name: '20,000 pieces of JSON-LD', head: (s) => times(jsonLd('{"@type":"NewsArticle","headline":"a"}'), 20_000, s) },
  {
    name: '100,000 authors',
    head: (s) => jsonLd(`{"@type":"NewsArticle","author":[${numbered(100_000, s, (n) => `"A ${n}",`)}"z"]}`),
  },
  { name: 'dates', body: (s) => times('<time datetime="2024-02-30T25:61:61+99:99">31/31/2024</time>', 100_000, s) },
  {
    name: 'microdata',
    body: (s) => times('<div itemscope itemtype="https://schema.org/NewsArticle"><p itemprop=headline>x', 30_000, s),
  },
];

const story = storyPage(harbour).replace(/^[\s\S]*<article>|<\/article>[\s\S]*$/g, '');

/** Where the kind stands: alone, or around a story that must not be taken from the page by it. */
const places: { name: string; page: (head: string, body: string) => string }[] = [
  { name: 'alone', page: (head, body) => `<!doctype html><html><head>${head}</head><body>${body}</body></html>` },
  {
    name: 'before a story',
    page: (head, body) =>
      `<!doctype html><html><head>${head}<title>A story</title></head><body>${body}<article>${story}</article>`,
  },
  {
    name: 'in a story, with a broken doctype and no end',
    page: (head, body) => `<!doctype html [<!entity a "${head}<html><body><article>${story}${head}${body}`,
  },
];

/** What the page is in, what it says that it is in, and where it says so. */
const charsets = listOf`utf-8 gb18030 big5 shift_jis euc-kr windows-1252 utf-16le utf-16be iso-2022-jp utf-7 x-none`;

/** 200 and more pages, one by one, since all of them at scale 1 would fill the memory. */
export function* craftedPages(scale: number): Generator<CraftedPage> {
  for (const kind of kinds) {
    for (const place of places) {
      const html = place.page(kind.head?.(scale) ?? '', kind.body?.(scale) ?? '');
      yield { name: `${kind.name}, ${place.name}`, body: Buffer.from(html), contentType: 'text/html; charset=utf-8' };
    }
  }
  for (const [n, declared] of charsets.entries()) {
    const really = charsets[(n + 1) % charsets.length] ?? 'utf-8';
    const html = storyPage(library).replace('<meta charset="utf-8">', `<meta charset="${declared}">`);
    const body = iconv.encodingExists(really) ? iconv.encode(html, really) : Buffer.from(html);
    yield { name: `${declared} that is ${really}`, body, contentType: `text/html; charset=${declared}` };
  }
}

/** Damage as wires, disks and templates do it, and such as they never would. */
export function mutated(body: Uint8Array, seed: number): Uint8Array {
  const random = randomFrom(seed);
  let bytes = Buffer.from(body);
  for (let changes = 1 + random(8); changes > 0; changes--) {
    const at = random(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + random(random(2) === 0 ? 20 : 5000));
    const piece = bytes.subarray(at, end);
    const elsewhere = random(bytes.length + 1);
    const replaced = [
      Buffer.alloc(0),
      Buffer.concat([piece, piece, piece]),
      Buffer.from(piece).reverse(),
      Buffer.from(piece.map((byte) => byte ^ (1 << random(8)))),
      Buffer.alloc(piece.length),
      bytes.subarray(elsewhere, elsewhere + piece.length),
      Buffer.from(
        ['<', '>', '"', '<!--', ']]>', '</script>', '<script>', '</html>', '<table>', '&#0;', '\ufeff'][random(11)] ??
          '',
      ),
    ][random(7)];
    bytes = Buffer.concat([bytes.subarray(0, at), replaced ?? piece, bytes.subarray(end)]);
  }
  return bytes;
}

/** Whole numbers below a limit, the same for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
