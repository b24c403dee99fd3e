/** Where pages name who wrote a story, when their data does not: each place with a page of our own. */
import { expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import { paragraphs, title } from '../support/crane.ts';

const lines = paragraphs.slice(0, 4);
const story = lines.map((line) => `<p>${line}</p>`).join('');
const data = (...nodes: object[]) => `<script type="application/ld+json">${JSON.stringify(nodes)}</script>`;
const site = '<meta property="og:site_name" content="Quay Herald">';

function authorsOf({ head = '', top = '', end = '' }: { head?: string; top?: string; end?: string }): string[] {
  const html = `<!doctype html><html lang="en"><head><title>${title}</title>${site}${head}</head>
    <body><main><h1>${title}</h1>${top}${story}${end}</main></body></html>`;
  return extract(Buffer.from(html), { url: 'https://quayherald.example/crane', contentType: 'text/html' }).authors;
}

test.each([
  { name: 'behind a label that has an element of its own', top: '<div>Written by</div><div>Ida Storm</div>' },
  { name: 'behind a label in bold', top: '<p><b>Autor:</b><br>Ida Storm<br><b>Quelle:</b> Kurier</p>' },
  { name: 'behind a heading', top: '<h2>Article by</h2><div>Ida Storm</div>' },
  { name: 'under a label in one block', top: '<div class="byline"><span>By</span><span>Ida Storm</span></div>' },
  { name: 'with the date in its own class', top: '<p class="publish-date-author">3 April 2024 · Ida Storm</p>' },
  { name: 'before a role and a company', top: '<p>by Ida Storm, Senior Editor, Storm and Sons Media Group</p>' },
  { name: 'in a short aside', top: '<aside class="post-author">Ida Storm</aside>' },
  { name: 'in one line with the date', top: '<small>04.02.2024 | 13:10 | Ida Storm</small>' },
  {
    name: 'before who changed the text',
    top: '<p><span rel="author">By Ida Storm</span></p><p rel="author">Updated by Max Roe</p>',
  },
  { name: 'behind a dash and a label', top: '<div>05.02.2020 <span>- Redaktion: Ida Storm (Sprecherin)</span></div>' },
  {
    name: 'and not as who translated it',
    top: '<p class="author">Übersetzung Max Roe</p><p class="author">Ida Storm</p>',
  },
  { name: 'in a heading under the story', end: '<h3>Written by Ida Storm</h3>' },
  { name: 'alone in bold under the story', end: '<p><strong>Ida Storm</strong></p>' },
  {
    name: 'by the data of the page, where there is none of the story',
    head: data(
      { '@type': 'WebPage', author: { '@id': '#ida' } },
      { '@type': 'Person', '@id': '#ida', name: 'Ida Storm' },
    ),
  },
  { name: 'as the only person of the data', head: data({ '@type': 'Person', name: 'Ida Storm' }) },
  {
    name: 'in a line of the story, where the data names the publisher',
    head: data({ '@type': 'NewsArticle', headline: title, author: 'Quay Herald' }),
    end: '<p><em>By Ida Storm</em></p>',
  },
  {
    name: 'and not as who made a picture',
    top: '<figure><span class="author-name">Max Roe</span></figure><p>By Ida Storm</p>',
  },
  { name: 'and not as who is quoted', top: '<div class="quote-author">Max Roe</div><p>By Ida Storm</p>' },
])('the author is found $name', ({ name: _, ...page }) => {
  expect(authorsOf(page)).toEqual(['Ida Storm']);
});

test.each([
  { top: '<p>by harbourcat</p>', authors: ['harbourcat'] },
  { top: '<p><a href="/members/harbour-cat.7/">harbour cat</a></p>', authors: ['harbour cat'] },
  { top: '<span rel="author">storm1984</span>', authors: ['storm1984'] },
  { top: '<p class="byline">By QHN</p>', authors: ['QHN'] },
])('an account or a short name is one: $top', ({ top, authors }) => {
  expect(authorsOf({ top })).toEqual(authors);
});

test('degrees behind a name belong to it, and roles do not', () => {
  const by = (author: string) => authorsOf({ head: `<meta name="author" content="${author}">` });
  expect(by('Ida Storm, MS, RD')).toEqual(['Ida Storm, MS, RD']);
  expect(by('Ida Storm, PhD, Max Roe, Ph.D.')).toEqual(['Ida Storm, PhD', 'Max Roe, Ph.D.']);
  expect(by('Ida Storm, Senior Reporter')).toEqual(['Ida Storm']);
});

test('a name may begin with a number', () => {
  expect(authorsOf({ head: '<meta name="author" content="98 Crane Street">' })).toEqual(['98 Crane Street']);
});

test('the editors are named when nobody else is', () => {
  expect(authorsOf({ top: '<span class="byline author">von Redaktion</span>' })).toEqual(['Redaktion']);
  expect(authorsOf({ top: '<span class="byline author">von Redaktion</span>', end: '<p>Von Ida Storm</p>' })).toEqual([
    'Ida Storm',
  ]);
});

test.each([
  {
    name: 'a list of tags',
    top: '<article class="hentry author-ida"><ul><li>Cranes</li><li>Boats</li></ul></article>',
  },
  { name: 'what is in a whole story', top: '<div class="post-7 hentry author-ida"><a>Cranes</a><a>Boats</a></div>' },
  { name: 'things that are sold', top: '<ul><li>Door Straps</li><li>Leg Bands</li></ul>' },
  { name: 'a link to log in', top: '<a href="/members/login">会員登録</a>' },
  { name: 'a heading in bold under the story', end: '<p><strong>Buy Your Ticket</strong></p>' },
  {
    name: 'a section beside the date',
    top: '<p><a href="/tags/deep-water">Deep Water</a> | <time>3 April 2024</time></p>',
  },
])('$name is no author', ({ name: _, ...page }) => {
  expect(authorsOf(page)).toEqual([]);
});
