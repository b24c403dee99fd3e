/** The bucket's few operations. Objects are written whole and never overwritten with other bytes. */

import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { hourMs } from '../durations.ts';
import { ServiceFault } from './service-fault.ts';

export type Bucket = ReturnType<typeof makeBucket>;

/** Where the copies for downloads are, under the key of what they are copies of. */
export const downloads = 'downloads/';

/** Where pages wait that are too large for a request, for a day. */
export const uploads = 'uploads/';

export type StoredObject = { bytes: Uint8Array; contentType: string | null; contentEncoding: string | null };

/** Where an object goes, with what is said of it beside its bytes. */
type Target = { Bucket: string; Key: string };

const freshCopyMs = 12 * hourMs;
/** Parts have at least 5 MB, but for the last. */
const partBytes = 8 * 1024 * 1024;

export function makeBucket(client: S3Client, name: string, now: () => number = Date.now) {
  async function put(key: string, object: StoredObject): Promise<void> {
    const target = {
      Bucket: name,
      Key: key,
      ContentType: object.contentType ?? undefined,
      ContentEncoding: object.contentEncoding ?? undefined,
    };
    await putBytes(target, object.bytes);
  }

  /** Large objects go in parts: the embedded S3 takes no request over 11 MB. They are there whole or not at all. */
  async function putBytes(target: Target, bytes: Uint8Array): Promise<void> {
    if (bytes.length <= partBytes) await client.send(new PutObjectCommand({ ...target, Body: bytes }));
    else await putInParts(target, bytes);
  }

  async function putInParts(target: Target, bytes: Uint8Array): Promise<void> {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
    const upload = { Bucket: target.Bucket, Key: target.Key, UploadId };
    try {
      const parts: CompletedPart[] = [];
      for (let at = 0; at < bytes.length; at += partBytes) {
        const PartNumber = parts.length + 1;
        const Body = bytes.subarray(at, at + partBytes);
        const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
        parts.push({ PartNumber, ETag });
      }
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
    } catch (error) {
      await client.send(new AbortMultipartUploadCommand(upload));
      throw error;
    }
  }

  async function get(key: string): Promise<StoredObject | null> {
    try {
      const reply = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
      if (!reply.Body) throw new Error(`the object ${key} came without a body`);
      return {
        bytes: await reply.Body.transformToByteArray(),
        contentType: reply.ContentType ?? null,
        contentEncoding: reply.ContentEncoding ?? null,
      };
    } catch (error) {
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  }

  /** Some bytes of an object, fewer where it ends before; null when there is no such object or it ends before all of them. */
  async function getRange(key: string, offset: number, length: number): Promise<Uint8Array | null> {
    try {
      const Range = `bytes=${offset}-${offset + length - 1}`;
      const reply = await client.send(new GetObjectCommand({ Bucket: name, Key: key, Range }));
      if (!reply.Body) throw new Error(`the object ${key} came without a body`);
      return await reply.Body.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey || (error instanceof S3ServiceException && error.name === 'InvalidRange'))
        return null;
      throw error;
    }
  }

  async function remove(key: string): Promise<void> {
    await client.send(new DeleteObjectCommand({ Bucket: name, Key: key }));
  }

  /** Deletes every object under a prefix; how many there were. Safe to repeat. A list costs as much as a put: none more than it takes. */
  async function removeAll(prefix: string): Promise<number> {
    let removed = 0;
    for (;;) {
      const page = await client.send(new ListObjectsV2Command({ Bucket: name, Prefix: prefix }));
      const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
      await removeMany(keys);
      removed += keys.length;
      if (!page.IsTruncated) return removed;
    }
  }

  /** At most the thousand of a list. */
  async function removeMany(keys: string[]): Promise<void> {
    if (keys.length === 0) return;
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    const reply = await client.send(new DeleteObjectsCommand({ Bucket: name, Delete }));
    const failed = reply.Errors?.[0];
    if (failed) throw new ServiceFault(`the object ${failed.Key} could not be deleted: ${failed.Message}`);
  }

  /** The keys under a prefix, a page at a time. */
  async function* list(prefix: string): AsyncGenerator<string[]> {
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: name, Prefix: prefix, ContinuationToken: token }),
      );
      yield (page.Contents ?? []).flatMap((object) => (object.Key ? [object.Key] : []));
      token = page.NextContinuationToken;
    } while (token);
  }

  /**
   * A URL from which a browser downloads the object as a file and never renders it, good for `seconds`. It leads to a
   * copy with a neutral content type, since a signed URL cannot be trusted to override the stored one everywhere.
   * `plain`: gives the object's bytes without its gzip, for a client that cannot read that; the copy then holds those, and is made
   * once for many that ask.
   */
  async function downloadUrl(
    key: string,
    { fileName, seconds, plain }: { fileName: string; seconds: number; plain: (() => Promise<Uint8Array>) | null },
  ): Promise<string> {
    const copy = `${downloads}${key}${plain ? '.plain' : ''}`;
    const target = {
      Bucket: name,
      Key: copy,
      ContentType: 'application/octet-stream',
      ContentDisposition: `attachment; filename="${fileName}"`,
    };
    if (plain === null)
      await client.send(
        new CopyObjectCommand({
          ...target,
          CopySource: `${name}/${key}`,
          MetadataDirective: 'REPLACE',
          ContentEncoding: 'gzip',
        }),
      );
    else await once(copy, () => putCopy(target, plain));
    return getSignedUrl(client, new GetObjectCommand({ Bucket: name, Key: copy }), { expiresIn: seconds });
  }

  /** Where a client may put so many bytes and no others, for so long. */
  async function uploadUrl(key: string, { bytes, seconds }: { bytes: number; seconds: number }): Promise<string> {
    const target = { Bucket: name, Key: key, ContentLength: bytes };
    // Signed, so that S3 refuses any other length.
    return getSignedUrl(client, new PutObjectCommand(target), {
      expiresIn: seconds,
      unhoistableHeaders: new Set(['content-length']),
      signableHeaders: new Set(['content-length', 'host']),
    });
  }

  const underWay = new Map<string, Promise<void>>();
  /** Those that ask at the same time wait for one copy. */
  function once(copy: string, make: () => Promise<void>): Promise<void> {
    const making = underWay.get(copy) ?? make().finally(() => underWay.delete(copy));
    underWay.set(copy, making);
    return making;
  }

  async function putCopy(target: Target, plain: () => Promise<Uint8Array>): Promise<void> {
    if (!(await isThere(target.Key))) await putBytes(target, await plain());
  }

  /** Whether a copy is there and stays for longer than any URL of it: the oldest go after a day. */
  async function isThere(copy: string): Promise<boolean> {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name, Prefix: copy, MaxKeys: 1 }));
    const [found] = Contents;
    return found?.Key === copy && now() - (found.LastModified?.getTime() ?? 0) < freshCopyMs;
  }

  /** Deletes what was put under a prefix before a moment, in epoch milliseconds; how many there were. */
  async function removeOlder(prefix: string, beforeMs: number): Promise<number> {
    let removed = 0;
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: name, Prefix: prefix, ContinuationToken: token }),
      );
      const old = (page.Contents ?? []).filter(({ LastModified }) => LastModified && LastModified.getTime() < beforeMs);
      const keys = old.flatMap(({ Key }) => Key ?? []);
      await removeMany(keys);
      removed += keys.length;
      token = page.NextContinuationToken;
    } while (token);
    return removed;
  }

  return { put, get, getRange, remove, removeAll, list, downloadUrl, uploadUrl, removeOlder };
}
