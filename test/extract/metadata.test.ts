/** What a page says of itself, from JSON-LD, meta tags, microdata and what readers see, in that order of trust. */
import { describe, expect, test } from 'vitest';
import { extract } from '../../functions/capture/extract.ts';
import type { Extracted } from '../../functions/extract/extracted.ts';

const here = 'https://www.example.com/news/bridge-closes';

type Parts = { head?: string; body?: string; url?: string; lang?: string };

/** What is extracted from a page of these parts. */
function read({ head = '', body = '', url = here, lang = '' }: Parts): Extracted {
  const html = `<!doctype html><html${lang && ` lang="${lang}"`}><head>${head}</head><body>${body}</body></html>`;
  return extract(Buffer.from(html), { url, contentType: 'text/html; charset=utf-8' });
}

function jsonLd(value: unknown): string {
  return `<script type="application/ld+json">${JSON.stringify(value)}</script>`;
}

function meta(name: string, content: string): string {
  return `<meta property="${name}" content="${content}">`;
}

describe('title', () => {
  test.each<{ name: string; page: Parts; title: string | null }>([
    {
      name: 'JSON-LD before OpenGraph, heading and title tag',
      page: {
        head: `<title>Tag</title>${meta('og:title', 'Graph')}${jsonLd({ '@type': 'NewsArticle', headline: 'Old bridge closes' })}`,
        body: '<h1>Heading</h1>',
      },
      title: 'Old bridge closes',
    },
    {
      name: 'OpenGraph before heading and title tag',
      page: { head: `<title>Tag</title>${meta('og:title', 'Old bridge closes')}`, body: '<h1>Heading</h1>' },
      title: 'Old bridge closes',
    },
    {
      name: 'the heading that the title tag repeats, before other headings',
      page: {
        head: '<title>Old bridge closes - The Example</title>',
        body: '<h1>Welcome back</h1><h1>Old bridge closes</h1>',
      },
      title: 'Old bridge closes',
    },
    {
      name: 'the only heading before the title tag',
      page: { head: '<title>Welcome</title>', body: '<h1>Old <em>bridge</em>\n closes</h1>' },
      title: 'Old bridge closes',
    },
    {
      name: 'the title tag alone',
      page: { head: '<title>\n Old bridge\tcloses </title>' },
      title: 'Old bridge closes',
    },
    {
      name: 'the title tag without the site after a bar',
      page: {
        head: `<title>Old bridge closes | The Daily Example</title>${meta('og:site_name', 'The Daily Example')}`,
      },
      title: 'Old bridge closes',
    },
    {
      name: 'the title tag without the site before a bar',
      page: { head: '<title>Example.com | Old bridge closes</title>' },
      title: 'Old bridge closes',
    },
    {
      name: 'a hyphen that is part of the headline',
      page: { head: '<title>Bridge - a history of cracks</title>' },
      title: 'Bridge - a history of cracks',
    },
    {
      name: 'Chinese with the site after an underscore',
      page: { head: `<title>市议会决定关闭旧桥_示例新闻</title>${meta('og:site_name', '示例新闻')}` },
      title: '市议会决定关闭旧桥',
    },
    {
      name: 'what the page shows where JSON-LD was cut',
      page: {
        head: `${meta('og:title', 'Old bridge closes after cracks were found')}${jsonLd({ '@type': 'NewsArticle', headline: 'Old bridge closes after…' })}`,
      },
      title: 'Old bridge closes after cracks were found',
    },
    {
      name: 'twitter:title where nothing better is',
      page: { head: '<meta name="twitter:title" content="Old bridge closes">' },
      title: 'Old bridge closes',
    },
    { name: 'null for a page without any', page: { body: '<p>x' }, title: null },
    { name: 'null for an empty one', page: { head: `<title> </title>${meta('og:title', ' ')}` }, title: null },
    {
      name: 'entities that were escaped twice',
      page: { head: meta('og:title', 'Don&amp;#39;t cross: AT&amp;amp;T &amp;quot;bridge&amp;quot;') },
      title: 'Don\'t cross: AT&T "bridge"',
    },
    {
      name: 'entities that were escaped once',
      page: { head: meta('og:title', 'Tom &amp; Jerry&#8217;s &lt;bridge') },
      title: 'Tom & Jerry’s <bridge',
    },
    {
      name: 'entities in JSON-LD',
      page: { head: jsonLd({ '@type': 'NewsArticle', headline: 'Tom &amp; Jerry&#039;s bridge' }) },
      title: "Tom & Jerry's bridge",
    },
    {
      name: 'markup in JSON-LD left out',
      page: { head: jsonLd({ '@type': 'NewsArticle', headline: 'Old <i>bridge</i> closes' }) },
      title: 'Old bridge closes',
    },
    {
      name: 'control and direction marks left out',
      page: { head: meta('og:title', 'Old\u200b bridge\u202e closes\ufeff') },
      title: 'Old bridge closes',
    },
  ])('$name', ({ page, title }) => {
    expect(read(page).title).toBe(title);
  });

  test('is at most 500 characters long', () => {
    expect(read({ head: meta('og:title', 'a'.repeat(3000)) }).title).toBe('a'.repeat(500));
  });
});

