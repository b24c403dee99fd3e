/**
 * What is kept beside a snapshot, as one object: a WARC whose records are the parts, each a gzip member, and whose last record is the
 * manifest, which says what is there, what is missing and why. An export of the archive has the same records beside the page's. Pure.
 */

import type { Validators } from '../fetch/fetch-page.ts';
import { header } from '../fetch/headers.ts';
import { httpResponse } from '../formats/http-response.ts';
import { uriOf } from '../formats/uri.ts';
import { WarcError, type WarcRecord, warcRecords } from '../formats/warc-read.ts';
import { factsRecord, factsType, responseRecord } from '../formats/warc-write.ts';
import { digestOf } from '../hash.ts';
import { partType } from './part-type.ts';
import type { PartKind } from './rewrite-css.ts';

/** `url`: as the page names it; `at`: where it was after redirects. `validators`: by which its site knows these bytes again. */
export type Part = {
  url: string;
  at: string;
  kind: PartKind;
  type: string;
  digest: string;
  validators?: Validators;
  body: Uint8Array;
};
export type MissingPart = { url: string; kind: PartKind; why: string };
/** `extent`: what was wanted. */
export type Manifest = {
  extent: 'story' | 'page';
  parts: (Omit<Part, 'body'> & { bytes: number })[];
  missing: MissingPart[];
};

/** Parts of a pack hold so many bytes in all. */
const maxPackBytes = 8 * 1024 * 1024;
/** Those of a page and of its style sheets, and as many that an export says of it. */
export const maxPackParts = 200;
export const maxPartBytes: Record<PartKind, number> = {
  picture: 4 * 1024 * 1024,
  style: 2 * 1024 * 1024,
  font: 1024 * 1024,
};
/** Two hundred parts, each with two addresses of 4096 characters. */
const maxManifestBytes = 2 * 1024 * 1024;
/** What a manifest says beside its parts. */
const manifestFrameBytes = 1024;
/** What is read of one: its parts and what is written about them. */
const mostRead = 4 * maxPackBytes;

/** Null for bytes that are not of their kind. `sentAs`: what the site called them. */
export function makePart({
  url,
  at,
  kind,
  sentAs,
  validators,
  body,
}: {
  url: string;
  at: string;
  kind: PartKind;
  sentAs: string | null;
  validators: Validators;
  body: Uint8Array;
}): Part | null {
  const type = partType(body, kind, sentAs);
  if (type === null) return null;
  // By its charset the sheet is read.
  const sent = kind === 'style' && /charset=/i.test(sentAs ?? '') ? (sentAs ?? type) : type;
  const known = kind === 'picture' && Object.keys(validators).length > 0 ? { validators } : {};
  return { url, at, kind, type: sent.slice(0, 100), digest: digestOf(body), ...known, body };
}

/** What a pack has room for: what is put into it one after the other is so many parts, so many bytes, and a manifest that can be read. */
export type Room = { takes(part: Part): boolean; takesMissing(part: MissingPart): boolean; isFull(): boolean };

export function makeRoom(): Room {
  let parts = 0;
  let bytes = 0;
  let written = manifestFrameBytes;
  /** Of its place in the manifest, with a comma. */
  const said = (one: unknown) => Buffer.byteLength(JSON.stringify(one)) + 1;

  return {
    takes(part) {
      const more = said(entryOf(part));
      if (parts === maxPackParts || bytes + part.body.length > maxPackBytes || written + more > maxManifestBytes)
        return false;
      parts++;
      bytes += part.body.length;
      written += more;
      return true;
    },
    takesMissing(part) {
      const more = said(part);
      if (written + more > maxManifestBytes) return false;
      written += more;
      return true;
    },
    isFull: () => parts === maxPackParts || bytes >= maxPackBytes,
  };
}

function entryOf({ body, ...part }: Part): Manifest['parts'][number] {
  return { ...part, bytes: body.length };
}

