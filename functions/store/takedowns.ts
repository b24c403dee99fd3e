/**
 * What keeps a takedown beside the tombstone: `D#<keyed hash>` / `D` for each address and text that the article had. The key is the
 * archive's own, so that nobody can try words or URLs against a copy of the table.
 *
 *   SECRET / takedowns      the key, made once
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Table } from './table.ts';

const secretKey = { pk: 'SECRET', sk: 'takedowns' };
const takedownKey = (hash: string) => ({ pk: `D#${hash}`, sk: 'D' });
const hashLength = 22;

const secrets = new WeakMap<Table, Promise<Buffer>>();

/** `address` of a spelling (`article/spelling.ts`), `text` of a site and the id of a text. */
export type Trace = { kind: 'address' | 'text'; value: string };

/** The keyed hashes of what an article was known by. */
export async function hashTraces(table: Table, traces: Trace[]): Promise<string[]> {
  const secret = await secretOf(table);
  const hashes = traces.map(({ kind, value }) =>
    createHmac('sha256', secret).update(`${kind}|${value}`).digest('base64url').slice(0, hashLength),
  );
  return [...new Set(hashes)];
}

/** The articles whose takedown has one of these, consistently. Whether each is still down, its tombstone says. */
export async function findTakedowns(table: Table, hashes: string[]): Promise<string[]> {
  const items = await table.getMany(hashes.map(takedownKey), { consistent: true });
  return [...new Set(items.map(({ article }) => String(article)))];
}

export async function putTakedowns(table: Table, hashes: string[], article: string): Promise<void> {
  await table.writeMany(hashes.map((hash) => ({ put: { ...takedownKey(hash), article } })));
}

/** Those that are still of this article. */
export async function removeTakedowns(table: Table, hashes: string[], article: string): Promise<void> {
  for (const hash of hashes) await table.remove(takedownKey(hash), { is: { article } });
}

function secretOf(table: Table): Promise<Buffer> {
  const known = secrets.get(table) ?? readSecret(table);
  secrets.set(table, known);
  // A service that was away is asked again.
  known.catch(() => secrets.delete(table));
  return known;
}

async function readSecret(table: Table): Promise<Buffer> {
  const there = await table.get(secretKey);
  if (there) return Buffer.from(String(there.key), 'base64');
  const key = randomBytes(32).toString('base64');
  await table.put({ ...secretKey, key }, { absent: true });
  return readSecret(table);
}
