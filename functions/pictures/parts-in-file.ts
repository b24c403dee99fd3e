/**
 * Which records of a WARC hold pictures, styles and fonts of its pages. An export says by a manifest which are of a page; in a crawl it is
 * their URL, and of several with one URL the time that is nearest to the page's. They may stand before or behind their page. Pure.
 */
import { redirectOf } from '../capture/import-warc.ts';
import { concurrentTo } from '../capture/warc-context.ts';
import type { Validators } from '../fetch/fetch-page.ts';
import { contentTypeOf } from '../fetch/headers.ts';
import { notAPage } from '../fetch/html-check.ts';
import { httpResponse } from '../formats/http-response.ts';
import { uriOf } from '../formats/uri.ts';
import { type WarcRecord, warcHeader } from '../formats/warc-read.ts';
import { hash22 } from '../hash.ts';
import { manifestIn, maxPartBytes, validatorsIn } from './pack.ts';
import { partType } from './part-type.ts';

/** `sentAs`: what the site called it. */
export type FilePart = { sentAs: string | null; validators: Validators; body: Uint8Array };
/** `at`: where it is after redirects, by the records `via`. */
type Found<T> = { value: T; at: string; via: T[] };
type PageRecord = Pick<WarcRecord, 'id' | 'date'>;

/** `T`: what the user of the index finds the bytes of a record by. */
export type PartIndex<T> = {
  /** Takes a record that `partIn` knows. False when it has no room for more. */
  add(record: WarcRecord, value: T): boolean;
  /** Takes a manifest, and redirects and revisits, which are ways to a part; gives which it is, and null for all that is none. */
  note(record: WarcRecord, value: T): 'manifest' | 'way' | null;
  /** The manifest of a page, and the records that it is about: all of them, and one by its URL. */
  exportedWith(page: PageRecord): { manifest: T; all: T[]; at(url: string): T | null } | null;
  /** What a page that no manifest is about finds at a URL. */
  find(page: PageRecord, url: string): Found<T> | null;
  isEmpty(): boolean;
};

const maxHops = 5;
/** Nobody reads what stands below a redirect. */
const maxWayBytes = 64 * 1024;

/** A record with what may be a part of a page; null for pages, and for all that is no picture, style sheet or font. */
export function partIn(record: WarcRecord): FilePart | null {
  const { type, block, contentType, targetUri } = record;
  if (block === null || !/^https?:/i.test(targetUri ?? '')) return null;
  if (type !== 'response' && type !== 'resource') return null;
  const answer = type === 'response' ? httpResponse(block) : { status: 200, headers: [], body: block };
  if (!answer?.body || answer.status !== 200 || answer.body.length > maxPartBytes.picture) return null;
  const { body, headers } = answer;
  const sentAs = type === 'response' ? contentTypeOf(headers) : contentType;
  const isPart =
    notAPage(body, sentAs) !== null &&
    (['picture', 'font', 'style'] as const).some((kind) => partType(body, kind, sentAs) !== null);
  return isPart ? { sentAs, validators: validatorsIn(headers), body } : null;
}

/** As records and pages name it alike. */
function keyOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed) parsed.hash = '';
  return hash22(uriOf(parsed?.href ?? url));
}

export function makePartIndex<T>({ most }: { most: number }): PartIndex<T> {
  const byUrl = new Map<string, { value: T; atMs: number; owners: string[] }[]>();
  const byOwner = new Map<string, Map<string, T>>();
  const manifests = new Map<string, T>();
  const ways = new Map<string, { to: string; value: T }>();
  let count = 0;
  const hasRoom = () => count++ < most;

  return {
    add(record, value) {
      if (!hasRoom()) return false;
      const key = keyOf(record.targetUri ?? '');
      const owners = concurrentTo(record);
      const ofUrl = byUrl.get(key) ?? [];
      ofUrl.push({ value, atMs: timeOf(record), owners });
      byUrl.set(key, ofUrl);
      for (const owner of owners) byOwner.set(owner, (byOwner.get(owner) ?? new Map<string, T>()).set(key, value));
      return true;
    },
    note(record, value) {
      if (record.block === null || record.targetUri === null) return null;
      if (manifestIn(record) !== null) {
        if (!hasRoom()) return null;
        for (const owner of concurrentTo(record)) manifests.set(owner, value);
        return 'manifest';
      }
      const to =
        record.type === 'response'
          ? redirectOf(record)
          : record.type === 'revisit'
            ? (warcHeader(record, 'WARC-Refers-To-Target-URI')?.replace(/^<|>$/g, '') ?? null)
            : null;
      if (to === null || to === record.targetUri || record.block.length > maxWayBytes || !hasRoom()) return null;
      ways.set(keyOf(record.targetUri), { to, value });
      return 'way';
    },
    exportedWith({ id }) {
      const manifest = id === null ? undefined : manifests.get(id);
      if (id === null || manifest === undefined) return null;
      const parts = byOwner.get(id) ?? new Map<string, T>();
      return { manifest, all: [...parts.values()], at: (url) => parts.get(keyOf(url)) ?? null };
    },
    find(page, url) {
      let at = url;
      const via: T[] = [];
      for (let hops = 0; hops < maxHops; hops++) {
        const all = byUrl.get(keyOf(at))?.filter(({ owners }) => !owners.some((owner) => manifests.has(owner))) ?? [];
        const distance = ({ atMs }: { atMs: number }) => Math.abs(atMs - timeOf(page));
        const nearest = all.toSorted((a, b) => distance(a) - distance(b))[0];
        if (nearest) return { value: nearest.value, at, via };
        const way = ways.get(keyOf(at));
        if (way === undefined) return null;
        via.push(way.value);
        at = way.to;
      }
      return null;
    },
    isEmpty: () => byUrl.size === 0,
  };
}

/** A record without a time is of all times alike. */
function timeOf({ date }: { date: string | null }): number {
  return date === null ? 0 : Date.parse(date);
}