describe('authors', () => {
  test.each<{ name: string; page: Parts; authors: string[] }>([
    {
      name: 'JSON-LD before meta tags and bylines',
      page: {
        head: `${jsonLd({ '@type': 'NewsArticle', author: { '@type': 'Person', name: 'Jane Doe' } })}<meta name="author" content="Meta">`,
        body: '<p class="byline">By Byline</p>',
      },
      authors: ['Jane Doe'],
    },
    {
      name: 'JSON-LD with several',
      page: { head: jsonLd({ '@type': 'NewsArticle', author: [{ name: 'Jane Doe' }, { name: 'John Roe' }] }) },
      authors: ['Jane Doe', 'John Roe'],
    },
    {
      name: 'JSON-LD with a plain text',
      page: { head: jsonLd({ '@type': 'NewsArticle', author: 'Jane Doe and John Roe' }) },
      authors: ['Jane Doe', 'John Roe'],
    },
    {
      name: 'JSON-LD that refers to another node',
      page: {
        head: jsonLd({
          '@graph': [
            { '@type': 'NewsArticle', author: { '@id': '#jane' } },
            { '@type': 'Person', '@id': '#jane', name: 'Jane Doe' },
          ],
        }),
      },
      authors: ['Jane Doe'],
    },
    {
      name: 'an organisation',
      page: {
        head: jsonLd({ '@type': 'NewsArticle', author: { '@type': 'Organization', name: 'Example News Agency' } }),
      },
      authors: ['Example News Agency'],
    },
    {
      name: 'the creator where there is no author',
      page: { head: jsonLd({ '@type': 'NewsArticle', creator: ['Jane Doe'] }) },
      authors: ['Jane Doe'],
    },
    {
      name: 'meta tags before bylines',
      page: { head: '<meta name="author" content="Jane Doe">', body: '<p class="byline">By Byline' },
      authors: ['Jane Doe'],
    },
    {
      name: 'a meta tag for each',
      page: { head: '<meta name="author" content="Jane Doe"><meta name="author" content="John Roe">' },
      authors: ['Jane Doe', 'John Roe'],
    },
    {
      name: 'no profile URL',
      page: {
        head: `${meta('article:author', 'https://www.facebook.com/example')}<meta name="author" content="Jane Doe">`,
      },
      authors: ['Jane Doe'],
    },
    {
      name: 'microdata',
      page: { body: '<div itemprop="author" itemscope><a><span itemprop="name">Jane Doe</span></a></div>' },
      authors: ['Jane Doe'],
    },
    { name: 'rel=author', page: { body: '<a rel="author" href="/jane">Jane Doe</a>' }, authors: ['Jane Doe'] },
    {
      name: 'an English byline',
      page: { body: '<p class="byline">By Jane Doe and John Roe</p>' },
      authors: ['Jane Doe', 'John Roe'],
    },
    {
      name: 'a German byline',
      page: { body: '<p class="byline">Von Jane Doe und Jörg Roe</p>' },
      authors: ['Jane Doe', 'Jörg Roe'],
    },
    {
      name: 'a French byline',
      page: { body: '<p class="byline">Par Jeanne Doe et Jean Roe</p>' },
      authors: ['Jeanne Doe', 'Jean Roe'],
    },
    {
      name: 'a Chinese byline with several',
      page: { body: '<span class="author">张三、李四</span>' },
      authors: ['张三', '李四'],
    },
    {
      name: 'an agency in brackets left out',
      page: { body: '<p class="byline">Jane Doe (Example Agency)</p>' },
      authors: ['Jane Doe'],
    },
    {
      name: 'each name once',
      page: { head: jsonLd({ '@type': 'NewsArticle', author: ['Jane Doe', 'JANE DOE', 'John Roe'] }) },
      authors: ['Jane Doe', 'John Roe'],
    },
    {
      name: 'no placeholder',
      page: { head: '<meta name="author" content="admin">', body: '<span class="author">Jane Doe</span>' },
      authors: ['Jane Doe'],
    },
    { name: 'nobody', page: { body: '<p>x' }, authors: [] },
    {
      name: 'nobody in broken data',
      page: { head: jsonLd({ '@type': 'NewsArticle', author: [null, 7, {}, { name: null }] }) },
      authors: [],
    },
  ])('$name', ({ page, authors }) => {
    expect(read(page).authors).toEqual(authors);
  });

  test('are at most 20', () => {
    const author = Array.from({ length: 30 }, (_, i) => `Author ${String.fromCharCode(65 + i)}x`);
    expect(read({ head: jsonLd({ '@type': 'NewsArticle', author }) }).authors).toHaveLength(20);
  });
});

