/** The embedded services as what an archive is made of: clients, names, and the table, made when it is not there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { codeOf } from '../error-code.ts';
import { type Clients, destroyClients, type Endpoints, makeClients, type Names } from './clients.ts';
import { type Ask, endpointsOver } from './embedded-call.ts';
import {
  bucketName,
  DataDirError,
  DataDirInUse,
  launchServers,
  queueName,
  readAddress,
  type Servers,
} from './embedded-servers.ts';
import { askOverSocket } from './embedded-socket.ts';
import { tableSchema } from './schema.ts';

export type Embedded = {
  clients: Clients;
  endpoints: Endpoints;
  /** What `endpoints` lead to. */
  ask: Ask;
  names: Names;
  /** True when the process before this one was killed or crashed. */
  afterCrash: boolean;
  /** Of what was written last, so much could not be read any more. 0 but after a fault of the disk. */
  droppedBytes: number;
  /** As that of the servers. */
  died: Promise<string>;
  close(): Promise<void>;
};

const tableName = 'nightdesk';
/** Nobody looks the host up: the calls go to the thread. */
const queueUrl = `http://localhost/000000000000/${queueName}`;
const names: Names = { tableName, bucketName, queueUrl };
/** A thread that dies ends its calls a little before it is known to be dead. */
const deathNoticeMs = 2000;

/** Waits for the services and makes what they lack. */
export async function startEmbedded(dataDir: string, servers: Servers = launchServers(dataDir)): Promise<Embedded> {
  await servers.opened.catch(async (error: unknown) => {
    await servers.died;
    await servers.close();
    throw unreadable(dataDir, error);
  });
  const endpoints = endpointsOver(servers.ask);
  const clients = makeClients(endpoints);
  await unlessDead(servers.died, createTable(clients)).catch(async (error: unknown) => {
    await servers.close();
    throw error;
  });
  return {
    clients,
    endpoints,
    ask: servers.ask,
    names,
    afterCrash: servers.afterCrash,
    droppedBytes: droppedBytes(dataDir),
    died: servers.died,
    async close() {
      destroyClients(clients);
      await servers.close();
    },
  };
}

/**
 * A call to a server that dies fails before it is known to be dead; then it is its death that is thrown, to the user. `died`: null
 * for servers that are not ours.
 */
export async function unlessDead<T>(died: Promise<string> | null, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isOfConnection = codeOf(error) !== null;
    if (died === null || !isOfConnection) throw error;
    const death = await Promise.race([died, sleep(deathNoticeMs, null, { ref: false })]);
    throw death === null ? error : new DataDirError(death, { cause: error });
  }
}

function unreadable(dataDir: string, cause: unknown): DataDirError {
  const isTable = codeOf(cause) === 'LEVEL_DATABASE_NOT_OPEN';
  const what = isTable
    ? `the table in ${join(dataDir, 'table')} cannot be opened: it is damaged`
    : `what is stored in ${dataDir} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
  const hint = `It was left as it is; put back a copy of ${dataDir}, or set DATA_DIR to another folder`;
  return new DataDirError(`${what}. ${hint}`, { cause });
}

/** What LevelDB says of a log that it could not read whole, as after a fault of the disk: it goes on without it, and tells nobody else. */
function droppedBytes(dataDir: string): number {
  const path = join(dataDir, 'table', 'LOG');
  if (!existsSync(path)) return 0;
  const dropped = readFileSync(path, 'utf8').matchAll(/\.log: dropping (\d+) bytes/g);
  return [...dropped].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

/** The services of an archive that may be running: its own when it is, else started here. For the commands that look after it. */
export async function joinEmbedded(
  dataDir: string,
): Promise<Pick<Embedded, 'clients' | 'names' | 'close'> & { died: Promise<string> | null }> {
  try {
    return await startEmbedded(dataDir);
  } catch (error) {
    if (!(error instanceof DataDirInUse)) throw error;
    const { ask, close } = askOverSocket(await addressOf(dataDir));
    const clients = makeClients(endpointsOver(ask));
    return {
      clients,
      names,
      // The process that has it tells of that.
      died: null,
      async close() {
        destroyClients(clients);
        close();
      },
    };
  }
}

/** The process that has the folder may still be starting. */
async function addressOf(dataDir: string): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const path = readAddress(dataDir);
    // On Windows no file shows that somebody listens there.
    if (path && (process.platform === 'win32' || existsSync(path))) return path;
    await sleep(100);
  }
  throw new DataDirInUse(
    `another Nightdesk has ${dataDir} and does not say where it answers; stop it, and start it again`,
  );
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
