/**
 * The pictures, styles and fonts in a WARC file, wherever they stand in it: a first look at the file lays them down on the disk, and each page
 * then finds its own.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeHtml } from '../extract/charset.ts';
import { contentTypeOf } from '../fetch/headers.ts';
import { notAPage } from '../fetch/html-check.ts';
import { httpResponse } from '../formats/http-response.ts';
import { WarcError, type WarcRecord } from '../formats/warc-read.ts';
import { wantedParts } from '../pictures/fill-pack.ts';
import { makePart } from '../pictures/pack.ts';
import { makePartIndex, partIn } from '../pictures/parts-in-file.ts';

export type FileParts = {
  /** Whether a record is a part of pages, or says what is one, and no page itself. */
  has(record: WarcRecord): boolean;
  /** What goes with a page, styles first. */
  of(page: WarcRecord): Promise<PagePart[]>;
  close(): Promise<void>;
};

/** `at` names a record in the file. */
type InFile = { at: number; record: WarcRecord };
/** `by`: what says that it is of the page: the manifest of an export, or redirects on the way to it. */
export type PagePart = InFile & { by: InFile[] };

/** Where a record lies on the disk, and of what it is made but for its bytes. */
type Place = { offset: number; length: number; record: Omit<WarcRecord, 'block'> };

/** Some 500 bytes each. */
const maxParts = 100_000;
/** Of a file without any. */
export const noParts: FileParts = { has: () => false, of: async () => [], close: async () => undefined };

/** What is wrong with the file is for the second look to say. */
export async function layDownParts(records: AsyncIterable<WarcRecord>): Promise<FileParts> {
  const index = makePartIndex<Place>({ most: maxParts });
  const parts = new Map<number, string | null>();
  const forThemselves = new Set<string>();
  const dir = await mkdtemp(join(tmpdir(), 'nightdesk-parts-'));
  const file = await open(join(dir, 'parts'), 'wx+');
  const close = async () => {
    await file.close();
    await rm(dir, { recursive: true, force: true });
  };
  let end = 0;
  const layDown = async (block: Uint8Array) => {
    await file.write(block, 0, block.length, end);
    end += block.length;
  };
  try {
    for await (const whole of records) {
      const { block, ...record } = whole;
      if (block === null) continue;
      const place = { offset: end, length: block.length, record };
      if (partIn(whole) !== null) {
        if (!index.add(whole, place)) continue;
        parts.set(whole.offset, whole.id);
        await layDown(block);
        continue;
      }
      const noted = index.note(whole, place);
      // A redirect may lead to a page as well.
      if (noted === 'manifest') parts.set(whole.offset, null);
      if (noted !== null) await layDown(block);
      else noteKeptForThemselves(whole, forThemselves);
    }
  } catch (error) {
    if (!(error instanceof WarcError)) {
      await close();
      throw error;
    }
  }
  if (end === 0) {
    await close();
    return noParts;
  }
  const read = async ({ offset, length, record }: Place): Promise<WarcRecord> => {
    const block = Buffer.alloc(length);
    await file.read(block, 0, length, offset);
    return { ...record, block };
  };

  return {
    has({ offset }) {
      const id = parts.get(offset);
      return id !== undefined && !(id !== null && forThemselves.has(id));
    },
    async of(page) {
      const exported = index.exportedWith(page);
      if (exported?.all.length === 0) return [{ ...(await inFile(exported.manifest)), by: [] }];
      const found = exported ? exported.all.map((value) => ({ value, via: [exported.manifest] })) : await foundBy(page);
      return Promise.all(
        found.map(async ({ value, via }) => ({ ...(await inFile(value)), by: await Promise.all(via.map(inFile)) })),
      );
    },
    close,
  };

  async function inFile(place: Place): Promise<InFile> {
    return { at: place.record.offset, record: await read(place) };
  }

  /** As the archive will look for them. */
  async function foundBy(page: WarcRecord): Promise<{ value: Place; via: Place[] }[]> {
    const source = index.isEmpty() ? null : pageIn(page);
    if (source === null || page.targetUri === null) return [];
    const places = new Map<string, { value: Place; via: Place[] }>();
    const { parts: found } = await wantedParts(
      source,
      { url: page.targetUri, extent: 'page', lead: null },
      async ({ url, kind }) => {
        const there = index.find(page, url);
        const part = there && partIn(await read(there.value));
        if (!there || !part) return null;
        places.set(url, there);
        return makePart({ url, kind, at: there.at, ...part });
      },
    );
    return found.flatMap(({ url }) => places.get(url) ?? []);
  }
}

/** The text of a page; null for a record that is none. */
function pageIn({ type, block, contentType }: WarcRecord): string | null {
  if (block === null || (type !== 'response' && type !== 'resource')) return null;
  const answer = type === 'response' ? httpResponse(block) : null;
  const body = type === 'response' ? answer?.body : block;
  const sentAs = answer ? contentTypeOf(answer.headers) : contentType;
  return !body || notAPage(body, sentAs) !== null ? null : decodeHtml(body, sentAs).text;
}

/** An export says of each article's own record how it was asked for: a picture that was archived for itself is no part. */
function noteKeptForThemselves(record: WarcRecord, ids: Set<string>): void {
  const isOurs =
    record.type === 'metadata' && /(^|\n)requested: /.test(Buffer.from(record.block ?? []).toString('utf8', 0, 65_536));
  if (!isOurs || ids.size >= maxParts) return;
  for (const [name, value] of record.headers)
    if (name.toLowerCase() === 'warc-concurrent-to') ids.add(value.replace(/^<|>$/g, ''));
}
