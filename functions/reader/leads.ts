/**
 * The small pictures that stand for stories: where they are, for a page of a list in one read. They come from the packs of the archive, each at
 * an address with its digest, so that browsers keep them.
 */
import { readPart } from '../pictures/read-part.ts';
import type { Store } from '../store/articles.ts';
import { getPacks, isShownAlone, lastPack, type Pack, packObject } from '../store/packs.ts';
import type { Table } from '../store/table.ts';
import { type Html, html } from './markup.ts';

export type Lead = { address: string; width: number; height: number };
/** By the article's id. */
export type Leads = ReadonlyMap<string, Lead>;
type Listed = { id: string; versionOf: string };

export const noLeads: Leads = new Map();
/** What is known of a story's picture is asked for again after so long; pictures come a moment after their story. */
const knownMs = { picture: 600_000, none: 30_000 };
const maxKnown = 5000;
/** As `lead-route.ts` reads it. */
const digestLength = 16;

/** Half a read unit for each story that was not asked for of late. */
export function makeLeads(table: Table, now: () => number): (stories: readonly Listed[]) => Promise<Leads> {
  const known = new Map<string, { lead: Lead | null; untilMs: number }>();
  return async (stories) => {
    const keyOf = ({ id, versionOf }: Listed) => `${id} ${versionOf}`;
    const unknown = stories.filter((story) => (known.get(keyOf(story))?.untilMs ?? 0) <= now());
    const packs = await getPacks(
      table,
      unknown.map(({ id, versionOf }) => ({ id, timestamp: versionOf })),
    );
    for (const story of unknown) {
      const lead = leadIn(story.id, story.versionOf, packs.get(keyOf(story)) ?? null);
      // What was put last goes last.
      known.delete(keyOf(story));
      known.set(keyOf(story), { lead, untilMs: now() + knownMs[lead ? 'picture' : 'none'] });
    }
    const found = new Map<string, Lead>();
    for (const story of stories) {
      const lead = known.get(keyOf(story))?.lead;
      if (lead) found.set(story.id, lead);
    }
    for (const key of known.keys()) {
      if (known.size <= maxKnown) break;
      known.delete(key);
    }
    return found;
  };
}

/** Of a story as it was at a time. */
export async function leadAt(store: Store, id: string, timestamp: string): Promise<Lead | null> {
  const pack = await lastPack(store, id, timestamp);
  return leadIn(id, pack?.timestamp ?? timestamp, pack);
}

/** As `leadAt`, with its bytes (60 KB at most) in place of an address of ours: for a file that loads nothing. */
export async function leadInside(store: Store, id: string, timestamp: string): Promise<Lead | null> {
  const pack = await lastPack(store, id, timestamp);
  const read = pack && (await readLead(store, id, pack));
  if (!read || !pack.lead) return null;
  const { width, height } = pack.lead;
  return { address: `data:${read.type};base64,${Buffer.from(read.bytes).toString('base64')}`, width, height };
}

/** The bytes of the picture in a pack; null where it has none that may be shown by itself. */
export async function readLead(
  { bucket }: Store,
  id: string,
  { digest, lead }: Pack,
): Promise<{ type: string; bytes: Uint8Array } | null> {
  if (!lead || !isShownAlone(lead.type)) return null;
  const record = await bucket.getRange(packObject(id, digest), lead.offset, lead.length);
  const bytes = record && (await readPart(record));
  return bytes ? { type: lead.type, bytes } : null;
}

function leadIn(id: string, timestamp: string, pack: Pack | null): Lead | null {
  if (!pack?.lead) return null;
  const { width, height } = pack.lead;
  return { address: `/a/${id}/${timestamp}/lead/${pack.digest.slice(0, digestLength)}`, width, height };
}

/** Beside its headline, which says what it is of. The style gives it its place before it is there. */
export function leadInList(lead: Lead | undefined): Html | null {
  return lead
    ? html`<img class="pic" src="${lead.address}" alt="" width="112" height="84" loading="lazy" decoding="async">`
    : null;
}

const highest = 384;

/** Above the words of its story, as large as it is where that leaves room for them. By its size the page has its place before it is there. */
export function leadOfStory(lead: Lead | null): Html | null {
  if (lead === null) return null;
  const part = Math.min(1, highest / lead.height);
  const [width, height] = [Math.round(lead.width * part), Math.round(lead.height * part)];
  return html`<figure class="lead"><img src="${lead.address}" alt="" width="${width}" height="${height}" loading="lazy" decoding="async"></figure>`;
}
