/**
 * Which form an archive's table and search index are written in: one item, `FORMAT` / `CURRENT`, read at every start. Newer code
 * reads what older code wrote or says what to run; older code leaves alone what it does not know.
 */
import type { Table } from './table.ts';

export type Format = { table: number; index: number };

/**
 * What this code writes. A number goes up when what is written then could be misread by code that came before. Table 2: articles that were
 * joined or removed stand as such in their items, and tombstones have no URL. Index 2: segments say by which terms they were made, and count
 * quarters of hours. An index is marked when its first segment of that form is made.
 */
export const currentFormat: Format = { table: 2, index: 2 };
/** Index formats that an index gets with its first segment of that form, and not when it is opened. */
const startsWithSegment: ReadonlySet<number> = new Set([2]);
/** The oldest that this code reads. */
export const oldestFormat: Format = { table: 1, index: 1 };

/** An archive that this code must not open; the message says what to do. */
export class FormatError extends Error {
  override name = 'FormatError';
}

const key = { pk: 'FORMAT', sk: 'CURRENT' };

/** Writes our numbers into an archive that has none or older ones that we read. Throws FormatError for all others. */
export async function checkFormat(table: Table, ours = currentFormat, oldest = oldestFormat): Promise<void> {
  const found = await refuseNewer(table, ours);
  if (found) {
    if (found.table < oldest.table)
      throw new FormatError(
        `An old version of Nightdesk wrote this archive (${told(found)}; this version reads from ${told(oldest)}). Export the archive with the old version and import it here: docs/running.md, "Back up".`,
      );
    if (found.index < oldest.index)
      throw new FormatError(
        `The search index has an older format (${told(found)}; this version reads from ${told(oldest)}). Run: npm run reindex`,
      );
    if (found.table === ours.table && (found.index === ours.index || startsWithSegment.has(ours.index))) return;
  }
  // Two that start at once write the same.
  await table.put({ ...key, ...ours, ...(found && startsWithSegment.has(ours.index) ? { index: found.index } : {}) });
}

const marked = new WeakSet<Table>();

/** Before a segment of the present form is put: from here on older code leaves the archive alone. */
export async function markIndex(table: Table): Promise<void> {
  if (marked.has(table)) return;
  await markReindexed(table);
  marked.add(table);
}

/** What an archive is marked with, null when it is not yet. Throws FormatError when it was written by newer code. */
export async function refuseNewer(table: Table, ours = currentFormat): Promise<Format | null> {
  const item = await table.get(key);
  const found = item && { table: Number(item.table), index: Number(item.index) };
  if (found && (found.table > ours.table || found.index > ours.index))
    throw new FormatError(
      `A newer version of Nightdesk wrote this archive (${told(found)}; this version writes ${told(ours)}). Install the newer version and start it again; nothing was changed.`,
    );
  return found;
}

/** When the index is of the present form, or was made anew. */
export async function markReindexed(table: Table, ours = currentFormat): Promise<void> {
  const found = await refuseNewer(table, ours);
  if (found?.index === ours.index) return;
  await table.put({ ...key, table: found?.table ?? ours.table, index: ours.index });
}

const extractorKey = { pk: 'FORMAT', sk: 'EXTRACTOR' };

/** The version of the extractor that all articles were read with at least; 0 when nobody has looked. */
export async function extractedBy(table: Table): Promise<number> {
  return Number((await table.get(extractorKey))?.version ?? 0);
}

/** After all articles were read with it. */
export async function markExtracted(table: Table, version: number): Promise<void> {
  await table.put({ ...extractorKey, version });
}

const countsKey = { pk: 'FORMAT', sk: 'COUNTS' };

/** By which rules all articles are counted in the search index; 0 when nobody has seen to it. */
export async function countedBy(table: Table): Promise<number> {
  return Number((await table.get(countsKey))?.version ?? 0);
}

export async function markCounted(table: Table, version: number): Promise<void> {
  await table.put({ ...countsKey, version });
}

function told({ table, index }: Format): string {
  return `table ${table}, index ${index}`;
}
