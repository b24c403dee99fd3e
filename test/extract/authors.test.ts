/** Where pages name who wrote a story, when their data does not: each place with a page of our own. */
import { describe, expect, test } from 'vitest';
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

describe('names are found in the bylines of', () => {
  test.each([
    { name: 'Russian', top: '<div class="author">Автор: Иван Петров</div>', authors: ['Иван Петров'] },
    { name: 'Russian, with a role before', top: '<p>Корреспондент Иван Петров</p>', authors: ['Иван Петров'] },
    { name: 'Russian, with a role behind', top: '<p>Иван Петров, корреспондент</p>', authors: ['Иван Петров'] },
    { name: 'Greek', top: '<p>Γράφει ο Γιώργος Παππάς</p>', authors: ['Γιώργος Παππάς'] },
    { name: 'Turkish', top: '<p>Muhabir: Ahmet Yılmaz</p>', authors: ['Ahmet Yılmaz'] },
    { name: 'Turkish, with an agency', top: '<p>Ahmet YILMAZ/İSTANBUL, (DHA)</p>', authors: ['Ahmet YILMAZ'] },
    { name: 'Polish', top: '<p>Opracowała Anna Nowak</p>', authors: ['Anna Nowak'] },
    { name: 'Arabic', top: '<p>كتب أحمد علي</p>', authors: ['أحمد علي'] },
    { name: 'Hebrew', top: '<span class="byline">מאת דוד כהן</span>', authors: ['דוד כהן'] },
    { name: 'Persian', top: '<div class="author">نویسنده: علی رضایی</div>', authors: ['علی رضایی'] },
    { name: 'Hindi', top: '<p>रिपोर्ट: राम कुमार</p>', authors: ['राम कुमार'] },
    { name: 'Bengali', top: '<div class="author">লেখক: রহিম উদ্দিন</div>', authors: ['রহিম উদ্দিন'] },
    { name: 'Tamil', top: '<p>எழுதியவர்: ராமன் குமார்</p>', authors: ['ராமன் குமார்'] },
    { name: 'Thai', top: '<p>ผู้เขียน: สมชาย ใจดี</p>', authors: ['สมชาย ใจดี'] },
    { name: 'Vietnamese', top: '<p>Bài: Nguyễn Văn An</p>', authors: ['Nguyễn Văn An'] },
    { name: 'Indonesian', top: '<p>Reporter: Budi Santoso</p>', authors: ['Budi Santoso'] },
    { name: 'Georgian', top: '<div class="author">ავტორი: გიორგი ბერიძე</div>', authors: ['გიორგი ბერიძე'] },
    { name: 'Armenian', top: '<div class="author">Հեղինակ՝ Արամ Պետրոսյան</div>', authors: ['Արամ Պետրոսյան'] },
    { name: 'Chinese, in brackets', top: '<p>【記者王小明台北報導】</p>', authors: ['王小明'] },
    { name: 'Chinese, behind the source', top: '<p>来源：港报 记者：王小明</p>', authors: ['王小明'] },
    { name: 'Japanese', top: '<p>取材・文：山田太郎</p>', authors: ['山田太郎'] },
    { name: 'Korean, before an address', top: '<p>홍길동 기자 gd@quay.example</p>', authors: ['홍길동'] },
    { name: 'Korean, before the story', top: `<p>(서울=항구뉴스) 홍길동 기자 = ${lines[0]}</p>`, authors: ['홍길동'] },
  ])('$name', ({ top, authors }) => {
    expect(authorsOf({ top })).toEqual(authors);
  });
});

test.each([
  { name: 'in a name that a program made', head: '<meta name="qha:author" content="Ida Storm">' },
  {
    name: 'in the address of their page',
    head: '<meta property="article:author" content="https://a.example/authors/ida-storm">',
  },
  {
    name: 'by given name and family name',
    head: data({ '@type': 'NewsArticle', headline: title, author: { givenName: 'Ida', familyName: 'Storm' } }),
  },
  {
    name: 'in full, where data has a part',
    head: '<meta name="author" content="Ida">',
    top: '<p class="byline">By Ida Storm</p>',
  },
  {
    name: 'in bold over a story that a program signed',
    head: data({
      '@type': 'NewsArticle',
      headline: title,
      author: { name: 'Quay D', url: 'https://quayherald.example/author/admin/' },
    }),
    top: '<p><strong>Ida Storm</strong></p>',
  },
  { name: 'beside an agency', top: '<p class="author">Ida Storm / Kyodo</p>' },
  { name: 'alone before the date', top: '<div><p>Ida Storm</p><p>3 April 2024</p></div>' },
  { name: 'with a role behind a comma', top: '<p>Ida Storm, Quay Correspondent</p>' },
  { name: 'before who made the pictures', top: '<p><em>Text by Ida Storm   Photos by Max Roe</em></p>' },
  { name: 'under the story, with the hour', end: '<div>Posted by Ida Storm at April 3, 2024 11:15 AM</div>' },
  {
    name: 'behind a value for others to show',
    head: '<meta name="author" content="Quay Herald"><meta name="twitter:label1" content="Interview by"><meta name="twitter:data1" content="Ida Storm">',
  },
])('a name is found $name', ({ name: _, ...page }) => {
  expect(authorsOf(page)).toEqual(['Ida Storm']);
});

