/**
 * DynamoDB, S3 and SQS for one machine: dynalite (LevelDB) and fauxqs (SQLite) in this process, on loopback, their data
 * in one folder, with table, bucket and queue made. A lock that dies with the process keeps a second start out.
 */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CreateTableCommand, DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';
import { type Clients, destroyClients, type Endpoints, makeClients, type Names } from './clients.ts';
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
  const table = dynalite({ path: join(dataDir, 'table'), createTableMs: 0 });
  const [fauxqs] = await Promise.all([
    startFauxqs({ port: 0, host: '127.0.0.1', logger: false, dataDir: join(dataDir, 'bucket') }),
    new Promise<void>((resolve, reject) => {
      table.once('error', reject);
      table.listen(0, '127.0.0.1', () => resolve());
    }),
  ]);
  const { port } = table.address() as AddressInfo;
  const endpoints = { dynamodb: `http://127.0.0.1:${port}`, s3AndSqs: `http://127.0.0.1:${fauxqs.port}` };
  const clients = makeClients(endpoints);

  fauxqs.createBucket(bucketName);
  fauxqs.createQueue(queueName, { attributes: { VisibilityTimeout: String(visibilitySeconds) } });
  const queueUrl = `${endpoints.s3AndSqs}/000000000000/${queueName}`;
  await createTable(clients);
  // The table says what is due; messages of a process that is gone would only be duplicates of what the start sweeps.
  await clients.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));

  return {
    clients,
    endpoints,
    names: { tableName, bucketName, queueUrl },
    afterCrash: lock.afterCrash,
    async close() {
      destroyClients(clients);
      await fauxqs.stop();
      await new Promise<void>((resolve, reject) => table.close((error) => (error ? reject(error) : resolve())));
      lock.release();
    },
  };
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
