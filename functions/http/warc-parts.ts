/** The pictures, styles and fonts in the WARC of one request, and the pages that they are kept with. */
import type { Pictures } from '../article/pictures.ts';
import type { WarcRecord } from '../formats/warc-read.ts';
import { fillPack } from '../pictures/fill-pack.ts';
import { manifestIn } from '../pictures/pack.ts';
import { type FilePart, makePartIndex, partIn } from '../pictures/parts-in-file.ts';
import type { Store } from '../store/articles.ts';
import { snapshotUrl } from './views.ts';

type Held = FilePart & { record: string | null; manifest: unknown; isLeftOut: boolean };

export type RequestParts = {
  /** Takes any record, before the pages are imported: parts may stand behind them. */
  note(record: WarcRecord): void;
  /** Puts what the file has of a page beside its snapshot: how many, or null where that changed nothing. */
  fill(
    store: Store,
    page: WarcRecord,
    snapshot: { article: string; timestamp: string; extent: Pictures },
  ): Promise<number | null>;
  /** The address of a snapshot beside which a record is kept; null where there is none. */
  keptWith(record: string): string | null;
  /** Whether a page wants a record that there was no room for. */
  isLeftOut(record: string): boolean;
};

/** More than the records of a request. */
const maxRecords = 4000;
/** Twice what a pack may hold: pictures do not unpack to much more than they were sent as. */
const maxHeldBytes = 16 * 1024 * 1024;
/** Why a part is missing that the file holds. */
const notTaken = 'the request that the page came in held more pictures, styles and fonts than are taken of one';

export function makeRequestParts(): RequestParts {
  const index = makePartIndex<Held>({ most: maxRecords });
  const kept = new Map<string, string>();
  const leftOut = new Set<string>();
  let bytes = 0;

  return {
    note(record) {
      const part = partIn(record);
      const held = {
        sentAs: null,
        validators: {},
        body: new Uint8Array(),
        record: record.id,
        manifest: manifestIn(record),
        isLeftOut: false,
      };
      if (part === null) return void index.note(record, held);
      // What is smaller and comes later may still have room.
      if (bytes + part.body.length > maxHeldBytes) return void index.add(record, { ...held, isLeftOut: true });
      bytes += part.body.length;
      index.add(record, { ...held, ...part });
    },
    async fill(store, page, { article: id, timestamp, extent }) {
      const exported = index.exportedWith(page);
      if (index.isEmpty() && exported === null) return null;
      // What an export has was wanted; of a crawl it is for the client to say.
      if (extent === 'off' && exported === null) return null;
      const used = new Set<string>();
      if (exported?.manifest.record) used.add(exported.manifest.record);
      const use = (held: Held | null): Held | string | null => {
        if (held?.record) (held.isLeftOut ? leftOut : used).add(held.record);
        return held?.isLeftOut ? notTaken : held;
      };
      const filled = await fillPack(
        store,
        { id, timestamp, extent: extent === 'off' ? 'page' : extent },
        {
          exported: exported && { manifest: exported.manifest.manifest, at: (url) => use(exported.at(url)) },
          find: (url) => {
            const found = index.find(page, url);
            if (found === null) return null;
            const part = use(found.value);
            return part === null || typeof part === 'string' ? part : { part, at: found.at };
          },
        },
      );
      if (filled !== null) for (const record of used) kept.set(record, snapshotUrl(id, timestamp));
      return filled;
    },
    keptWith: (record) => kept.get(record) ?? null,
    isLeftOut: (record) => leftOut.has(record),
  };
}
