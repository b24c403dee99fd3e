/** Archived pages -> the records of a WARC 1.1 (ISO 28500:2017), each packed as one gzip member; a file is a sequence of members. */
import { createHash } from 'node:crypto';
import { gzip } from 'node:zlib';
import { digestOf } from '../hash.ts';
import { uriOf } from './uri.ts';

/** Names this program's record ids among all UUIDs of version 5; was drawn at random, once. */
const namespace = 'aaf17b5e-8350-4c0e-9066-12acfd1d647e';
/** The media type of what an archive knows beyond its pages. */
export const factsType = 'application/vnd.nightdesk.facts+json';
const identicalPayload = 'http://netpreserve.org/warc/1.1/revisit/identical-payload-digest';

/** `key`: what names the record for ever, unique in the archive; its id is made of it. `date`: RFC 3339 UTC. */
type Named = { key: string; date: string };
type Pairs = [string, string][];
/** The keys of other records: of the warcinfo of its file, and of one that was made in the same capture. */
type Related = { warcinfo?: string | undefined; concurrentTo?: string | undefined };
type About = Named & Related & { targetUri: string };
type Head = { status: number; statusText?: string | undefined; headers: Pairs };

/** The description of the file: `software`, `format`, `isPartOf`, `description` and so on. */
export function warcinfoRecord(info: Named & { fileName?: string | undefined; fields: Pairs }): Promise<Uint8Array> {
  return packed(info, {
    type: 'warcinfo',
    headers: [['WARC-Filename', info.fileName]],
    contentType: 'application/warc-fields',
    block: fieldLines(info.fields),
  });
}

/** `headers`: as they were sent; Host is added when it is not among them. */
export function requestRecord(request: About & { method?: string | undefined; headers: Pairs }): Promise<Uint8Array> {
  const url = URL.parse(request.targetUri);
  const method = isToken(request.method ?? '') ? request.method : 'GET';
  const hasHost = request.headers.some(([name]) => name.toLowerCase() === 'host');
  const headers: Pairs = hasHost || !url ? request.headers : [['Host', url.host], ...request.headers];
  return packed(request, {
    type: 'request',
    headers: related(request),
    contentType: 'application/http;msgtype=request',
    block: httpHead(`${method} ${url ? url.pathname + url.search : '/'} HTTP/1.1`, headers),
  });
}

/** `body`: decoded. Headers about its packing are left out, and its length is written new. */
export function responseRecord(response: About & Head & { body: Uint8Array }): Promise<Uint8Array> {
  return packed(response, {
    type: 'response',
    headers: [...related(response), ['WARC-Payload-Digest', sha256(response.body)]],
    contentType: 'application/http;msgtype=response',
    block: Buffer.concat([responseHead(response, response.body.length), response.body]),
  });
}

/**
 * A response whose body is that of an earlier one. `payloadDigest`: `sha256:<hex>` of it, `bodyBytes` its length; `refersTo`: the
 * record that holds it.
 */
export function revisitRecord(
  revisit: About &
    Head & { payloadDigest: string; bodyBytes: number; refersTo: { key: string; targetUri: string; date: string } },
): Promise<Uint8Array> {
  const { refersTo } = revisit;
  return packed(revisit, {
    type: 'revisit',
    headers: [
      ...related(revisit),
      ['WARC-Profile', identicalPayload],
      ['WARC-Refers-To', `<${recordId(refersTo.key)}>`],
      ['WARC-Refers-To-Target-URI', uri(refersTo.targetUri)],
      ['WARC-Refers-To-Date', refersTo.date],
      ['WARC-Payload-Digest', revisit.payloadDigest],
    ],
    contentType: 'application/http;msgtype=response',
    block: responseHead(revisit, revisit.bodyBytes),
  });
}

/** Further facts about the record that it is `concurrentTo`. */
export function metadataRecord(metadata: About & { fields: Pairs }): Promise<Uint8Array> {
  return packed(metadata, {
    type: 'metadata',
    headers: related(metadata),
    contentType: 'application/warc-fields',
    block: fieldLines(metadata.fields),
  });
}

