/** The bucket on the embedded S3: objects of any size, whole and in ranges. */
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../functions/store/articles.ts';
import { makeServices } from '../../functions/store/clients.ts';
import { listBodies, putBody, readBodyPart, removeBody } from '../../functions/store/segment-bodies.ts';
import { billedClients } from '../support/faults.ts';
import { useServices } from '../support/use.ts';

let store: Store;
const services = await useServices();
beforeAll(async () => {
  store = services.store;
});

it.each([{ megabytes: 0 }, { megabytes: 7 }, { megabytes: 8 }, { megabytes: 20 }])(
  'keeps an object of $megabytes MB and a byte as it was given',
  async ({ megabytes }) => {
    const bytes = randomBytes(megabytes * 1024 * 1024 + 1);
    await store.bucket.put('snapshots/large', { bytes, contentType: 'text/html', contentEncoding: 'gzip' });
    const stored = await store.bucket.get('snapshots/large');
    expect(bytes.equals(stored?.bytes ?? new Uint8Array())).toBe(true);
    expect([stored?.contentType, stored?.contentEncoding]).toEqual(['text/html', 'gzip']);
  },
);

it('reads a range of an object, and null where there is none', async () => {
  await store.bucket.put('some', { bytes: Buffer.from('0123456789'), contentType: null, contentEncoding: null });
  expect(Buffer.from((await store.bucket.getRange('some', 3, 4)) ?? []).toString()).toBe('3456');
  expect(Buffer.from((await store.bucket.getRange('some', 8, 10)) ?? []).toString()).toBe('89');
  expect(await store.bucket.getRange('some', 10, 1)).toBeNull();
  expect(await store.bucket.getRange('none', 0, 1)).toBeNull();
});

describe('the body of a segment', () => {
  const piece = 4 * 1024 * 1024;
  const body = randomBytes(2 * piece + 100);
  beforeAll(() => putBody(store.bucket, 'KEY', body));

  it.each([
    { name: 'within a piece', offset: 10, length: 100 },
    { name: 'across two pieces', offset: piece - 5, length: 10 },
    { name: 'across three pieces', offset: piece - 5, length: piece + 10 },
    { name: 'up to the end', offset: 2 * piece + 90, length: 10 },
    { name: 'whole', offset: 0, length: 2 * piece + 100 },
    { name: 'of nothing', offset: 7, length: 0 },
  ])('is read $name', async ({ offset, length }) => {
    const read = await readBodyPart(store.bucket, 'KEY', { offset, length });
    expect(read && body.subarray(offset, offset + length).equals(read)).toBe(true);
  });

  it('is null where not all of it is there', async () => {
    expect(await readBodyPart(store.bucket, 'KEY', { offset: 2 * piece + 90, length: 11 })).toBeNull();
    expect(await readBodyPart(store.bucket, 'KEY', { offset: 2 * piece, length: piece + 1 })).toBeNull();
    expect(await readBodyPart(store.bucket, 'OTHER', { offset: 0, length: 1 })).toBeNull();
  });

  it('is listed once, and removed whole', async () => {
    await putBody(store.bucket, 'KEX', Buffer.from('x'));
    const keys: string[] = [];
    for await (const key of listBodies(store.bucket)) keys.push(key);
    expect(keys).toEqual(['KEX', 'KEY']);
    await removeBody(store.bucket, 'KEY');
    expect(await readBodyPart(store.bucket, 'KEY', { offset: 0, length: 1 })).toBeNull();
    expect(await readBodyPart(store.bucket, 'KEX', { offset: 0, length: 1 })).not.toBeNull();
  });
});

it('deletes what is under a prefix in as few lists as it takes, and what is older than a moment', async () => {
  const bill = billedClients(services.embedded.endpoints);
  const { bucket } = makeServices(bill.clients, services.embedded.names).store;
  for (const key of ['gone/1', 'gone/2', 'gonely/1'])
    await bucket.put(key, { bytes: Buffer.from('x'), contentType: null, contentEncoding: null });
  bill.reset();
  expect([await bucket.removeAll('gone/'), await bucket.removeAll('gone/')]).toEqual([2, 0]);
  expect(bill.calls).toEqual({ ListObjectsV2Command: 2, DeleteObjectsCommand: 1 });
  expect(await bucket.removeOlder('gonely/', Date.now() - 60_000)).toBe(0);
  expect(await bucket.removeOlder('gonely/', Date.now() + 60_000)).toBe(1);
});
