/**
 * The tree of a git archive: what its files are called, and its lists. `articles/<feed>/<id>_<title>.md`, ids counting down
 * from 0xFFFFF so that the order of names is newest first; `lists/<feed>.md`; and an index, README.md.
 */
import { hourMs } from '../durations.ts';
import { isDeviceName } from './device-name.ts';

/** The first line of an index. */
export const indexHead = '# News archive';

/** One document of the tree. */
export type TreeEntry = {
  feed: string;
  /** Path below `articles/`. */
  file: string;
  title: string;
  publishedAtMs: number;
};

const firstId = 0xfffff;
const maxNameBytes = 200;
const maxListed = 300;
/** The clock that the lists of these archives go by, UTC+8. */
const listOffsetMs = 8 * hourMs;
/** 200,000,000,000,000 ms: the year 8307. */
const maxListedMs = 2e14;

/** A name for one part of a path, on any file system; `_` where nothing is left. */
export function safeName(text: string, maxBytes: number): string {
  const cleaned = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029/\\:*?"<>|]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const name = cutToBytes(cleaned, maxBytes).replace(/[. ]+$/, '') || '_';
  return isDeviceName(name) ? cutToBytes(`_${name}`, maxBytes) : name;
}

/** `ffffe_Title.md`, at most 200 bytes of UTF-8. */
export function documentFileName(id: number, title: string | null): string {
  const prefix = id.toString(16).padStart(5, '0');
  if (title === null || title === '') return `${prefix}.md`;
  return `${prefix}_${safeName(title, maxNameBytes - prefix.length - '_.md'.length)}.md`;
}

/** The id that the next document of a folder gets, given the names that are there. */
export function nextId(names: Iterable<string>): number {
  let lowest = firstId;
  for (const name of names) {
    const id = /^([0-9a-f]{5})(?:_.*)?\.md$/i.exec(name)?.[1];
    if (id !== undefined) lowest = Math.min(lowest, Number.parseInt(id, 16));
  }
  return lowest - 1;
}

/** The newest documents of one feed, a line each: `4-3 [title](/articles/<feed>/<file>)`. */
export function writeList(entries: TreeEntry[]): string {
  return newestFirst(entries)
    .slice(0, maxListed)
    .map(({ file, title, publishedAtMs }) => {
      const day = listDay(publishedAtMs);
      return `${day.getUTCMonth() + 1}-${day.getUTCDate()} [${title.replace(/\s+/g, ' ').replace(/[\\[\]]/g, '\\$&')}](/articles/${linkPath(file)})\n`;
    })
    .join('');
}

/** The content of the archive, one line a feed. It names no time of its own, so that it changes only with its content. */
export function writeIndex(entries: TreeEntry[]): string {
  const byFeed = [...Map.groupBy(entries, ({ feed }) => feed)].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = byFeed.map(([feed, list]) => {
    const newest = newestFirst(list)[0];
    const day = newest ? listDay(newest.publishedAtMs).toISOString().slice(0, 10) : '';
    return `| [${feed.replace(/[|[\]]/g, '\\$&')}](/lists/${linkPath(feed)}.md) | ${list.length} | ${day} |\n`;
  });
  return `${indexHead}\n\n${entries.length} documents.\n\n| feed | documents | newest |\n|---|---:|---|\n${rows.join('')}`;
}

/** A document may bear any time; one of a year that has not four digits is listed as if it bore none. */
function listDay(publishedAtMs: number): Date {
  return new Date((Math.abs(publishedAtMs) < maxListedMs ? publishedAtMs : 0) + listOffsetMs);
}

function newestFirst(entries: TreeEntry[]): TreeEntry[] {
  return entries.toSorted((a, b) => b.publishedAtMs - a.publishedAtMs || (a.file < b.file ? -1 : 1));
}

/** A path inside a Markdown link: only what would end the link, or not be a path, is encoded. */
function linkPath(path: string): string {
  return path.replace(/[ ()<>%?#]/g, (character) =>
    encodeURIComponent(character).replace('(', '%28').replace(')', '%29'),
  );
}

/** At most so many bytes of UTF-8, cut between characters as readers see them. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let cut = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text.slice(0, maxBytes))) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) break;
    cut += segment;
  }
  return cut;
}