/** What an archive knows beyond its pages, as JSON. `body`: of the form that `http/import-facts.ts` reads. */
export function factsRecord(facts: About & { body: unknown }): Promise<Uint8Array> {
  return packed(facts, {
    type: 'metadata',
    headers: related(facts),
    contentType: factsType,
    block: Buffer.from(JSON.stringify(facts.body)),
  });
}

/** Bytes that came without HTTP: an imported document. */
export function resourceRecord(resource: About & { contentType: string; body: Uint8Array }): Promise<Uint8Array> {
  return packed(resource, {
    type: 'resource',
    headers: [...related(resource), ['WARC-Payload-Digest', sha256(resource.body)]],
    contentType: resource.contentType,
    block: resource.body,
  });
}

/** The id of the record with this key: a UUID of version 5 (RFC 9562 5.5). */
export function recordId(key: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(key)
    .digest()
    .subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return `urn:uuid:${hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}

type Content = { type: string; headers: [string, string | undefined][]; contentType: string; block: Uint8Array };

/** The same record is the same bytes every time, as long as zlib and the kind of processor stay. */
async function packed({ key, date }: Named, { type, headers, contentType, block }: Content): Promise<Uint8Array> {
  const all: [string, string | undefined][] = [
    ['WARC-Type', type],
    ['WARC-Record-ID', `<${recordId(key)}>`],
    ['WARC-Date', date],
    ...headers,
    ['WARC-Block-Digest', sha256(block)],
    ['Content-Type', contentType],
    ['Content-Length', String(block.length)],
  ];
  const lines = all.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${oneLine(value)}\r\n`]));
  const member = await gzipped(
    Buffer.concat([Buffer.from(`WARC/1.1\r\n${lines.join('')}\r\n`), block, Buffer.from('\r\n\r\n')]),
  );
  // zlib writes the operating system there (RFC 1952 2.3.1); we write "unknown" to keep it private.
  member.writeUInt8(255, 9);
  return member;
}

function related({ targetUri, concurrentTo, warcinfo }: About): [string, string | undefined][] {
  const id = (key: string | undefined) => key && `<${recordId(key)}>`;
  return [
    ['WARC-Target-URI', uri(targetUri)],
    ['WARC-Concurrent-To', id(concurrentTo)],
    ['WARC-Warcinfo-ID', id(warcinfo)],
  ];
}

function responseHead({ status, statusText, headers }: Head, bodyBytes: number): Buffer {
  const left = headers.filter(([name]) => !ofTheWay.has(name.toLowerCase()));
  const line = `HTTP/1.1 ${status} ${statusText ?? statusTexts.get(status) ?? ''}`;
  return httpHead(line, [...left, ['Content-Length', String(bodyBytes)]]);
}

const ofTheWay = new Set(['content-encoding', 'transfer-encoding', 'content-length']);
/** Of the answers that are archived (RFC 9110 15.3). */
const statusTexts = new Map([
  [200, 'OK'],
  [203, 'Non-Authoritative Information'],
  [204, 'No Content'],
  [206, 'Partial Content'],
]);

function httpHead(firstLine: string, headers: Pairs): Buffer {
  const lines = headers.filter(([name]) => isToken(name)).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([firstLine, ...lines, ''].map((line) => httpBytes(`${oneLine(line)}\r\n`)));
}

function fieldLines(fields: Pairs): Buffer {
  const lines = fields.filter(([name]) => isToken(name)).map(([name, value]) => `${name}: ${oneLine(value)}\r\n`);
  return Buffer.from(lines.join(''));
}

/** RFC 9110 5.6.2. A header with any other name is left out, because no program could read it back. */
function isToken(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}

/** No value can end its line. */
function oneLine(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a line may not hold
  return value.replace(/[\u0000-\u001f\u007f]+/g, ' ');
}

function uri(text: string): string {
  return uriOf(oneLine(text.trim()));
}

/** Latin-1, as headers are kept. Text beyond it is UTF-8: as Latin-1, U+010A would become the end of a line. */
function httpBytes(text: string): Buffer {
  return Buffer.from(text, /[\u0100-\uffff]/.test(text) ? 'utf8' : 'latin1');
}

/** In hex, as archived digests are; validators take it as they take base32. */
function sha256(bytes: Uint8Array): string {
  return digestOf(bytes);
}

function gzipped(bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(bytes, (error, member) => (error ? reject(error) : resolve(member)));
  });
}
