/** Which of several times of a page is that of its publication, and on which day it is by the clock of its readers. */
import { describe, expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import { paragraphs, title } from '../support/crane.ts';

const lines = paragraphs.slice(0, 3);
const story = lines.map((line) => `<p>${line}</p>`).join('');
const data = (fields: object) =>
  `<script type="application/ld+json">${JSON.stringify({ '@type': 'NewsArticle', headline: title, ...fields })}</script>`;

function publishedAt(page: { head?: string; top?: string; end?: string; url?: string; lang?: string }): string | null {
  const { head = '', top = '', end = '', url = 'https://quayherald.example/crane', lang = 'en' } = page;
  const html = `<!doctype html><html lang="${lang}"><head><title>${title}</title>${head}</head>
    <body><main><h1>${title}</h1>${top}${story}${end}</main></body></html>`;
  return extract(Buffer.from(html), { url, contentType: 'text/html' }).publishedAt;
}

describe('a time in UTC is given by the clock of its readers, where that has another day', () => {
  const head = data({ datePublished: '2024-04-03T23:10:00Z' });
  test.each([
    { name: 'by the country of the site', url: 'https://kurier.de/kran', iso: '2024-04-04T01:10:00+02:00' },
    {
      name: 'not where the day stays',
      url: 'https://herald.co.uk/crane',
      lang: 'en',
      iso: '2024-04-04T00:10:00+01:00',
    },
    {
      name: 'by the day in the address',
      url: 'https://a.example/2024/04/04/kran',
      lang: 'de-DE',
      iso: '2024-04-04T01:10:00+02:00',
    },
    { name: 'not by the language alone', lang: 'en-US', iso: '2024-04-03T23:10:00Z' },
    { name: 'not against the address', url: 'https://kurier.de/2024/04/03/kran', iso: '2024-04-03T23:10:00Z' },
    { name: 'not where two days stand between', url: 'https://kurier.de/2024/04/09/kran', iso: '2024-04-03T23:10:00Z' },
  ])('$name', ({ name: _, iso, ...page }) => {
    expect(publishedAt({ head, ...page })).toBe(iso);
  });

  test('in a country of several zones by one that has the day of the address', () => {
    const page = {
      head: data({ datePublished: '2024-04-04T05:30:00+00:00' }),
      url: 'https://a.example/2024/04/03/crane',
      lang: 'en-US',
    };
    expect(publishedAt(page)).toMatch(/^2024-04-03T\d\d:30:00-0\d:00$/);
  });

  test('midnight is a day that nobody gave a time', () => {
    expect(publishedAt({ head: data({ datePublished: '2024-04-04T00:00:00Z' }), url: 'https://quay.ca/crane' })).toBe(
      '2024-04-04T00:00:00Z',
    );
  });
});

test.each([
  { lang: 'hr', url: 'https://luka.example.com/dizalica', iso: '2024-10-03' },
  { lang: 'bs', url: 'https://luka.ba/dizalica', iso: '2024-10-03' },
  { lang: 'hr-BA', url: 'https://luka.ba/dizalica', iso: '2024-10-03' },
  { lang: 'pl', url: 'https://port.example.com/dzwig', iso: '2024-11-03' },
  { lang: 'cs', url: 'https://pristav.cz/jerab', iso: '2024-11-03' },
])('listopad is the month of the page’s own language: $lang, $url', ({ lang, url, iso }) => {
  const words: Record<string, string> = {
    pl: 'Zarząd portu kupił drugi dźwig we wtorek, gdy pierwszy stał przez większą część zimy. ',
    cs: 'Správa přístavu koupila v úterý druhý jeřáb, když první stál po většinu zimy. ',
  };
  const text = words[lang] ?? 'Uprava luke kupila je u utorak drugu dizalicu, jer je prva stajala veći dio zime. ';
  const top = `<p class="date">3. listopada 2024.</p><p>${text.repeat(30)}</p>`;
  expect(publishedAt({ top, lang, url })).toBe(iso);
});

test('a day beside the name of a republic is not called that of publication', () => {
  const law = '<p class="details">Республика Татарстан 12 марта 2019 года приняла закон</p>';
  expect(publishedAt({ top: `<p class="date">3 апреля 2024</p>${law}`, lang: 'ru' })).toBe('2024-04-03');
});

describe('numbers of another calendar', () => {
  const arabic = `<p>${'اشترى مجلس الميناء رافعة ثانية يوم الثلاثاء بعد أن توقفت الأولى معظم الشتاء. '.repeat(8)}</p>`;
  const persian = `<p>${'هیئت بندر روز سه‌شنبه جرثقیل دیگری خرید، زیرا جرثقیل پیشین بیشتر زمستان کار نمی‌کرد و چند کشتی در گمرک ماند. '.repeat(8)}</p>`;
  test.each([
    { name: 'in one line', top: '<p class="date">الخميس 1445/9/25 هـ الموافق 2024/04/04 م</p>' },
    { name: 'in one element for times', top: '<time>1445/9/25 هـ - 2024/04/04 م</time>' },
    { name: 'in two lines', top: '<p class="date">1445/9/25 هـ</p><p class="date">2024/04/04 م</p>' },
    { name: 'in two lines, of an older year', top: '<p class="date">1428/9/25 هـ</p><p class="date">2024/04/04 م</p>' },
  ])('are not read as Persian on an Arabic page: $name', ({ top }) => {
    const page = { top: top + arabic, url: 'https://mina.example.sa/crane', lang: 'ar' };
    expect(publishedAt(page)).toBe('2024-04-04');
  });

  test.each([
    { name: 'of a page in Persian', top: persian, lang: 'fa' },
    { name: 'of a page whose words are Persian', top: persian, lang: 'en' },
    { name: 'of a site in Iran', top: '', url: 'https://bandar.ir/crane' },
  ])('are days $name', ({ name: _, top, ...page }) => {
    expect(publishedAt({ ...page, top: `<p class="date">1403/01/16</p>${top}` })).toBe('2024-04-04');
  });
});

test('a tag that does not say which time it gives counts less than the time beside the headline', () => {
  const head = '<meta name="date" content="2024-04-09">';
  expect(publishedAt({ head, top: '<time datetime="2024-04-03">3 April</time>' })).toBe('2024-04-03');
  expect(publishedAt({ head })).toBe('2024-04-09');
});

test('one moment for both times is when the page was made, if readers see an earlier day', () => {
  const stamp = '2024-04-09T10:00:00Z';
  const head = data({ datePublished: stamp, dateModified: stamp });
  expect(publishedAt({ head, top: '<div class="post-date">April 3, 2024</div>' })).toBe('2024-04-03');
  expect(publishedAt({ head, top: '<div class="post-date">Updated April 3, 2024</div>' })).toBe(stamp);
  expect(publishedAt({ head, top: '<div class="post-date">April 8, 2024</div>' })).toBe(stamp);
});

test('a day in words is what a program made of the page, too', () => {
  const head = data({ datePublished: 'Aug 21, 2024', dateModified: 'Aug 20, 2024' });
  expect(publishedAt({ head, top: '<p>April 3, 2024</p>' })).toBe('2024-04-03');
  expect(publishedAt({ head, top: '<p>It opened on April 3, 2024, in the rain</p>' })).toBe('2024-08-21');
});

test.each([
  { name: 'under the story, with its label', end: '<div><p>Published</p><p class="date">Apr 3, 2024</p></div>' },
  {
    name: 'under the story, behind its name',
    end: '<div><span>Datum:</span> 03.04.2024<br><span>Quelle:</span> Kurier</div>',
  },
  { name: 'as the first words of the story', top: `<p>03.04.2024 – ${lines[0]}</p>` },
  { name: 'in brackets before the story', top: `<p><strong>(03.04.2024) ${lines[0]}</strong></p>` },
])('the day is found $name', ({ name: _, ...page }) => {
  const far = `<p>${lines.join(' ').repeat(12)}</p>`;
  expect(publishedAt({ ...page, top: (page.top ?? '') + far })).toBe('2024-04-03');
});

describe('the time of publication is found', () => {
  test.each([
    {
      name: 'in data that is escaped as text',
      head: data({ datePublished: '2024-04-03' })
        .replace(/"(?!application|>)/g, '&quot;')
        .replace('type="application/ld+json&quot;', 'type="application/ld+json"'),
    },
    {
      name: 'in data that stands in the wrong element',
      head: `<meta name="script:ld+json" content="{&quot;@type&quot;:&quot;Article&quot;,&quot;datePublished&quot;:&quot;2024-04-03&quot;}">`,
    },
    {
      name: 'in a column beside',
      top: '<aside><p class="article-date">April 3, 2024</p><p>Read in five minutes by those who wait at the quay for the crane, and by nobody else.</p></aside>',
    },
    {
      name: 'below the story, beside the day of a change',
      end: `${story.repeat(9)}<p class="date">April 3, 2024. Updated: April 7, 2024</p>`,
    },
    { name: 'under a name that a program made', head: '<meta name="qha:publish-time" content="2024-04-03">' },
    { name: 'under the name of a release', head: '<meta property="og:release_date" content="2024-04-03">' },
    { name: 'where a script is to write it', top: '<span data-timestamp="1712138400000"></span>' },
    { name: 'where a script is to write it anew', top: '<div data-published-at="2024-04-03 10:00">now</div>' },
  ])('$name', ({ name: _, ...page }) => {
    expect(publishedAt(page)?.slice(0, 10)).toBe('2024-04-03');
  });

  test('not in a name that no list knows, when it is later than the change', () => {
    const head = `<meta name="publishing-time" content="2024-06-03T10:00:00Z">
      <meta property="article:modified_time" content="2024-06-03T09:59:00Z">`;
    expect(publishedAt({ head, top: '<p>3 April 2024</p>' })).toBe('2024-04-03');
  });
});
