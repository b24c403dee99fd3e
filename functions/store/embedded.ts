/**
 * DynamoDB, S3 and SQS for one machine, in this process and on loopback, with table, bucket and queue made, what they keep
 * in one folder. A lock that dies with the process keeps a second start out.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { CreateTableCommand, DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { type Clients, destroyClients, type Endpoints, makeClients, type Names } from './clients.ts';
import type { Listening, ThreadData } from './embedded-thread.ts';
import { tableSchema } from './schema.ts';

export type Embedded = {
  clients: Clients;
  endpoints: Endpoints;
  names: Names;
  /** True when the process before this one was killed or crashed. */
  afterCrash: boolean;
  close(): Promise<void>;
};

export class DataDirInUse extends Error {
  override name = 'DataDirInUse';
}

const tableName = 'nightdesk';
const bucketName = 'nightdesk';
const queueName = 'nightdesk';
/** Longer than any job: a message comes again only when its worker died. */
const visibilitySeconds = 180;

/** Throws DataDirInUse when another process has the folder. */
export async function startEmbedded(dataDir: string): Promise<Embedded> {
  mkdirSync(dataDir, { recursive: true });
  const lock = takeLock(dataDir);
  const thread = new Worker(new URL('./embedded-thread.ts', import.meta.url), {
    workerData: { dataDir, bucketName, queueName, visibilitySeconds } satisfies ThreadData,
    resourceLimits: { maxOldGenerationSizeMb: 160 },
  });
  const listening = await answerOf<Listening>(thread);
  const clients = makeClients(listening);
  await createTable(clients);

  return {
    clients,
    endpoints: listening,
    names: { tableName, bucketName, queueUrl: listening.queueUrl },
    afterCrash: lock.afterCrash,
    async close() {
      destroyClients(clients);
      thread.postMessage('close');
      await answerOf(thread);
      await thread.terminate();
      lock.release();
    },
  };
}

/** The thread's next message; rejects when it dies instead. */
function answerOf<T>(thread: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    thread.once('message', resolve).once('error', reject);
  });
}

async function createTable(clients: Clients): Promise<void> {
  try {
    await clients.dynamodb.send(new DescribeTableCommand({ TableName: tableName }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    // The SDK's types want mutable arrays; nothing writes into them.
    await clients.dynamodb.send(
      new CreateTableCommand({ TableName: tableName, ...structuredClone(tableSchema) } as never),
    );
    await untilActive(clients);
  }
}

async function untilActive(clients: Clients): Promise<void> {
  for (;;) {
    const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName: tableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** SQLite's file lock goes with the process, however it ends; a lock file of our own would outlive a kill. */
function takeLock(dataDir: string): { afterCrash: boolean; release(): void } {
  const db = new DatabaseSync(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE IF NOT EXISTS running (pid INTEGER)');
    const before = db.prepare('SELECT pid FROM running').get();
    db.exec(`DELETE FROM running; INSERT INTO running VALUES (${process.pid})`);
    return {
      afterCrash: before !== undefined,
      release() {
        db.exec('DELETE FROM running');
        db.close();
      },
    };
  } catch (error) {
    db.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new DataDirInUse(
        `another Nightdesk is running on ${dataDir}; stop it first, or set DATA_DIR to another folder`,
      );
    }
    throw error;
  }
}