/** Longer ones are not sent back. */
const maxValidator = 200;

/** What a site says of an answer, for a request that asks whether it changed. */
export function validatorsIn(headers: [string, string][]): Validators {
  const [etag, lastModified] = ['etag', 'last-modified'].map((name) => header(headers, name));
  return {
    ...(etag && etag.length <= maxValidator ? { etag } : {}),
    ...(lastModified && lastModified.length <= maxValidator ? { lastModified } : {}),
  };
}

/**
 * The same parts of the same snapshot make the same bytes. `places`: where the record of each part is in them. Throws for more than a pack
 * has room for, since nobody could read it.
 */
export async function writePack(
  snapshot: { id: string; timestamp: string; fetchedAt: string; url: string },
  { extent, parts, missing }: { extent: Manifest['extent']; parts: Part[]; missing: MissingPart[] },
): Promise<{ bytes: Uint8Array; places: Map<string, { offset: number; length: number }> }> {
  const { id, timestamp, fetchedAt: date } = snapshot;
  const room = makeRoom();
  if (!(parts.every(room.takes) && missing.every(room.takesMissing)))
    throw new Error(`a pack has no room for ${parts.length} parts and ${missing.length} that are missing`);
  // The page's record, as an export names it.
  const concurrentTo = `${id} ${timestamp}`;
  const members: Uint8Array[] = [];
  const places = new Map<string, { offset: number; length: number }>();
  let offset = 0;
  for (const { url, type, validators: { etag, lastModified } = {}, body } of parts) {
    const headers: [string, string | undefined][] = [
      ['Content-Type', type],
      ['ETag', etag],
      ['Last-Modified', lastModified],
    ];
    const member = await responseRecord({
      ...{ key: `part ${id} ${timestamp} ${url}`, date, targetUri: url, status: 200, body, concurrentTo },
      headers: headers.filter((pair): pair is [string, string] => pair[1] !== undefined),
    });
    members.push(member);
    places.set(url, { offset, length: member.length });
    offset += member.length;
  }
  const manifest: Manifest = {
    extent,
    parts: parts.map(entryOf),
    missing,
  };
  members.push(
    await factsRecord({
      ...{ key: `parts ${id} ${timestamp}`, date, targetUri: snapshot.url, concurrentTo },
      body: { pictures: manifest },
    }),
  );
  return { bytes: Buffer.concat(members), places };
}

/** By the URL that the page names. Throws `WarcError` for a pack without a manifest that can be read. */
export async function readPack(bytes: Uint8Array): Promise<{ parts: Map<string, Part>; manifest: Manifest }> {
  const bodies = new Map<string, Uint8Array>();
  let manifest: Manifest | null = null;
  for await (const record of warcRecords([bytes], { maxRecordBytes: mostRead, maxBytes: mostRead })) {
    const { type, targetUri, block } = record;
    if (block === null || targetUri === null) continue;
    if (type === 'response') {
      const body = httpResponse(block)?.body;
      if (body) bodies.set(targetUri, body);
    } else manifest = (manifestIn(record) as Manifest | null) ?? manifest;
  }
  if (manifest === null) throw new WarcError('what it says of its parts is missing, or longer than is read');
  const parts = new Map<string, Part>();
  for (const { bytes: _bytes, ...part } of manifest.parts) {
    const body = bodies.get(uriOf(part.url));
    if (body) parts.set(part.url, { ...part, body });
  }
  return { parts, manifest };
}

/** What the record of a manifest says, which may be anything in a file of others; null for all other records. */
export function manifestIn({ type, contentType, block }: WarcRecord): unknown {
  if (type !== 'metadata' || !(contentType ?? '').toLowerCase().startsWith(factsType)) return null;
  if (block === null || block.length > maxManifestBytes) return null;
  try {
    const facts: unknown = JSON.parse(Buffer.from(block).toString('utf8'));
    return typeof facts === 'object' && facts !== null && 'pictures' in facts ? facts.pictures : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