describe('publishedAt', () => {
  test.each<{ name: string; page: Parts; publishedAt: string | null }>([
    {
      name: 'JSON-LD before meta tags, time elements and the URL, its offset kept',
      page: {
        head: `${jsonLd({ '@type': 'NewsArticle', datePublished: '2024-04-03T21:45:01+02:00' })}${meta('article:published_time', '2020-01-01')}`,
        body: '<time datetime="2020-01-02">x</time>',
        url: 'https://example.com/2020/01/03/a',
      },
      publishedAt: '2024-04-03T21:45:01+02:00',
    },
    {
      name: 'meta tags before time elements',
      page: {
        head: meta('article:published_time', '2024-04-03T19:45:01Z'),
        body: '<time datetime="2020-01-02">x</time>',
      },
      publishedAt: '2024-04-03T19:45:01Z',
    },
    {
      name: 'a meta tag by name',
      page: { head: '<meta name="pubdate" content="20240403">' },
      publishedAt: '2024-04-03',
    },
    {
      name: 'a meta tag in upper case',
      page: { head: '<meta name="DC.date.issued" content="2024-04-03">' },
      publishedAt: '2024-04-03',
    },
    {
      name: 'microdata',
      page: { body: '<meta itemprop="datePublished" content="2024-04-03T19:45:01Z">' },
      publishedAt: '2024-04-03T19:45:01Z',
    },
    {
      name: 'microdata on a time element, before another',
      page: {
        body: '<time datetime="2020-01-02">x</time><time itemprop="datePublished" datetime="2024-04-03">x</time>',
      },
      publishedAt: '2024-04-03',
    },
    {
      name: 'a time element before the URL',
      page: {
        body: '<article><time datetime="2024-04-03T19:45">x</time></article>',
        url: 'https://example.com/2020/01/03/a',
      },
      publishedAt: '2024-04-03T19:45:00',
    },
    {
      name: 'a time element without attribute',
      page: { body: '<article><time>3 April 2024</time></article>' },
      publishedAt: '2024-04-03',
    },
    {
      name: 'a visible date by its class',
      page: { body: '<span class="article-date">发布时间：2024年4月3日 19:45</span>' },
      publishedAt: '2024-04-03T19:45:00',
    },
    { name: 'the URL', page: { body: '<p>x', url: 'https://example.com/2024/04/03/a' }, publishedAt: '2024-04-03' },
    {
      name: 'running text under the headline',
      page: { body: '<h1>Old bridge closes</h1><p>Exampletown, April 3, 2024 - The council voted.</p>' },
      publishedAt: '2024-04-03',
    },
    {
      name: 'the time of change as the last resort',
      page: { head: meta('article:modified_time', '2024-04-03T19:45:01Z') },
      publishedAt: '2024-04-03T19:45:01Z',
    },
    {
      name: 'the next source where JSON-LD is no time',
      page: {
        head: `${jsonLd({ '@type': 'NewsArticle', datePublished: 'soon' })}${meta('article:published_time', '2024-04-03')}`,
      },
      publishedAt: '2024-04-03',
    },
    { name: 'null where there is none', page: { body: '<p>x' }, publishedAt: null },
  ])('$name', ({ page, publishedAt }) => {
    expect(read(page).publishedAt).toBe(publishedAt);
  });
});