test('an agency that stands alone is the author', () => {
  expect(authorsOf({ top: '<p class="credit">Kyodo</p>' })).toEqual(['Kyodo']);
});

test.each([
  { name: 'words for agencies', top: '<div class="byline">Agenturen</div>' },
  {
    name: 'what the story is filed under',
    top: '<p class="byline"><a href="/category/harbour-news">Harbour News</a></p>',
  },
  { name: 'a menu', top: '<ul><li>Belts</li><li>Door Straps</li></ul>' },
  { name: 'a link within the page', top: '<a href="#note">Ida Storm, Editor</a>' },
])('$name are no authors', ({ top }) => {
  const head = data({
    '@type': 'NewsArticle',
    headline: title,
    author: { '@type': 'Organization', name: 'Quay Herald' },
  });
  expect(authorsOf({ head, top })).toEqual(['Quay Herald']);
});

describe('a name is none of an author', () => {
  const picture = '<img src="/crane.jpg" alt="">';
  const interview =
    '<p>We asked for the crane. Olga Fischer has led the yard for ten years, and speaks of it with pride and of the board with patience.</p>';
  test.each([
    { name: 'behind a picture, with an agency', top: `<div>${picture}<span class="credit">John Roe/AP</span></div>` },
    {
      name: 'behind a picture, with the date',
      top: '<div class="photo"><span>John Roe</span><span>3 April 2024</span></div>',
    },
    { name: 'in brackets with an agency', top: '<p>(John Roe / Reuters)</p>' },
    { name: 'behind a word for pictures', top: '<span>Photo:</span> <span>John Roe / AFP</span>' },
    { name: 'of who took the pictures', top: '<p>John Roe, photographer</p>' },
    { name: 'of a town with an agency in brackets', top: '<p>Buenos Aires (AFP)</p>' },
    { name: 'of a town before an agency', top: '<p>Kuala Lumpur, Reuters</p>' },
    { name: 'of a town in bold', top: '<p><strong>Buenos Aires</strong></p>' },
    { name: 'of a town before the date', top: '<p>Port Moresby</p><p>3 April 2024</p>' },
    { name: 'of a section before the date', top: '<p>Foreign Affairs</p><p>3 April 2024</p>' },
    { name: 'of a team beside the date', top: '<p>Manchester United | 3 April 2024</p>' },
    { name: 'that the story has as well', top: `<p>Olga Fischer</p><p>3 April 2024</p>${interview}` },
    {
      name: 'under a quotation',
      top: '<blockquote><p>We waited…</p></blockquote><p>Olga Fischer</p><p>Editor of the yard</p>',
    },
    { name: 'before what somebody leads', top: '<span>Olga Fischer</span><span>Chief executive</span>' },
    { name: 'of who knows about it', top: '<p>Olga Fischer, historian</p>' },
    { name: 'in bold over an interview', top: `<p><b>Olga Fischer</b></p>${interview}` },
    { name: 'in bold over a story that is not signed', top: '<p><b>Olga Fischer</b></p>' },
  ])('$name', ({ top }) => {
    expect(authorsOf({ top })).toEqual([]);
  });

  test('when the data names an organisation', () => {
    const head = data({
      '@type': 'NewsArticle',
      headline: title,
      author: { '@type': 'Organization', name: 'Quay Herald' },
    });
    expect(authorsOf({ head, top: '<p><b>Olga Fischer</b></p>' })).toEqual(['Quay Herald']);
  });
});

test('two names in bold over a story are its authors', () => {
  expect(authorsOf({ top: '<p><b>Ida Storm/Max Roe</b></p>' })).toEqual(['Ida Storm', 'Max Roe']);
});

test('an agency and a town behind a name are those of a reporter', () => {
  expect(authorsOf({ top: '<p>IDA STORM / PORT, (Kyodo)</p>' })).toEqual(['IDA STORM']);
});

describe('a first name that is a label in another language', () => {
  test.each(['Theo Brown', 'Oleh Petrenko', 'Yazan Saadi', 'Di Wu', 'Da Wei Chen', 'Av Storm'])(
    'is kept behind a label: %s',
    (name) => {
      expect(authorsOf({ top: `<p>By ${name}</p>` })).toEqual([name]);
      expect(authorsOf({ top: `<p class="byline">${name}</p>` })).toEqual([name]);
    },
  );

  test.each(['Theo Walcott', 'Oleh Petrenko', 'Theo Bộ Y Tế'])('is no label at the beginning of a line: %s', (line) => {
    expect(authorsOf({ top: `<p>${line}</p>` })).toEqual([]);
  });

  test.each([
    'Oleh Budi Santoso',
    'Oleh: Budi Santoso',
    'Penulis Budi Santoso',
    'Di Budi Santoso',
    'Yazan: Budi Santoso',
  ])('is a label before a whole name, or a colon: %s', (line) => {
    expect(authorsOf({ top: `<p class="byline">${line}</p>` })).toEqual(['Budi Santoso']);
  });
});

