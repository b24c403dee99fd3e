/** What the records of one WARC say of each other: which were redirects, which answered no GET, and what each record became. */
import { type WarcRecord, warcHeader } from '../formats/warc-read.ts';

/** More than a WARC that is sent at once has records. */
const maxKnown = 10_000;
const maxHops = 20;

export type WarcContext = {
  /** Takes what a request record says. Requests may stand before or behind their answers: all of them come first. */
  noteRequest(record: WarcRecord): void;
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
  const put = <T>(map: Map<string, T>, key: string, value: T) => {
    if (map.size < maxKnown) map.set(key, value);
  };
  return {
    noteRequest(record) {
      const method = /^([A-Z]{1,20}) /.exec(Buffer.from(record.block?.subarray(0, 32) ?? []).toString('latin1'))?.[1];
      if (record.type !== 'request' || method === undefined || method === 'GET') return;
      for (const name of idsOf(record)) put(methods, name, method);
    },
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
  const concurrent = record.headers.filter(([name]) => name.toLowerCase() === 'warc-concurrent-to');
  return [
    ...(record.id === null ? [] : [record.id]),
    ...concurrent.map(([, id]) => id.replace(/^<|>$/g, '')),
    ...(concurrent.length === 0 && warcHeader(record, 'WARC-Date') !== null
      ? [`${record.date} ${record.targetUri}`]
      : []),
  ];
}
