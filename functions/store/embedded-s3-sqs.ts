/**
 * S3 on SQLite and SQS in memory, by fauxqs without its server, which listens on all addresses of the machine whatever it is told.
 * Its application answers calls in this thread instead.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';
import { codeOf } from '../error-code.ts';
import type { Answer, Call } from './embedded-call.ts';

export type EmbeddedApp = { answer(call: Call): Promise<Answer>; close(): Promise<void> };

type App = ReturnType<typeof buildApp>;
type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type Persistence = NonNullable<Stores['s3Store']['persistence']> & {
  load(sqs: Stores['sqsStore'], sns: Stores['snsStore'], s3: Stores['s3Store']): void;
  close(): void;
};
/** fauxqs gives these by their files only. */
type Parts = {
  S3Store: new () => Stores['s3Store'];
  SqsStore: new () => Stores['sqsStore'];
  SnsStore: new () => Stores['snsStore'];
  PersistenceManager: new (folder: string) => Persistence;
};

/** The bucket in a folder; made when it is not there. Throws what SQLite says when the folder cannot be opened. */
export async function openS3(folder: string, bucketName: string): Promise<EmbeddedApp> {
  const { S3Store, SqsStore, SnsStore, PersistenceManager } = await parts();
  const persistence = new PersistenceManager(folder);
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  // What is stored is read before the store writes: each object that was read would be written again.
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.s3Store.persistence = persistence;
  const app = buildApp({ logger: false, stores });
  await done(app, { method: 'PUT', path: `/${bucketName}`, headers: {}, body: null });
  const ranges = openRanges(folder);
  return {
    answer: async (call) => ranges.answer(call) ?? answer(app, call),
    async close() {
      await app.close();
      ranges.close();
      persistence.close();
    },
  };
}

/** As much of the file is read by mapping it into memory, as LevelDB does with its own. */
const mappedBytes = 2 ** 30;

/**
 * Ranges of objects, by SQLite alone: for a few KB of a piece of the search index fauxqs reads its 4 MB, twice. With the file mapped a
 * range takes 0.24 ms instead of 1.2 and the collection of 8 MB, which was two thirds of this thread's time in queries.
 */
function openRanges(folder: string) {
  const db = new DatabaseSync(join(folder, 'fauxqs.db'), { readOnly: true });
  db.exec(`PRAGMA mmap_size = ${mappedBytes}`);
  const select = db.prepare(
    'SELECT content_length AS length, substr(body, ?, ?) AS part FROM s3_objects WHERE bucket = ? AND key = ?',
  );
  const rowOf = (...given: [number, number, string, string]) => {
    try {
      return select.get(...given);
    } catch (error) {
      // A damaged file is one object's fault: fauxqs meets it, too, and answers for that object alone.
      if (codeOf(error) === 'ERR_SQLITE_ERROR') return undefined;
      throw error;
    }
  };
  return {
    /** Null for all but a range that is there: what is wrong with others, fauxqs says. */
    answer({ method, path, headers }: Call): Answer | null {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
      if (method !== 'GET' || from === undefined || to === undefined) return null;
      const [, bucket = '', ...key] = new URL(path, 'http://localhost').pathname.split('/').map(decodeURIComponent);
      const [first, length] = [Number(from), Number(to) - Number(from) + 1];
      const row = rowOf(first + 1, length, bucket, key.join('/'));
      if (!row || first >= Number(row.length)) return null;
      const part = row.part as Uint8Array;
      const range = `bytes ${first}-${first + part.length - 1}/${row.length}`;
      return { status: 206, headers: { 'content-range': range, 'content-length': String(part.length) }, body: part };
    },
    close: () => db.close(),
  };
}

/**
 * The queue. Its messages stay in memory: the table says what is due, and those of a process that is gone would only be duplicates of
 * what the start sweeps. Keeping them on disk cost three SQLite writes a capture.
 */
export async function openSqs(queueName: string, visibilitySeconds: number): Promise<EmbeddedApp> {
  const app = buildApp({ logger: false });
  const headers = { 'x-amz-target': 'AmazonSQS.CreateQueue', 'content-type': 'application/x-amz-json-1.0' };
  const attributes = { VisibilityTimeout: String(visibilitySeconds) };
  const body = JSON.stringify({ QueueName: queueName, Attributes: attributes });
  await done(app, { method: 'POST', path: '/', headers, body });
  return { answer: (call) => answer(app, call), close: () => app.close() };
}

async function done(app: App, call: Omit<Call, 'service'>): Promise<void> {
  const { status, body } = await answer(app, call);
  if (status !== 200) throw new Error(`${call.method} ${call.path} was answered ${status}: ${Buffer.from(body)}`);
}

async function answer(app: App, { method, path, headers, body }: Omit<Call, 'service'>): Promise<Answer> {
  const reply = await app.inject({
    method: method as 'GET',
    url: path,
    // A name with dots would be taken for that of a bucket.
    headers: { ...headers, host: 'localhost' },
    ...(body === null
      ? {}
      : { payload: typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength) }),
  });
  const given = Object.entries(reply.headers).map(([name, value]) => [name, String(value)]);
  return { status: reply.statusCode, headers: Object.fromEntries(given), body: reply.rawPayload };
}

async function parts(): Promise<Parts> {
  const root = import.meta.resolve('fauxqs');
  const files = ['s3/s3Store.js', 'sqs/sqsStore.js', 'sns/snsStore.js', 'persistence.js'];
  const modules = await Promise.all(files.map((file) => import(new URL(file, root).href)));
  return Object.assign({}, ...modules);
}
