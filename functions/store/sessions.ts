/**
 * Sign-ins of browsers: `SESSION#<hash>` / `S`. The cookie has 256 random bits, the item their hash and the key that they stand for, so
 * that no cookie holds a key and none can be made from what is stored. A session ends with its time, its key, or its sign-out.
 */
import { randomBytes } from 'node:crypto';
import { type ApiKey, findKeyByHash, hashOf } from './keys.ts';
import { ttlAttribute } from './schema.ts';
import type { Table } from './table.ts';

export const sessionSeconds = 30 * 86_400;

const sessionKey = (token: string) => ({ pk: `SESSION#${hashOf(token)}`, sk: 'S' });

/** Returns what the cookie holds: the only time that it is seen. */
export async function startSession(table: Table, key: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const endsAt = Math.floor(table.now() / 1000) + sessionSeconds;
  await table.put({ ...sessionKey(token), key: hashOf(key), endsAt, [ttlAttribute]: endsAt });
  return token;
}

/** The key that a session stands for, revoked or not; null when the session is over. Nothing is remembered: a sign-out holds at once. */
export async function keyOfSession(table: Table, token: string): Promise<{ known: ApiKey; hash: string } | null> {
  const item = await table.get(sessionKey(token));
  if (!item || Number(item.endsAt) * 1000 <= table.now()) return null;
  const hash = String(item.key);
  const known = await findKeyByHash(table, hash);
  return known && { known, hash };
}

export async function endSession(table: Table, token: string): Promise<void> {
  await table.remove(sessionKey(token));
}
