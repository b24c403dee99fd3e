/**
 * What keeps a takedown beside the tombstone: `D#<keyed hash>` / `D` for each address and text that the article had. The key is the
 * archive's own, so that nobody can try words or URLs against a copy of the table.
 *
 *   SECRET / takedowns      `key`, made once; `others`: the keys of archives whose takedowns were imported
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Item, Table } from './table.ts';

const secretKey = { pk: 'SECRET', sk: 'takedowns' };
const takedownKey = (hash: string) => ({ pk: `D#${hash}`, sk: 'D' });
const hashLength = 22;

/** The own one first. */
type Secrets = { keys: Buffer[]; untilMs: number };
const secrets = new WeakMap<Table, Promise<Secrets>>();
/** So long another process may not know of takedowns that were imported. */
const secretsMs = 60_000;
const mostOthers = 20;

/** `address` of a spelling (`article/spelling.ts`), `text` of a site and the id of a text. */
export type Trace = { kind: 'address' | 'text'; value: string };

/** The keyed hashes of what an article was known by, to be put. */
export async function hashTraces(table: Table, traces: Trace[]): Promise<string[]> {
  const { keys } = await secretsOf(table);
  return hashesBy(keys.slice(0, 1), traces);
}

/** As `hashTraces`, to look for: also by the keys of archives whose takedowns were imported. */
export async function hashTracesByAll(table: Table, traces: Trace[]): Promise<string[]> {
  return hashesBy((await secretsOf(table)).keys, traces);
}

function hashesBy(keys: Buffer[], traces: Trace[]): string[] {
  const hashes = keys.flatMap((key) =>
    traces.map(({ kind, value }) =>
      createHmac('sha256', key).update(`${kind}|${value}`).digest('base64url').slice(0, hashLength),
    ),
  );
  return [...new Set(hashes)];
}

/** The key that the hashes are made by, in base64: for an export, without which no other archive could hold to them. */
export async function takedownSecret(table: Table): Promise<string> {
  const { keys } = await secretsOf(table);
  return keys[0]?.toString('base64') ?? '';
}

/** Takes in the key of another archive. False when there are too many. */
export async function addTakedownSecret(table: Table, secret: string): Promise<boolean> {
  for (;;) {
    await secretsOf(table);
    const { key, others = [] } = (await table.get(secretKey)) as Item & { key: string; others?: string[] };
    if (secret === key || others.includes(secret)) return true;
    if (others.length >= mostOthers) return false;
    const isPut = await table.put(
      { ...secretKey, key, others: [...others, secret] },
      others.length === 0 ? { lacks: ['others'] } : { is: { others } },
    );
    secrets.delete(table);
    if (isPut) return true;
  }
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

function secretsOf(table: Table): Promise<Secrets> {
  const known = secrets.get(table)?.then((one) => (one.untilMs > table.now() ? one : readSecrets(table)));
  const asked = known ?? readSecrets(table);
  secrets.set(table, asked);
  // A service that was away is asked again.
  asked.catch(() => secrets.delete(table));
  return asked;
}

async function readSecrets(table: Table): Promise<Secrets> {
  const there = await table.get(secretKey);
  if (there) {
    const { key, others = [] } = there as Item & { key: string; others?: string[] };
    const keys = [key, ...others].map((text) => Buffer.from(text, 'base64'));
    return { keys, untilMs: table.now() + secretsMs };
  }
  const key = randomBytes(32).toString('base64');
  await table.put({ ...secretKey, key }, { absent: true });
  return readSecrets(table);
}
