/** A file that somebody brings -> what it is and what it names: bookmarks, lists of other readers, a saved page with its address. Pure. */
import { parseStoryUrl } from '../article/article-url.ts';
import { addressesIn } from './addresses.ts';

/** An address that a list has, with the tags that it has there, and when it was put into the list (RFC 3339 UTC). */
export type Listed = { url: string; tags: string[]; addedAt: string | null };
export type Brought =
  | { kind: 'links'; links: Listed[] }
  /** `savedAt`: when it was saved, if it says so (RFC 3339 UTC). */
  | { kind: 'page'; url: string; savedAt: string | null }
  | { kind: 'page-without-address' }
  | { kind: 'opml' | 'warc' | 'document' | 'unknown' };

/** More are not read of one file. */
const maxLinks = 5000;
const maxHead = 200_000;
const maxTags = 50;

/** `text`: the file as UTF-8; what it is follows from what it says first, and from its name where it says nothing. */
export function readBrought(name: string, bytes: Uint8Array): Brought {
  const isWarc = /\.warc(\.gz)?$/i.test(name) || Buffer.from(bytes.subarray(0, 5)).toString('latin1') === 'WARC/';
  if (isWarc) return { kind: 'warc' };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { kind: /\.gz$/i.test(name) ? 'warc' : 'unknown' };
  const text = new TextDecoder().decode(bytes);
  const head = text.slice(0, maxHead);
  if (/<opml[\s>]/i.test(head)) return { kind: 'opml' };
  if (/netscape-bookmark-file/i.test(head.slice(0, 2000)) || /<title>\s{0,20}Pocket Export/i.test(head.slice(0, 2000)))
    return { kind: 'links', links: bookmarksIn(text) };
  if (/\.csv$/i.test(name)) return { kind: 'links', links: csvLinks(text) };
  if (/\.(md|markdown)$/i.test(name)) return { kind: 'document' };
  if (/\.(html?|xhtml)$/i.test(name) || /^\s{0,100}<(!doctype html|html)/i.test(head)) {
    const url = addressOfPage(head);
    return url === null ? { kind: 'page-without-address' } : { kind: 'page', url, savedAt: savedAtOf(head) };
  }
  if (/\.(txt|list|urls)$/i.test(name))
    return {
      kind: 'links',
      links: addressesIn(text).urls.slice(0, maxLinks).map(untold),
    };
  return { kind: 'unknown' };
}

/** Links of a bookmarks file as browsers write it (Netscape), or of Pocket's export, which is alike; folders are their tags. */
function bookmarksIn(text: string): Listed[] {
  const links: Listed[] = [];
  const folders: string[] = [];
  for (const [, folder, close, attributes = ''] of text.matchAll(/<h3[^<>]*>([^<]*)<\/h3>|(<\/dl>)|<a\s([^<>]*)>/gi)) {
    if (folder !== undefined) folders.push(decoded(folder).trim());
    else if (close) folders.pop();
    else {
      const href = attribute(attributes, 'href');
      const parsed = href === null ? null : parseStoryUrl(href);
      if (!parsed || !('url' in parsed)) continue;
      const own = (attribute(attributes, 'tags') ?? '').split(',').map((tag) => tag.trim());
      // The names that browsers give their bars say nothing.
      const named = folders
        .slice(-1)
        .filter((name) => name !== '' && !/bookmarks|lesezeichen|favorit|书签|書籤/i.test(name));
      const addedAt = addedAtOf(attribute(attributes, 'add_date') ?? attribute(attributes, 'time_added'));
      links.push({ url: parsed.url, tags: tidy([...own, ...named]), addedAt });
      if (links.length === maxLinks) break;
    }
  }
  return links;
}