test.each([
  'comment-author',
  'quote_author',
  'book:author',
  'translation-author',
  'copyrightauthor',
  'reviewer:author',
])('who a page names as %s did not write it', (name) => {
  expect(authorsOf({ head: `<meta name="${name}" content="Max Roe">` })).toEqual([]);
});

test.each(['/author/web-desk', '/people/quay-herald-news', '/people/about-us'])("%s is nobody's address", (path) => {
  const address = `https://quayherald.example${path}`;
  expect(authorsOf({ head: `<meta property="article:author" content="${address}">` })).toEqual([]);
});

test('the address of an organisation names nobody', () => {
  const author = { '@type': 'Organization', name: 'Quay Herald', url: 'https://quayherald.example/people/ida-storm' };
  expect(authorsOf({ head: data({ '@type': 'NewsArticle', headline: title, author }) })).toEqual(['Quay Herald']);
});

test('who reviewed a text did not write it', () => {
  const head = '<meta name="twitter:label1" content="Reviewed by"><meta name="twitter:data1" content="Max Roe">';
  expect(authorsOf({ head })).toEqual([]);
});

test('two names that a line end parts are two', () => {
  const top = '<div class="byline"><span>By Ida Storm and</span><span>Max Roe</span></div>';
  expect(authorsOf({ top })).toEqual(['Ida Storm', 'Max Roe']);
});

test('the author of another story, in the link to it, is none of this one', () => {
  const end =
    '<a href="/other"><span>Gulls return to the harbour wall, in the rain</span> <span>By Max Roe, Port</span></a>';
  expect(authorsOf({ end })).toEqual([]);
});

describe('of what stands with a name only the name is kept', () => {
  test.each([
    { name: 'a client', top: '<p class="byline">Ida Storm for Quay Herald</p>' },
    { name: 'a town', top: '<p class="byline">By Ida Storm in Portside</p>' },
    { name: 'a change', top: '<p class="byline">Written by Ida Storm Updated: May 12, 2024</p>' },
    { name: 'an editor', top: '<p class="byline">Reporting by Ida Storm; Editing by Max Roe</p>' },
    { name: 'a kind of text', top: '<p class="byline">Analysis by Ida Storm</p>' },
    { name: 'a role in the next line', top: '<p>Ida Storm</p><p>Staff Writer</p>' },
    { name: 'brackets, under the story', end: '<p>(Reporting by Ida Storm; Editing by Max Roe)</p>' },
    {
      name: 'an agency in data',
      head: data({ '@type': 'NewsArticle', headline: title, author: 'Par Ida Storm avec AFP' }),
    },
    { name: 'a role in data', head: data({ '@type': 'NewsArticle', headline: title, author: 'Ida Storm - Muhabir' }) },
  ])('$name', ({ name: _, ...page }) => {
    expect(authorsOf(page)).toEqual(['Ida Storm']);
  });

  test.each([
    { top: 'By Campaign for Better Transport', authors: ['Campaign for Better Transport'] },
    { top: 'By Bread for Africa', authors: ['Bread for Africa'] },
    { top: 'By Ida Storm for Kyodo, Max Roe and Jane Doe', authors: ['Ida Storm', 'Max Roe', 'Jane Doe'] },
    { top: 'By Ida Storm for Kyodo and Max Roe in Portside', authors: ['Ida Storm', 'Max Roe'] },
    { top: 'By Ida Storm for the Guild of Arts and Crafts', authors: ['Ida Storm'] },
    { top: 'By Ida Storm for Quay Herald, New York', authors: ['Ida Storm'] },
    { top: 'By Ida Storm in Portside, Max Roe in Rio de Janeiro', authors: ['Ida Storm', 'Max Roe'] },
  ])('a client, and not what an organisation is for: $top', ({ top, authors }) => {
    expect(authorsOf({ top: `<p class="byline">${top}</p>` })).toEqual(authors);
  });

  test.each(['王小明 記者', '王小明記者'])('a word for reporters behind the name: %s', (author) => {
    expect(authorsOf({ head: data({ '@type': 'NewsArticle', headline: title, author }) })).toEqual(['王小明']);
  });

  test('who said something is no author', () => {
    expect(authorsOf({ top: '<p>“It came late, and not too late.”</p><p>Max Roe</p><p>Harbour director</p>' })).toEqual(
      [],
    );
  });
});
