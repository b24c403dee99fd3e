/** What a WARC holds beside a page -> the pack of its snapshot. Nothing is fetched, and what is kept already stays as it is. */
import * as v from 'valibot';
import { getKnown, getSnapshot, type Store } from '../store/articles.ts';
import { declaredPictures, type Extent, maxWanted, type Wanted, wantedOfPage } from './collect.ts';
import { fetchParts, type KnownPart, noRoom, notInFile } from './fetch-parts.ts';
import { keepPack } from './keep-pack.ts';
import { lastParts } from './last-parts.ts';
import { type MissingPart, makePart, makeRoom, maxPackParts, type Part } from './pack.ts';
import type { FilePart } from './parts-in-file.ts';
import { storedPage } from './stored-page.ts';

/** What a file holds of a page: what its manifest says, which may be anything, or what stands at a URL. A string says why that is not taken. */
export type FileParts = {
  exported: { manifest: unknown; at(url: string): FilePart | string | null } | null;
  find(url: string): { part: FilePart; at: string } | string | null;
};

const address = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const partKind = v.picklist(['picture', 'style', 'font']);
const otherBytes = 'its bytes are others than its digest says';
const manifestShape = v.object({
  extent: v.optional(v.picklist(['story', 'page']), 'page'),
  parts: v.pipe(
    v.array(v.object({ url: address, at: address, kind: partKind, digest: v.string() })),
    v.maxLength(maxPackParts),
  ),
  missing: v.pipe(
    v.array(v.object({ url: address, kind: partKind, why: v.pipe(v.string(), v.maxLength(300)) })),
    v.maxLength(maxPackParts),
  ),
});

/** How many parts were put beside the snapshot; null where the file says nothing new. */
export async function fillPack(
  store: Store,
  { id, timestamp, extent }: { id: string; timestamp: string; extent: Extent },
  file: FileParts,
): Promise<number | null> {
  const article = (await getKnown(store.table, id))?.article;
  const snapshot = article && (await getSnapshot(store.table, article, timestamp));
  const text = snapshot && (await storedPage(store, { id, snapshot }));
  if (!article || !snapshot || !text) return null;
  const last = await lastParts(store, id, timestamp);
  const isOfPage = last?.pack.of === snapshot.digest;
  const page = { url: snapshot.finalUrl, extent, lead: article.versionOf === timestamp ? article.image : null };
  const found = file.exported
    ? exportedParts(file.exported, isOfPage ? last.parts : new Map())
    : { extent, ...(await wantedParts(text, page, knownIn(file, last && { ...last, isOfPage }))) };
  if (found === null) return null;
  const added = found.parts.filter(({ url, digest }) => !isOfPage || last.parts.get(url)?.digest !== digest);
  // An export may say of a page that all of its pictures are missing.
  if (added.length === 0 && (file.exported === null || isOfPage)) return null;
  const { leads, times } = wantedOfPage(text, page.url, page);
  await keepPack(store, { id, snapshot, extent: found.extent }, { ...found, leads, times });
  return added.length;
}

/**
 * As the manifest has them, beside what is kept, as far as there is room; null for one that says nothing, and where the file has nothing of what
 * it says. A part with other bytes is missing.
 */
function exportedParts(
  { manifest, at }: NonNullable<FileParts['exported']>,
  kept: Map<string, Part>,
): { extent: Extent; parts: Part[]; missing: MissingPart[] } | null {
  const said = v.safeParse(manifestShape, manifest);
  if (!said.success) return null;
  const room = makeRoom();
  // A pack that is as large as can be stays as it is.
  if (![...kept.values()].every(room.takes)) return null;
  const parts = new Map<string, Part>();
  const missing: MissingPart[] = [...said.output.missing];
  for (const { url, at: final, kind, digest } of said.output.parts) {
    const own = kept.get(url) ?? null;
    const sent = own ? null : at(url);
    const part = own ?? (sent && typeof sent !== 'string' ? makePart({ url, at: final, kind, ...sent }) : null);
    const isOther = part !== null && part.digest !== digest;
    if (part && !isOther && (own !== null || parts.has(url) || room.takes(part))) parts.set(url, part);
    else {
      const why = isOther ? otherBytes : part ? noRoom : typeof sent === 'string' ? sent : notInFile;
      missing.push({ url, kind, why });
    }
  }
  for (const part of kept.values()) if (!parts.has(part.url)) parts.set(part.url, part);
  if (parts.size === 0 && (said.output.parts.length > 0 || missing.length === 0)) return null;
  return {
    extent: said.output.extent,
    parts: [...parts.values()],
    missing: missing.filter((one) => !parts.has(one.url) && room.takesMissing(one)),
  };
}

/** All that a page wants, as far as it is known. */
export async function wantedParts(
  text: string,
  { url, extent, lead }: { url: string; extent: Extent; lead: string | null },
  known: KnownPart,
): Promise<{ parts: Part[]; missing: MissingPart[] }> {
  const pictures = declaredPictures(text, url).map((one): Wanted => ({ url: one, kind: 'picture' }));
  const { wanted } = wantedOfPage(text, url, { extent, lead });
  const isAlso = ({ url: one }: Wanted) => !wanted.some((other) => other.url === one);
  const all = [...wanted.slice(0, maxWanted - pictures.length), ...pictures.filter(isAlso)];
  return fetchParts({ ask: null, now: () => 0 }, all, { page: url, known });
}

/** What the snapshot has stays; then comes the file, then what an earlier look had. */
function knownIn(file: FileParts, last: { parts: Map<string, Part>; isOfPage: boolean } | null): KnownPart {
  return async ({ url, kind }) => {
    const kept = last?.parts.get(url) ?? null;
    if (kept && last?.isOfPage) return kept;
    const found = file.find(url);
    if (typeof found === 'string') return kept ?? found;
    return (found && makePart({ url, kind, at: found.at, ...found.part })) ?? kept;
  };
}