function attribute(attributes: string, wanted: string): string | null {
  for (const [, name = '', value = ''] of attributes.matchAll(/(?<![a-z_:-])([a-z_:-]+)="([^"]*)"/gi))
    if (name.toLowerCase() === wanted) return decoded(value);
  return null;
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** The tables of Pocket (`title,url,time_added,tags,status`), Instapaper (`URL,Title,Selection,Folder,Timestamp`) and their like. */
function csvLinks(text: string): Listed[] {
  const [head = [], ...rows] = csvRows(text);
  const names = head.map((name) => name.trim().toLowerCase());
  const at = names.indexOf('url');
  if (at < 0) return addressesIn(text).urls.slice(0, maxLinks).map(untold);
  const [tagsAt, folderAt] = [names.indexOf('tags'), names.indexOf('folder')];
  const addedIn = names.findIndex((name) => /^(time_added|timestamp|created|date_?added|saved_?at)$/.test(name));
  return rows.slice(0, maxLinks).flatMap((row) => {
    const parsed = parseStoryUrl(row[at] ?? '');
    if (!('url' in parsed)) return [];
    const tags = (row[tagsAt] ?? '')
      .replace(/^\[|\]$/g, '')
      .split(/[|,]/)
      .map((tag) => tag.replaceAll('"', '').trim());
    const folder = row[folderAt] ?? '';
    const named = /^(unread|archive|starred)$/i.test(folder) ? [] : [folder];
    return [{ url: parsed.url, tags: tidy([...tags, ...named]), addedAt: addedAtOf(row[addedIn] ?? null) }];
  });
}

function untold(url: string): Listed {
  return { url, tags: [], addedAt: null };
}

/** Before that there were no bookmarks. */
const firstBookmarkMs = Date.UTC(1991, 0);

/** Seconds since 1970, as browsers, Pocket and Instapaper write them, some milli- or microseconds; or a time as ISO 8601. */
function addedAtOf(text: string | null): string | null {
  const said = text?.trim() ?? '';
  const digits = /^\d{9,16}$/.test(said) ? said : null;
  const ms = digits ? Number(digits) * (digits.length > 13 ? 0.001 : digits.length > 11 ? 1 : 1000) : isoMs(said);
  return ms !== null && ms >= firstBookmarkMs ? new Date(ms).toISOString() : null;
}

/** Without a zone, UTC: the server's own says nothing of the list. */
function isoMs(text: string): number | null {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (!found) return null;
  const [, day, time = '00:00', zone = 'Z'] = found;
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) ? null : ms;
}

/** RFC 4180. */
function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < text.length && rows.length <= maxLinks; at++) {
    const sign = text[at];
    if (isQuoted) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else isQuoted = false;
    } else if (sign === '"' && field === '') isQuoted = true;
    else if (sign === ',') {
      row.push(field);
      field = '';
    } else if (sign === '\n' || sign === '\r') {
      if (field !== '' || row.length > 0) rows.push([...row, field]);
      row = [];
      field = '';
    } else field += sign;
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}

function tidy(tags: string[]): string[] {
  return [...new Set(tags.filter((tag) => tag !== '' && tag.length <= 80))].slice(0, maxTags);
}

/** Where a saved page says that it was: SingleFile and browsers write it into a comment; else its canonical address. */
function addressOfPage(head: string): string | null {
  const said =
    /<!--\s{0,20}Page saved with SingleFile\s{1,20}url:\s{0,20}(\S{1,2100})/i.exec(head)?.[1] ??
    /<!--\s{0,20}saved from url=\(\d{1,5}\)(\S{1,2100})/i.exec(head)?.[1] ??
    canonicalIn(head);
  const parsed = said === null ? null : parseStoryUrl(decoded(said));
  return parsed && 'url' in parsed ? parsed.url : null;
}

/** SingleFile writes the time as JavaScript shows it: `saved date: Sun Nov 29 2026 11:00:00 GMT+0100 (a name of the zone)`. */
function savedAtOf(head: string): string | null {
  const said = /<!--\s{0,20}Page saved with SingleFile[\s\S]{1,3000}?\ssaved date:\s{0,20}([^(\n]{10,60})/i.exec(
    head,
  )?.[1];
  const ms = said === undefined ? Number.NaN : Date.parse(said);
  return ms >= firstBookmarkMs ? new Date(ms).toISOString() : null;
}

function canonicalIn(head: string): string | null {
  for (const [, attributes = ''] of head.matchAll(/<link\s([^<>]*)>/gi))
    if (/(?:^|\s)rel\s{0,9}=\s{0,9}["']?canonical/i.test(attributes)) return attribute(attributes, 'href');
  return null;
}