describe('modifiedAt', () => {
  test.each<{ name: string; page: Parts; modifiedAt: string | null }>([
    {
      name: 'JSON-LD before meta tags',
      page: {
        head: `${jsonLd({ '@type': 'NewsArticle', dateModified: '2024-04-04T08:00:00-04:00' })}${meta('article:modified_time', '2020-01-01')}`,
      },
      modifiedAt: '2024-04-04T08:00:00-04:00',
    },
    {
      name: 'a meta tag',
      page: { head: meta('og:updated_time', '2024-04-04T08:00:00Z') },
      modifiedAt: '2024-04-04T08:00:00Z',
    },
    {
      name: 'microdata',
      page: { body: '<time itemprop="dateModified" datetime="2024-04-04">x</time>' },
      modifiedAt: '2024-04-04',
    },
    {
      name: 'null where only the publication is known',
      page: { head: meta('article:published_time', '2024-04-03') },
      modifiedAt: null,
    },
  ])('$name', ({ page, modifiedAt }) => {
    expect(read(page).modifiedAt).toBe(modifiedAt);
  });
});

describe('description', () => {
  test.each<{ name: string; page: Parts; description: string | null }>([
    {
      name: 'OpenGraph before the plain meta tag',
      page: { head: `<meta name="description" content="Plain.">${meta('og:description', 'Cracks in two pillars.')}` },
      description: 'Cracks in two pillars.',
    },
    {
      name: 'the plain meta tag',
      page: { head: '<meta name="description" content="Cracks in two pillars.">' },
      description: 'Cracks in two pillars.',
    },
    {
      name: 'JSON-LD',
      page: { head: jsonLd({ '@type': 'NewsArticle', description: 'Cracks in two pillars.' }) },
      description: 'Cracks in two pillars.',
    },
    {
      name: 'white space folded, markup and entities undone',
      page: { head: meta('og:description', 'Cracks &amp;amp;\n  &lt;b&gt;more&lt;/b&gt; cracks.') },
      description: 'Cracks & more cracks.',
    },
    { name: 'null where it is empty', page: { head: meta('og:description', '') }, description: null },
  ])('$name', ({ page, description }) => {
    expect(read(page).description).toBe(description);
  });

  test('is at most 1,000 characters long', () => {
    expect(read({ head: meta('og:description', 'a'.repeat(3000)) }).description).toBe('a'.repeat(1000));
  });
});

