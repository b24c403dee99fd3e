/**
 * API keys: `KEY` / SHA-256 of the key. The key itself is told once, when it is made, and kept nowhere: 256 random bits need
 * no slow hash, and finding a key by its hash compares nothing that its timing could tell.
 */

import { createHash, randomBytes } from 'node:crypto';
import { hourMs } from '../durations.ts';
import type { Item, Table } from './table.ts';
import { written } from './written.ts';

/** What a key may do: read, archive and change, or also take down and lift takedowns. Each holds those before it. */
export const scopes = ['read', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export type ApiKey = {
  /** The beginning of its hash: enough to name it, and no help to guess it. */
  id: string;
  name: string;
  scope: Scope;
  createdAt: string;
  /** To the hour. */
  lastUsedAt: string | null;
  revokedAt: string | null;
};

const partition = 'KEY';
const idLength = 12;
/** A person who looks for forgotten keys needs no more, and each is a write. */
const lastUsedEveryMs = hourMs;

/** Makes a key and returns it: the only time that it is seen. */
export async function addKey(
  table: Table,
  { name, scope, createdAt }: Pick<ApiKey, 'name' | 'scope' | 'createdAt'>,
): Promise<{ key: string; id: string }> {
  const key = `nd_${randomBytes(32).toString('base64url')}`;
  const hash = hashOf(key);
  await table.put({ pk: partition, sk: hash, name, scope, createdAt, lastUsedAt: null, revokedAt: null });
  return { key, id: hash.slice(0, idLength) };
}

/** What is known of a key, revoked or not; null when there is none such in this archive. */
export async function findKey(table: Table, key: string): Promise<ApiKey | null> {
  return findKeyByHash(table, hashOf(key));
}

/** As `findKey`, by what is stored of it. */
export async function findKeyByHash(table: Table, hash: string): Promise<ApiKey | null> {
  const item = await table.get({ pk: partition, sk: hash });
  return item && toKey(item);
}

export async function listKeys(table: Table): Promise<ApiKey[]> {
  const keys: ApiKey[] = [];
  let from = '!';
  for (;;) {
    const { items, more } = await table.query({ partition, from });
    keys.push(...items.map(toKey));
    const last = items.at(-1);
    if (!more || !last) return keys.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
    from = `${last.sk}!`;
  }
}

/** By id; the key as it is then, or null when there is none. Revoking twice keeps the first time. */
export async function revokeKey(table: Table, id: string, now: string): Promise<ApiKey | null> {
  const { items } = await table.query({ partition, from: id, to: `${id}~` });
  const [item, ...others] = items;
  if (!item || others.length > 0 || id.length < idLength) return null;
  const revoked = await table.update(
    { pk: item.pk, sk: item.sk },
    { set: { revokedAt: item.revokedAt ?? now } },
    { absent: false },
  );
  return revoked && toKey(revoked);
}

/** Notes that a key was used, at most once an hour. `hash`: that of the key. */
export async function noteUse(
  table: Table,
  { hash, known, nowMs }: { hash: string; known: ApiKey; nowMs: number },
): Promise<void> {
  if (known.lastUsedAt !== null && nowMs - Date.parse(known.lastUsedAt) < lastUsedEveryMs) return;
  await table.update(
    { pk: partition, sk: hash },
    { set: { lastUsedAt: new Date(nowMs).toISOString() } },
    { absent: false },
  );
}

/** What a key is known by: SHA-256, in hex. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function toKey(item: Item): ApiKey {
  const { name, scope, createdAt, lastUsedAt, revokedAt } = item;
  // By addKey.
  return written<ApiKey>({ id: item.sk.slice(0, idLength), name, scope, createdAt, lastUsedAt, revokedAt });
}
