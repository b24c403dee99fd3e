/**
 * What the records of one WARC say of each other: which were redirects, which answered no GET, what each record became, and what an export
 * of an archive says of its snapshots.
 */
import type { EntryFacts } from '../article/article.ts';
import { parseStoryUrl } from '../article/article-url.ts';
import { toIso } from '../article/times.ts';
import { type WarcRecord, warcHeader } from '../formats/warc-read.ts';

/** More than a WARC that is sent at once has records. */
const maxKnown = 10_000;
const maxHops = 20;

/** What an export says beside a snapshot (`cli/export-warc.ts`). */
export type SnapshotFacts = {
  requestedUrl: string | null;
  redirects: string[];
  feed: string | null;
  entry: EntryFacts | null;
  file: string | null;
};

export type WarcContext = {
  /** Takes what requests and metadata say. They may stand before or behind their answers: all of them come first. */
  noteAside(record: WarcRecord): void;
  factsOf(record: WarcRecord): SnapshotFacts;
  /** The method of the request that a response answers, when that was no GET; else null. */
  methodOf(record: WarcRecord): string | null;
  noteRedirect(from: string, to: string): void;
  /** The URLs that led to this one, in order. */
  waysTo(url: string): string[];
  noteBody(recordId: string | null, body: { article: string; digest: string }): void;
  bodyOf(recordId: string | null): { article: string; digest: string } | null;
};

export function makeWarcContext(): WarcContext {
  const methods = new Map<string, string>();
  const ledBy = new Map<string, string>();
  const bodies = new Map<string, { article: string; digest: string }>();
  const facts = new Map<string, SnapshotFacts>();
  const put = <T>(map: Map<string, T>, key: string, value: T) => {
    if (map.size < maxKnown) map.set(key, value);
  };
  return {
    noteAside(record) {
      if (record.type === 'metadata' && /^application\/warc-fields/i.test(record.contentType ?? ''))
        for (const name of concurrentTo(record)) put(facts, name, readFacts(record.block ?? new Uint8Array()));
      const method = /^([A-Z]{1,20}) /.exec(Buffer.from(record.block?.subarray(0, 32) ?? []).toString('latin1'))?.[1];
      if (record.type !== 'request' || method === undefined || method === 'GET') return;
      for (const name of idsOf(record)) put(methods, name, method);
    },
    factsOf: ({ id }) => (id === null ? undefined : facts.get(id)) ?? noFacts,
    methodOf: (record) =>
      idsOf(record)
        .map((name) => methods.get(name))
        .find((method) => method !== undefined) ?? null,
    noteRedirect: (from, to) => put(ledBy, to, from),
    waysTo(url) {
      const ways: string[] = [];
      for (let at = ledBy.get(url); at !== undefined && ways.length < maxHops; at = ledBy.get(at)) {
        if (at === url || ways.includes(at)) break;
        ways.unshift(at);
      }
      return ways;
    },
    noteBody(recordId, body) {
      if (recordId !== null) put(bodies, recordId, body);
    },
    bodyOf: (recordId) => (recordId === null ? null : (bodies.get(recordId) ?? null)),
  };
}

/** Request and answer name each other, or stand for one URL at one moment. */
function idsOf(record: WarcRecord): string[] {
  const concurrent = concurrentTo(record);
  return [
    ...(record.id === null ? [] : [record.id]),
    ...concurrent,
    ...(concurrent.length === 0 && warcHeader(record, 'WARC-Date') !== null
      ? [`${record.date} ${record.targetUri}`]
      : []),
  ];
}

/** The ids of the records of the same exchange that it names. */
export function concurrentTo({ headers }: WarcRecord): string[] {
  const named = headers.filter(([name]) => name.toLowerCase() === 'warc-concurrent-to');
  return named.map(([, id]) => id.replace(/^<|>$/g, ''));
}

const noFacts: SnapshotFacts = { requestedUrl: null, redirects: [], feed: null, entry: null, file: null };
const maxFieldsBytes = 64 * 1024;
const maxFeedLength = 100;

/** Fields that our exports write (`cli/export-warc.ts`); those of other programs have other names. */
function readFacts(block: Uint8Array): SnapshotFacts {
  if (block.length > maxFieldsBytes) return noFacts;
  const fields = Buffer.from(block)
    .toString('utf8')
    .split('\r\n')
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, Math.max(0, colon)), line.slice(colon + 1).trim()];
    });
  const all = (name: string) => fields.flatMap(([key, value]) => (key === name && value !== '' ? [value] : []));
  const urls = (name: string) =>
    all(name).flatMap((value) => {
      const parsed = parseStoryUrl(value);
      return 'url' in parsed ? [parsed.url] : [];
    });
  const publishedMs = Date.parse(all('entry-published')[0] ?? '');
  const authors = all('entry-author');
  const hasEntry = authors.length > 0 || !Number.isNaN(publishedMs);
  return {
    requestedUrl: urls('requested')[0] ?? null,
    redirects: urls('redirect').slice(0, maxHops),
    feed: all('feed')[0]?.slice(0, maxFeedLength) ?? null,
    entry: hasEntry ? { publishedAt: Number.isNaN(publishedMs) ? null : toIso(publishedMs), authors } : null,
    file: all('file')[0] ?? null,
  };
}