describe('lang', () => {
  const chinese =
    '<p>市议会周二投票决定关闭旧桥，此前工程师在两个桥墩上发现裂缝，并警告河水可能再次上涨，居民应当绕行另一座桥。</p>';
  const japanese =
    '<p>市議会は火曜日、技術者が二本の橋脚にひび割れを見つけ、川が再び増水するおそれがあると警告したことを受けて、古い橋の閉鎖を決めた。</p>';
  const korean =
    '<p>시의회는 화요일 기술자들이 교각 두 개에서 균열을 발견하고 강물이 다시 불어날 수 있다고 경고하자 낡은 다리를 폐쇄하기로 결정했다.</p>';
  test.each<{ name: string; page: Parts; lang: string | null }>([
    { name: 'the html element', page: { lang: 'en-GB', body: '<p>x' }, lang: 'en-GB' },
    { name: 'the html element before OpenGraph', page: { lang: 'de', head: meta('og:locale', 'en_US') }, lang: 'de' },
    { name: 'an underscore and odd case, as BCP 47 writes it', page: { lang: 'EN_us' }, lang: 'en-US' },
    { name: 'OpenGraph', page: { head: meta('og:locale', 'fr_FR') }, lang: 'fr-FR' },
    { name: 'http-equiv', page: { head: '<meta http-equiv="Content-Language" content="es, en">' }, lang: 'es' },
    { name: 'Chinese that is declared', page: { lang: 'zh-Hant-TW', body: chinese }, lang: 'zh-Hant-TW' },
    { name: 'Chinese under a template in English', page: { lang: 'en', body: chinese }, lang: 'zh' },
    { name: 'Cantonese that is declared', page: { lang: 'yue', body: chinese }, lang: 'yue' },
    { name: 'Japanese that nothing declares', page: { body: japanese }, lang: 'ja' },
    { name: 'Korean under a template in English', page: { lang: 'en-US', body: korean }, lang: 'ko' },
    { name: 'null where nothing is declared', page: { body: '<p>x' }, lang: null },
  ])('$name', ({ page, lang }) => {
    expect(read(page).lang).toBe(lang);
  });

  test.each(['{{lang}}', '!', '1', 'english-language-page'])('null where the declaration is "%s"', (lang) => {
    expect(read({ lang }).lang).toBeNull();
  });
});

describe('section, keywords and image', () => {
  test.each<{ name: string; page: Parts; section: string | null }>([
    {
      name: 'JSON-LD before meta tags',
      page: {
        head: `${jsonLd({ '@type': 'NewsArticle', articleSection: ['Region', 'News'] })}${meta('article:section', 'Meta')}`,
      },
      section: 'Region',
    },
    { name: 'a meta tag', page: { head: meta('article:section', 'Arts &amp; Culture') }, section: 'Arts & Culture' },
    { name: 'none', page: {}, section: null },
  ])('section: $name', ({ page, section }) => {
    expect(read(page).section).toBe(section);
  });

  test.each<{ name: string; page: Parts; keywords: string[] }>([
    {
      name: 'a JSON-LD list before article:tag',
      page: {
        head: `${jsonLd({ '@type': 'NewsArticle', keywords: ['bridge', 'river'] })}${meta('article:tag', 'tag')}`,
      },
      keywords: ['bridge', 'river'],
    },
    {
      name: 'a JSON-LD text, split at commas',
      page: { head: jsonLd({ '@type': 'NewsArticle', keywords: 'bridge, river,bridge' }) },
      keywords: ['bridge', 'river'],
    },
    {
      name: 'article:tag before keywords',
      page: {
        head: `${meta('article:tag', 'bridge')}${meta('article:tag', 'river')}<meta name="keywords" content="a,b">`,
      },
      keywords: ['bridge', 'river'],
    },
    {
      name: 'news_keywords before keywords',
      page: { head: '<meta name="keywords" content="a"><meta name="news_keywords" content="bridge;river">' },
      keywords: ['bridge', 'river'],
    },
    {
      name: 'Chinese commas',
      page: { head: '<meta name="keywords" content="旧桥，河流、市议会">' },
      keywords: ['旧桥', '河流', '市议会'],
    },
    { name: 'none', page: { head: '<meta name="keywords" content=" , ">' }, keywords: [] },
  ])('keywords: $name', ({ page, keywords }) => {
    expect(read(page).keywords).toEqual(keywords);
  });

  test('keywords: at most 30, none longer than 80 characters', () => {
    const many = Array.from({ length: 40 }, (_, i) => `word${i}`);
    const { keywords } = read({ head: jsonLd({ '@type': 'NewsArticle', keywords: ['a'.repeat(81), ...many] }) });
    expect(keywords).toHaveLength(30);
    expect(keywords[0]).toBe('word0');
  });

  test.each<{ name: string; page: Parts; image: string | null }>([
    {
      name: 'OpenGraph before JSON-LD',
      page: {
        head: `${jsonLd({ '@type': 'NewsArticle', image: 'https://example.com/ld.jpg' })}${meta('og:image', 'https://example.com/og.jpg')}`,
      },
      image: 'https://example.com/og.jpg',
    },
    {
      name: 'a relative URL',
      page: { head: meta('og:image', '/img/a.jpg') },
      image: 'https://www.example.com/img/a.jpg',
    },
    {
      name: 'twitter:image',
      page: { head: '<meta name="twitter:image" content="https://example.com/t.jpg">' },
      image: 'https://example.com/t.jpg',
    },
    {
      name: 'a JSON-LD text',
      page: { head: jsonLd({ '@type': 'NewsArticle', image: 'https://example.com/a.jpg' }) },
      image: 'https://example.com/a.jpg',
    },
    {
      name: 'a JSON-LD list',
      page: {
        head: jsonLd({ '@type': 'NewsArticle', image: ['https://example.com/a.jpg', 'https://example.com/b.jpg'] }),
      },
      image: 'https://example.com/a.jpg',
    },
    {
      name: 'a JSON-LD object',
      page: {
        head: jsonLd({ '@type': 'NewsArticle', image: { '@type': 'ImageObject', url: 'https://example.com/a.jpg' } }),
      },
      image: 'https://example.com/a.jpg',
    },
    { name: 'no data: URL', page: { head: meta('og:image', 'data:image/png;base64,AA') }, image: null },
    { name: 'none', page: {}, image: null },
  ])('image: $name', ({ page, image }) => {
    expect(read(page).image).toBe(image);
  });
});

