/**
 * What is kept beside a snapshot, as one object: a WARC whose records are the parts, each a gzip member, and whose last record is the
 * manifest, which says what is there, what is missing and why. Pure.
 */

import { httpResponse } from '../formats/http-response.ts';
import { uriOf } from '../formats/uri.ts';
import { warcRecords } from '../formats/warc-read.ts';
import { factsRecord, responseRecord } from '../formats/warc-write.ts';
import type { PartKind } from './rewrite-css.ts';

/** `url`: as the page names it; `at`: where it was after redirects. */
export type Part = { url: string; at: string; kind: PartKind; type: string; digest: string; body: Uint8Array };
export type MissingPart = { url: string; kind: PartKind; why: string };
export type Manifest = {
  parts: (Omit<Part, 'body'> & { bytes: number })[];
  missing: MissingPart[];
};

/** More than any pack is let grow to. */
const maxPackBytes = 32 * 1024 * 1024;

export async function writePack(
  snapshot: { id: string; timestamp: string; fetchedAt: string; url: string },
  parts: Part[],
  missing: MissingPart[],
): Promise<{ bytes: Uint8Array; manifest: Manifest }> {
  const { id, timestamp, fetchedAt: date } = snapshot;
  const members: Uint8Array[] = [];
  for (const { url, type, body } of parts)
    members.push(
      await responseRecord({
        ...{ key: `part ${id} ${timestamp} ${url}`, date, targetUri: url, status: 200, body },
        headers: [['Content-Type', type]],
      }),
    );
  const manifest: Manifest = {
    parts: parts.map(({ body, ...part }) => ({ ...part, bytes: body.length })),
    missing,
  };
  members.push(
    await factsRecord({ key: `parts ${id} ${timestamp}`, date, targetUri: snapshot.url, body: { pictures: manifest } }),
  );
  return { bytes: Buffer.concat(members), manifest };
}

/** By the URL that the page names. */
export async function readPack(bytes: Uint8Array): Promise<{ parts: Map<string, Part>; manifest: Manifest }> {
  const bodies = new Map<string, Uint8Array>();
  let manifest: Manifest = { parts: [], missing: [] };
  for await (const { type, targetUri, block } of warcRecords([bytes], {
    maxRecordBytes: maxPackBytes,
    maxBytes: maxPackBytes,
  })) {
    if (block === null || targetUri === null) continue;
    if (type === 'response') {
      const body = httpResponse(block)?.body;
      if (body) bodies.set(targetUri, body);
    } else if (type === 'metadata')
      ({ pictures: manifest } = JSON.parse(Buffer.from(block).toString('utf8')) as { pictures: Manifest });
  }
  const parts = new Map<string, Part>();
  for (const { bytes: _bytes, ...part } of manifest.parts) {
    const body = bodies.get(uriOf(part.url));
    if (body) parts.set(part.url, { ...part, body });
  }
  return { parts, manifest };
}
