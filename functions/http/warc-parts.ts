/** The pictures, styles and fonts in the WARC of one request, and the pages that they are kept with. */
import type { Pictures } from '../article/pictures.ts';
import type { WarcRecord } from '../formats/warc-read.ts';
import { fillPack } from '../pictures/fill-pack.ts';
import { manifestIn } from '../pictures/pack.ts';
import { type FilePart, makePartIndex, partIn } from '../pictures/parts-in-file.ts';
import type { Store } from '../store/articles.ts';
import { snapshotUrl } from './views.ts';

type Held = FilePart & { record: string | null; manifest: unknown };

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
};

/** More than the records of a request. */
const maxRecords = 4000;
/** Twice what a pack may hold: pictures do not unpack to much more than they were sent as. */
const maxHeldBytes = 16 * 1024 * 1024;

export function makeRequestParts(): RequestParts {
  const index = makePartIndex<Held>({ most: maxRecords });
  const kept = new Map<string, string>();
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
      };
      if (part === null) return void index.note(record, held);
      bytes += part.body.length;
      if (bytes <= maxHeldBytes) index.add(record, { ...held, ...part });
    },
    async fill(store, page, { article: id, timestamp, extent }) {
      const exported = index.exportedWith(page);
      if (index.isEmpty() && exported === null) return null;
      // What an export has was wanted; of a crawl it is for the client to say.
      if (extent === 'off' && exported === null) return null;
      const used = new Set<string>();
      const use = (held: Held | null) => {
        if (held?.record) used.add(held.record);
        return held;
      };
      const filled = await fillPack(
        store,
        { id, timestamp, extent: extent === 'off' ? 'page' : extent },
        {
          exported: exported && { manifest: use(exported.manifest)?.manifest, at: (url) => use(exported.at(url)) },
          find: (url) => {
            const found = index.find(page, url);
            const part = found && use(found.value);
            return part && { part, at: found.at };
          },
        },
      );
      if (filled !== null) for (const record of used) kept.set(record, snapshotUrl(id, timestamp));
      return filled;
    },
    keptWith: (record) => kept.get(record) ?? null,
  };
}