describe('canonicalUrl', () => {
  test.each<{ name: string; head: string; canonicalUrl: string | null }>([
    {
      name: 'the link before og:url',
      head: `${meta('og:url', 'https://www.example.com/og')}<link rel="canonical" href="https://www.example.com/a">`,
      canonicalUrl: 'https://www.example.com/a',
    },
    { name: 'og:url', head: meta('og:url', 'https://www.example.com/og'), canonicalUrl: 'https://www.example.com/og' },
    {
      name: 'a relative link',
      head: '<link rel="canonical" href="/a?b=1&amp;c=2#d">',
      canonicalUrl: 'https://www.example.com/a?b=1&c=2',
    },
    { name: 'no javascript: URL', head: '<link rel="canonical" href="javascript:void(0)">', canonicalUrl: null },
    {
      name: 'no URL with credentials',
      head: '<link rel="canonical" href="https://u:p@www.example.com/a">',
      canonicalUrl: null,
    },
    { name: 'none', head: '', canonicalUrl: null },
  ])('$name', ({ head, canonicalUrl }) => {
    expect(read({ head }).canonicalUrl).toBe(canonicalUrl);
  });
});

describe('JSON-LD', () => {
  const found = { title: 'Old bridge closes', authors: ['Jane Doe'], publishedAt: '2024-04-03' };
  const story = {
    '@type': 'NewsArticle',
    headline: 'Old bridge closes',
    datePublished: '2024-04-03',
    author: 'Jane Doe',
  };

  test.each<{ name: string; head: string }>([
    { name: 'in a list', head: jsonLd([{ '@type': 'BreadcrumbList' }, story]) },
    {
      name: 'in a graph',
      head: jsonLd({ '@context': 'https://schema.org', '@graph': [{ '@type': 'WebSite', name: 'Example' }, story] }),
    },
    { name: 'as the main entity of a page', head: jsonLd({ '@type': 'WebPage', mainEntity: story }) },
    { name: 'in the second block', head: jsonLd({ '@type': 'Organization', name: 'Example' }) + jsonLd(story) },
    {
      name: 'after a block that is broken',
      head: `<script type="application/ld+json">{"@type": </script>${jsonLd(story)}`,
    },
    { name: 'with several types', head: jsonLd({ ...story, '@type': ['Article', 'NewsArticle'] }) },
    { name: 'with its type as a URL', head: jsonLd({ ...story, '@type': 'https://schema.org/ReportageNewsArticle' }) },
    { name: 'as a blog posting', head: jsonLd({ ...story, '@type': 'BlogPosting' }) },
    { name: 'as a live blog', head: jsonLd({ ...story, '@type': 'LiveBlogPosting' }) },
    { name: 'in a script type with a charset', head: jsonLd(story).replace('ld+json"', 'ld+json; charset=utf-8"') },
    { name: 'beside a story that says less', head: jsonLd([{ '@type': 'NewsArticle', headline: 'Also read' }, story]) },
    {
      name: 'with raw line breaks in its texts',
      head: '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Old bridge\ncloses","datePublished":"2024-04-03","author":"Jane\tDoe"}</script>',
    },
    {
      name: 'with trailing commas',
      head: '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Old bridge closes","datePublished":"2024-04-03","author":["Jane Doe",],}</script>',
    },
    {
      name: 'in a CDATA section',
      head: `<script type="application/ld+json">//<![CDATA[\n${JSON.stringify(story)}\n//]]></script>`,
    },
    {
      name: 'in an HTML comment',
      head: `<script type="application/ld+json"><!-- ${JSON.stringify(story)} --></script>`,
    },
    { name: 'with a semicolon behind', head: `<script type="application/ld+json">${JSON.stringify(story)};</script>` },
  ])('$name', ({ head }) => {
    expect(read({ head })).toMatchObject(found);
  });

  test.each<{ name: string; block: string }>([
    { name: 'nothing', block: '' },
    { name: 'half an object', block: '{"@type":"NewsArticle","headline":"Wrong' },
    { name: 'a number', block: '7' },
    { name: 'null', block: 'null' },
    { name: 'words', block: 'Wrong' },
    {
      name: 'a headline that is an object',
      block: '{"@type":"NewsArticle","headline":{"a":1},"datePublished":[1],"keywords":{},"image":[]}',
    },
    { name: 'a type that is a number', block: '{"@type":7,"headline":"Wrong"}' },
    { name: 'another type', block: '{"@type":"Organization","headline":"Wrong"}' },
    { name: '100,000 brackets', block: '['.repeat(100_000) },
    { name: 'a __proto__', block: '{"__proto__":{"headline":"Wrong"},"@type":"NewsArticle"}' },
  ])('that is $name leaves the meta tags', ({ block }) => {
    const head = `<script type="application/ld+json">${block}</script>${meta('og:title', 'Old bridge closes')}`;
    expect(read({ head })).toMatchObject({ title: 'Old bridge closes', authors: [], publishedAt: null, image: null });
  });
});

