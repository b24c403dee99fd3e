/** What the routes that import many things at a time have in common: their limits, and what they say of each. */
import type { ImportedRecord } from '../capture/import-warc.ts';
import type { Problem } from '../problems.ts';
import type { Restored } from './import-facts.ts';
import { problemBody } from './problem-response.ts';
import { snapshotUrl } from './views.ts';

/** What the packed body of one request may unpack to. */
export const maxUnpackedBytes = 64 * 1024 * 1024;
/** The gateway gives an answer up after 30 s; what was not begun by then is for the next request. */
export const maxImportMs = 20_000;

export const outOfTime: Problem = {
  code: 'unavailable',
  detail: 'the request ran out of time before this item; send the item again',
};

/** Of a record that an export wrote beside its pages. */
export function restoredView(restored: Restored) {
  return 'problem' in restored ? { problem: problemBody(restored.problem) } : restored;
}

export function importedView(imported: ImportedRecord) {
  if ('skipped' in imported) return { skipped: imported.skipped };
  if ('problem' in imported) return { problem: problemBody(imported.problem) };
  const { article, url, timestamp, snapshot } = imported;
  return { article, url, snapshot, snapshotUrl: snapshotUrl(article, timestamp) };
}
