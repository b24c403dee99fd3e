/**
 * DynamoDB on LevelDB, by dynalite without its HTTP server: its validations and its actions, called one after the other. The server
 * would listen where any web page reaches it, and costs more than the work itself. What is done to dynalite's store stands here:
 *
 * - The description of the table is kept. dynalite reads and parses it again for every item, 26 times for a batch of 25.
 * - An item is read at once, in this thread: handing the read to LevelDB's pool takes longer than the read.
 * - An iterator gives many values a step, and is closed when it has ended. dynalite closes none, and each open one keeps the files and
 *   up to 4 MB of memory of its time; 5,000 captures held 103 MB.
 */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import type { Answer, Call } from './embedded-call.ts';

type Callback<T> = (error: Error | null, value?: T) => void;
type Description = { TableStatus?: string };
type Values = { nextv(size: number): Promise<unknown[]>; close(): Promise<void> };
type Level = {
  open(): Promise<void>;
  get(key: string, done: Callback<unknown>): void;
  getSync(key: string): unknown;
  values(options: object): Values;
  createValueStream(options: object): Readable;
  close(done: Callback<void>): void;
};
type Store = {
  db: Level;
  getTable(name: string, checkStatus: boolean | Callback<Description>, done?: Callback<Description>): void;
};

/** An answer that is an error of DynamoDB's. */
type Refusal = Error & { statusCode?: number; body?: unknown };
type Operation = {
  run(store: Store, input: unknown, done: (error: Refusal | null, output?: unknown) => void): void;
  validation: { types: object; custom?: unknown };
};

export type EmbeddedDynamodb = {
  answer(call: Call): Promise<Answer>;
  close(): Promise<void>;
};

// dynalite has no types, and gives these parts by their paths only; what we need of them is written above.
const load = createRequire(import.meta.url);
const { create } = load('dynalite/db/index.js') as { create(options: object): Store };
const { checkTypes, checkValidations } = load('dynalite/validations/index.js') as {
  checkTypes(input: unknown, types: object): unknown;
  checkValidations(input: unknown, types: object, custom: unknown, store: Store): void;
};

const operations = new Map(
  [
    ...['BatchGetItem', 'BatchWriteItem', 'CreateTable', 'DeleteItem', 'DescribeTable'],
    ...['GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'],
  ].map((name) => [`DynamoDB_20120810.${name}`, operation(name[0]?.toLowerCase() + name.slice(1))]),
);

function operation(file: string): Operation {
  return { run: load(`dynalite/actions/${file}.js`), validation: load(`dynalite/validations/${file}.js`) };
}

/** Values a step of an iterator: a query of 20 is one step, and a scan does not hold the table. */
const valuesPerStep = 100;

/** Throws what LevelDB says when the folder cannot be opened. */
export async function openDynamodb(path: string): Promise<EmbeddedDynamodb> {
  const store = create({ path, createTableMs: 0 });
  await store.db.open();
  keepDescription(store);
  readAtOnce(store.db);
  closeIterators(store.db);
  return {
    answer: (call) => answer(store, call),
    close: () =>
      new Promise((resolve, reject) => store.db.close((error) => (error ? reject(error) : resolve(undefined)))),
  };
}

/** Rejects only when the storage itself failed. */
async function answer(store: Store, { headers, body }: Call): Promise<Answer> {
  const target = headers['x-amz-target'] ?? '';
  const wanted = operations.get(target);
  if (!wanted) return json(400, { __type: 'com.amazon.coral.service#UnknownOperationException', message: target });
  try {
    return json(200, await run(store, wanted, JSON.parse(textOf(body))));
  } catch (error) {
    const { statusCode, body: refusal } = error as Refusal;
    if (statusCode === undefined) throw error;
    return json(statusCode, refusal);
  }
}

function run(store: Store, { run: action, validation }: Operation, given: unknown): Promise<unknown> {
  const input = checkTypes(given, validation.types);
  checkValidations(input, validation.types, validation.custom, store);
  return new Promise((resolve, reject) => {
    action(store, input, (error, output) => (error ? reject(error) : resolve(output)));
  });
}

function textOf(body: Call['body']): string {
  if (typeof body === 'string') return body;
  return body ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString() : '{}';
}

function json(status: number, value: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** Nothing here changes or deletes a table once it is there. */
function keepDescription(store: Store): void {
  const { getTable } = store;
  const kept = new Map<string, Description>();
  store.getTable = (name, checkStatus, done) => {
    const tell = typeof checkStatus === 'function' ? checkStatus : done;
    const known = kept.get(name);
    if (known) return tell?.(null, known);
    getTable.call(store, name, typeof checkStatus === 'function' ? true : checkStatus, (error, table) => {
      if (!error && table?.TableStatus === 'ACTIVE') kept.set(name, table);
      tell?.(error, table);
    });
  };
}

function readAtOnce(db: Level): void {
  db.get = (key, done) => {
    let value: unknown;
    try {
      value = db.getSync(key);
    } catch (error) {
      return done(error as Error);
    }
    done(null, value);
  };
}

function closeIterators(db: Level): void {
  db.createValueStream = (options) => {
    const values = db.values(options);
    let closed: Promise<void> | null = null;
    const close = () => {
      closed ??= values.close();
      return closed;
    };
    return new Readable({
      objectMode: true,
      highWaterMark: valuesPerStep,
      async read() {
        try {
          const some = await values.nextv(valuesPerStep);
          for (const value of some) this.push(value);
          if (some.length > 0) return;
          await close();
          this.push(null);
        } catch (error) {
          this.destroy(error as Error);
        }
      },
      destroy(error, done) {
        close().then(
          () => done(error),
          (fault: Error) => done(error ?? fault),
        );
      },
    });
  };
}
