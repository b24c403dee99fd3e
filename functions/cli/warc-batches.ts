/**
 * The records of a WARC -> batches that a request may hold, in their order. What the archive reads together stays together: an answer and
 * its request, a page and what is said of it; and a redirect comes again before the page that it leads to.
 */
import { redirectOf } from '../capture/import-warc.ts';
import { concurrentTo } from '../capture/warc-context.ts';
import { type WarcRecord, warcHeader } from '../formats/warc-read.ts';
import type { FileParts, PagePart } from './warc-parts.ts';

/**
 * `shown`: what its outcome is shown by; null for a record that only says something of others. `needs`: without
 * which it says nothing: of a part, its page and what an export says of that page's parts.
 */
export type Sent = { bytes: Uint8Array; shown: string | null; needs?: Sent[] };
/** A record that is too large to be sent has no bytes. */
export type Batch = { records: Sent[]; tooLarge: { shown: string; bytes: number }[] };

type Held = Sent & { ids: string[] };
type Limits = { maxRecords: number; maxBytes: number };

/** Of a crawl, so many redirects whose pages have not come yet, and so many records that a revisit may name. */
const maxRedirects = 300;
const maxKnown = 50_000;
const maxAsideBytes = 64 * 1024;

export async function* batchesOf(
  records: AsyncIterable<WarcRecord>,
  path: string,
  { parts, limits: { maxRecords, maxBytes } }: { parts: FileParts; limits: Limits },
): AsyncGenerator<Batch> {
  let held: Held[] = [];
  let tooLarge: Batch['tooLarge'] = [];
  let bytes = 0;
  let left: Sent[] = [];
  /** Parts that the batch has. */
  let withParts = new Set<number>();
  const redirects = new Map<string, Sent>();
  const known = new Map<string, { uri: string; date: string | null }>();

  try {
    for await (const record of records) {
      if (!isWanted(record) || parts.has(record)) continue;
      const isAside = record.type === 'request' || record.type === 'metadata';
      const shown = isAside ? null : `${path}: ${record.targetUri ?? record.id}`;
      if (record.block === null) {
        if (shown !== null) tooLarge.push({ shown, bytes: record.bytes });
        continue;
      }
      const one: Held = { bytes: plainRecord(record, record.block, known), shown, ids: idsOf(record) };
      const isFull = held.length >= maxRecords || bytes + one.bytes.length > maxBytes;
      // However many records claim to be of one exchange.
      const hasRoom = held.length < 2 * maxRecords && bytes + one.bytes.length <= 2 * maxBytes;
      const belongs = hasRoom && held.some(({ ids }) => ids.some((id) => one.ids.includes(id)));
      if ((isFull || left.length > 0) && !belongs && held.length > 0) {
        yield { records: held, tooLarge };
        yield* further(left, maxBytes);
        held = [...redirects.values()].map((sent) => ({ ...sent, ids: [] }));
        bytes = held.reduce((total, sent) => total + sent.bytes.length, 0);
        tooLarge = [];
        left = [];
        withParts = new Set();
      }
      held.push(one);
      bytes += one.bytes.length;
      note(record, one);
      if (isAside) continue;
      const page = { ...one, shown: null };
      const made = new Map<number, Sent>();
      for (const part of await parts.of(record)) {
        const needs = [page, ...part.by.map((other) => sentOf(other, made))];
        const sent = { ...sentOf(part, made), needs };
        const fresh = [...part.by, part].filter(({ at }) => !withParts.has(at));
        const size = fresh.reduce((total, other) => total + sentOf(other, made).bytes.length, 0);
        if (left.length > 0 || bytes + size > maxBytes || held.length + fresh.length > maxRecords) {
          left.push(sent);
          continue;
        }
        for (const other of fresh) {
          held.push({ ...(other === part ? sent : sentOf(other, made)), ids: [] });
          withParts.add(other.at);
        }
        bytes += size;
      }
    }
  } catch (error) {
    // What was read before the fault is whole.
    yield { records: held, tooLarge };
    yield* further(left, maxBytes);
    throw error;
  }
  yield { records: held, tooLarge };
  yield* further(left, maxBytes);

  /** Each record once, since batches tell them apart by that. */
  function sentOf({ at, record }: Pick<PagePart, 'at' | 'record'>, made: Map<number, Sent>): Sent {
    const there = made.get(at);
    if (there) return there;
    const sent = { bytes: plainRecord(record, record.block ?? new Uint8Array(), known), shown: null };
    made.set(at, sent);
    return sent;
  }

  function note(record: WarcRecord, { bytes: sent }: Held): void {
    const { id, targetUri, date } = record;
    if (targetUri === null) return;
    const target = record.type === 'response' ? redirectOf(record) : null;
    if (target !== null) {
      if (redirects.size >= maxRedirects) redirects.delete([...redirects.keys()][0] ?? '');
      redirects.set(target, { bytes: sent, shown: null });
    } else if (record.type !== 'request') redirects.delete(targetUri);
    if (id !== null && record.type === 'response' && known.size < maxKnown) known.set(id, { uri: targetUri, date });
  }
}

/** What did not fit beside its page, each batch with the page once more. */
function* further(parts: Sent[], maxBytes: number): Generator<Batch> {
  let records = new Set<Sent>();
  let size = 0;
  for (const part of parts) {
    const more = [...(part.needs ?? []), part];
    const added = more.filter((one) => !records.has(one)).reduce((total, { bytes }) => total + bytes.length, 0);
    if (records.size > 0 && size + added > maxBytes) {
      yield { records: [...records], tooLarge: [] };
      records = new Set();
      size = 0;
    }
    for (const one of more) {
      if (!records.has(one)) size += one.bytes.length;
      records.add(one);
    }
  }
  if (records.size > 0) yield { records: [...records], tooLarge: [] };
}

function isWanted({ type, block, contentType }: WarcRecord): boolean {
  if (type === 'response' || type === 'revisit' || type === 'resource') return true;
  if (type === 'metadata')
    return block !== null && /^application\/(warc-fields|vnd\.nightdesk)/i.test(contentType ?? '');
  const isGet = /^GET /.test(Buffer.from(block?.subarray(0, 4) ?? []).toString('latin1'));
  return type === 'request' && block !== null && block.length <= maxAsideBytes && !isGet;
}

/** What a record and those of the same exchange have in common. */
function idsOf(record: WarcRecord): string[] {
  return [...(record.id === null ? [] : [record.id]), ...concurrentTo(record), `${record.date} ${record.targetUri}`];
}

/** As it stood in the file, unpacked; a revisit says where the record is that it refers to, which may be of another batch. */
function plainRecord(
  record: WarcRecord,
  block: Uint8Array,
  known: Map<string, { uri: string; date: string | null }>,
): Uint8Array {
  const refersTo = warcHeader(record, 'WARC-Refers-To')?.replace(/^<|>$/g, '');
  const earlier = refersTo === undefined ? undefined : known.get(refersTo);
  const names = earlier && warcHeader(record, 'WARC-Refers-To-Target-URI') === null;
  const added: [string, string][] = names
    ? [
        ['WARC-Refers-To-Target-URI', earlier.uri],
        ...(earlier.date === null ? [] : [['WARC-Refers-To-Date', earlier.date] as [string, string]]),
      ]
    : [];
  const lines = [...record.headers, ...added].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`WARC/1.1\r\n${lines.join('')}\r\n`), block, Buffer.from('\r\n\r\n')]);
}
