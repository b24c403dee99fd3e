/** The embedded servers as the services that an archive is made of: clients, names, and the table, made when it is not there. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { type Clients, destroyClients, type Endpoints, makeClients, type Names } from './clients.ts';
import {
  addressFile,
  bucketName,
  DataDirError,
  DataDirInUse,
  launchServers,
  type Servers,
} from './embedded-servers.ts';
import type { Listening } from './embedded-thread.ts';
import { tableSchema } from './schema.ts';

export type Embedded = {
  clients: Clients;
  endpoints: Endpoints;
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
/** A thread that dies closes its connections a little before it is known to be dead. */
const deathNoticeMs = 2000;

/** Waits for the servers and makes what they lack. */
export async function startEmbedded(dataDir: string, servers: Servers = launchServers(dataDir)): Promise<Embedded> {
  const listening = await servers.listening.catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw unreadable(`what is stored in ${dataDir} cannot be opened: ${reason}`, dataDir, error);
  });
  const clients = makeClients(listening);
  await opened(dataDir, servers, createTable(clients));
  writeFileSync(join(dataDir, addressFile), JSON.stringify(listening));

  return {
    clients,
    endpoints: listening,
    names: { tableName, bucketName, queueUrl: listening.queueUrl },
    afterCrash: servers.afterCrash,
    droppedBytes: droppedBytes(dataDir),
    died: servers.died,
    async close() {
      destroyClients(clients);
      rmSync(join(dataDir, addressFile), { force: true });
      await servers.close();
    },
  };
}

/** What is stored is opened with the first call, and the servers die of it where it cannot be. */
async function opened(dataDir: string, servers: Servers, firstCall: Promise<void>): Promise<void> {
  const what = `the table in ${join(dataDir, 'table')} cannot be opened: it is damaged`;
  await unlessDead(servers.died, firstCall, (_, error) => unreadable(what, dataDir, error));
}

/**
 * A call to a server that dies fails before it is known to be dead; then it is its death that is thrown, to the user. `died`: null
 * for servers that are not ours.
 */
export async function unlessDead<T>(
  died: Promise<string> | null,
  work: Promise<T>,
  told: (death: string, cause: unknown) => DataDirError = (death, cause) => new DataDirError(death, { cause }),
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isOfConnection = error instanceof Error && 'code' in error;
    if (died === null || !isOfConnection) throw error;
    const death = await Promise.race([died, sleep(deathNoticeMs, null, { ref: false })]);
    throw death === null ? error : told(death, error);
  }
}

function unreadable(what: string, dataDir: string, cause: unknown): DataDirError {
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
    const listening = await readAddress(dataDir);
    const clients = makeClients(listening);
    return {
      clients,
      names: { tableName, bucketName, queueUrl: listening.queueUrl },
      // The process that has it tells of that.
      died: null,
      close: async () => destroyClients(clients),
    };
  }
}

/** The one that has the folder may still be starting. */
async function readAddress(dataDir: string): Promise<Listening> {
  for (let attempt = 0; ; attempt++) {
    try {
      // What startEmbedded wrote.
      return JSON.parse(readFileSync(join(dataDir, addressFile), 'utf8')) as Listening;
    } catch (error) {
      if (attempt >= 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
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
