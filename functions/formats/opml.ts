/** Lists of feeds as OPML 2.0 (opml.org), both ways. */
import { Parser } from 'htmlparser2';
import { xmlText } from './xml-text.ts';

export type OpmlFeed = { url: string; name: string | null; siteUrl: string | null; tags: string[] };

const maxFeeds = 10_000;
const maxTags = 20;

export function writeOpml(feeds: OpmlFeed[]): string {
  const outlines = feeds.map(({ url, name, siteUrl, tags }) => {
    const attributes = [
      ['text', name ?? url],
      ['title', name],
      ['type', 'rss'],
      ['xmlUrl', url],
      ['htmlUrl', siteUrl],
      ['category', categoryOf(tags)],
    ];
    const written = attributes
      .filter(([, value]) => value !== null)
      .map(([key, value]) => ` ${key}="${xmlText(value ?? '')}"`);
    return `<outline${written.join('')}/>\n`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
<head><title>Nightdesk: feeds</title></head>
<body>
${outlines.join('')}</body>
</opml>
`;
}

/** A feed that stands in several folders has all of their names. */
export function joinedByUrl(feeds: OpmlFeed[]): OpmlFeed[] {
  return [...Map.groupBy(feeds, ({ url }) => url).values()].flatMap(([first, ...more]) =>
    first ? [{ ...first, tags: [...new Set([first, ...more].flatMap(({ tags }) => tags))].slice(0, maxTags) }] : [],
  );
}

/** OPML 2.0 separates with commas, and with slashes what is below; a tag that holds one of them is between quotes. */
function categoryOf(tags: string[]): string | null {
  const written = tags.map((tag) => (/[,"/]/.test(tag) ? `"${tag.replaceAll('"', '""')}"` : tag));
  return written.length > 0 ? written.join(',') : null;
}

/** Of `/Tech/AI`, as other programs write what is below, the last part. */
function tagsOf(category: string): string[] {
  const parts = category.match(/"(?:[^"]|"")*"|[^,"]+/g) ?? [];
  return parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.replace(/^.*\//, '').trim(),
  );
}

/** Every outline that has a feed; the folders that it is in are its tags. Null when it is no OPML. */
export function readOpml(source: string): OpmlFeed[] | null {
  const feeds: OpmlFeed[] = [];
  const folders: (string | null)[] = [];
  let isOpml = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name.toLowerCase() === 'opml') isOpml = true;
        if (name.toLowerCase() !== 'outline') return;
        const values = new Map(Object.entries(attributes).map(([key, value]) => [key.toLowerCase(), value.trim()]));
        const url = values.get('xmlurl') || (values.get('type') === 'rss' ? values.get('url') : '') || null;
        const title = values.get('title') || values.get('text') || null;
        folders.push(url === null ? title : null);
        if (url === null || feeds.length >= maxFeeds) return;
        const tags = [...folders.filter((folder) => folder !== null), ...tagsOf(values.get('category') ?? '')];
        feeds.push({
          url,
          name: title === url ? null : title,
          siteUrl: values.get('htmlurl') || null,
          tags: [...new Set(tags)].filter((tag) => tag !== '' && tag.length <= 80).slice(0, maxTags),
        });
      },
      onclosetag(name) {
        if (name.toLowerCase() === 'outline') folders.pop();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(source);
  parser.end();
  return isOpml ? feeds : null;
}
