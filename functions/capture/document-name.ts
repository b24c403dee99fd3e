/** What a document is called -> its file name in an archive's tree, the folder that names its feed, and the day in its name. */
import { isDeviceName } from '../formats/device-name.ts';
import type { Problem } from '../problems.ts';

export type DocumentName = {
  /** Folder and name, as they are below `articles/`; null when it has none. */
  file: string | null;
  /** The folder that it is in. */
  folder: string | null;
  /** Whether it is in the tree of an archive, `articles/<feed>/<file>`, whose folders are feeds. */
  isInTree: boolean;
  /** The day that the name begins with (`2014-02-04-title.md`), midnight UTC in epoch milliseconds. */
  dayMs: number | null;
};

/** A document is one story; the largest of 632 real ones has 324 KB. */
export const maxDocumentBytes = 4 * 1024 * 1024;
export const tooLarge: Problem = {
  code: 'bad-document',
  detail: `a document may have at most ${maxDocumentBytes / 1024 / 1024} MB`,
};

/** File systems take names of 255 bytes; one that the archive writes itself has at most 200. */
const maxPartBytes = 255;
const maxParts = 4;

/** Only names that can be written out again, on any system and nowhere but below the folder of the export. */
export function parseDocumentName(name: string | null): DocumentName | { problem: Problem } {
  if (name === null || name === '') return { file: null, folder: null, isInTree: false, dayMs: null };
  const parts = name
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
    .split('/');
  const isInTree = parts[0] === 'articles' && parts.length > 2;
  if (parts[0] === 'articles' && parts.length > 1) parts.shift();
  const problem = parts.length > maxParts ? `more than ${maxParts} folders deep` : parts.map(faultOf).find(Boolean);
  if (problem) return { problem: { code: 'bad-document', detail: `its name cannot be kept: ${problem}` } };
  const base = parts.at(-1) ?? '';
  const day = /^(\d{4}-\d\d-\d\d)(?!\d)/.exec(base)?.[1];
  const dayMs = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return {
    file: parts.join('/'),
    folder: parts.length > 1 ? (parts.at(-2) ?? null) : null,
    isInTree,
    dayMs: Number.isNaN(dayMs) ? null : dayMs,
  };
}

function faultOf(part: string): string | null {
  if (part === '' || part === '.' || part === '..') return 'a part of it is empty, . or ..';
  if (part.startsWith('.')) return 'a part of it is hidden';
  if (/[\p{Cc}\u2028\u2029]/u.test(part)) return 'it holds control characters';
  if (/[\u202a-\u202e\u2066-\u2069]/.test(part)) return 'it holds characters that turn the direction of others';
  if (/^[a-z]:$/i.test(part)) return 'a part of it is a drive';
  if (/[. ]$/.test(part)) return 'a part of it ends in a dot or a space';
  if (isDeviceName(part)) return 'a part of it is the name of a device';
  if (Buffer.byteLength(part) > maxPartBytes) return `a part of it has over ${maxPartBytes} bytes`;
  return null;
}

/** Whether a file of a folder or a tar is one to import: Markdown, not hidden, and none of what an export writes beside documents. */
export function isDocumentFile(name: string): boolean {
  const parts = name.replace(/^(\.\/)+/, '').split('/');
  const base = parts.at(-1) ?? '';
  if (!/\.(md|markdown)$/i.test(base) || /^readme\.md$/i.test(base)) return false;
  // What leads out of its folder is no hidden file, and is refused by its name.
  return (
    !parts.some((part) => part.startsWith('.') && part !== '..') &&
    !parts.slice(0, -1).some((part) => part === 'node_modules' || part === 'lists')
  );
}
