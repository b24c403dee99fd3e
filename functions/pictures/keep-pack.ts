/** Parts that were found -> the pack of a snapshot. */
import type { Snapshot } from '../article/article.ts';
import { getKnown, type Store } from '../store/articles.ts';
import { type PackLead, putPack } from '../store/packs.ts';
import { chooseLead, type Lead } from './choose-lead.ts';
import type { Extent } from './collect.ts';
import { type MissingPart, type Part, writePack } from './pack.ts';

/** `leads`: which of the parts may stand for the story in a list, the best first. `times`: how often the page names each. */
export async function keepPack(
  store: Store,
  { id, snapshot, extent }: { id: string; snapshot: Snapshot; extent: Extent },
  {
    parts,
    missing,
    leads,
    times,
  }: { parts: Part[]; missing: MissingPart[]; leads: string[]; times: ReadonlyMap<string, number> },
): Promise<void> {
  const { timestamp, fetchedAt, finalUrl, digest } = snapshot;
  const { bytes, places } = await writePack({ id, timestamp, fetchedAt, url: finalUrl }, { extent, parts, missing });
  const bytesOf = (timesOf: (url: string) => number) =>
    parts.reduce((sum, { url, body }) => sum + body.length * timesOf(url), 0);
  const inlined = bytesOf((url) => times.get(url) ?? 1);
  const lead = chooseLead(new Map(parts.map((part) => [part.url, part])), leads);
  const place = lead && places.get(lead.part.url);
  // Whoever took it down meanwhile purges once more, later than any job takes.
  if (!(await getKnown(store.table, id))?.article) return;
  await putPack(
    store,
    { id, timestamp },
    {
      ...{ bytes, of: digest, extent, parts: parts.length, missing: missing.length },
      ...{ inlined, repeats: inlined - bytesOf(() => 1) },
      lead: lead && place ? leadOf(lead, place) : null,
    },
  );
}

/** The item has room for these bytes in its one write unit: the next look asks for the picture by them. */
const maxAsked = 500;

function leadOf({ part, width, height }: Lead, place: { offset: number; length: number }): PackLead {
  const { url, type, digest, validators = {} } = part;
  const asked = { url, digest, ...validators };
  return {
    ...{ ...place, type, width, height },
    asked: Buffer.byteLength(JSON.stringify(asked)) <= maxAsked ? asked : null,
  };
}