test('a heading that is the name of the site is not the headline', () => {
  const head = '<title>Old bridge closes - The Example</title>';
  expect(read({ head, body: '<h1>The Example</h1><h1>Old bridge closes</h1>' }).title).toBe('Old bridge closes');
});

test.each<{ name: string; page: Parts; title: string }>([
  {
    name: 'where the host begins with a language',
    page: { head: '<title>Elections - Seven men arrested</title>', url: 'https://en.example.org/a/b' },
    title: 'Elections - Seven men arrested',
  },
  {
    name: 'where the host begins with "news"',
    page: { head: '<title>Storm hits coast - bad news for farmers</title>', url: 'https://news.example.org/a/b' },
    title: 'Storm hits coast - bad news for farmers',
  },
])('a headline is not cut at a hyphen $name', ({ page, title }) => {
  expect(read(page).title).toBe(title);
});

test.each<{ name: string; page: Parts; authors: string[] }>([
  {
    name: 'names in data that begin like a byline',
    page: { head: jsonLd({ '@type': 'NewsArticle', author: [{ name: 'Di Wu' }, { name: 'Da Silva' }] }) },
    authors: ['Di Wu', 'Da Silva'],
  },
  { name: 'a Chinese label with a colon', page: { body: '<p class="byline">作者：张三</p>' }, authors: ['张三'] },
  { name: 'a Chinese label without one', page: { body: '<p class="byline">記者王小明</p>' }, authors: ['王小明'] },
])('authors: $name', ({ page, authors }) => {
  expect(read(page).authors).toEqual(authors);
});
