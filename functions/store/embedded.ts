/** The embedded servers as the services that an archive is made of: clients, names, and the table, made when it is not there. */
import { CreateTableCommand, DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { type Clients, destroyClients, type Endpoints, makeClients, type Names } from './clients.ts';
import { bucketName, launchServers, type Servers } from './embedded-servers.ts';
import { tableSchema } from './schema.ts';

export type Embedded = {
  clients: Clients;
  endpoints: Endpoints;
  names: Names;
  /** True when the process before this one was killed or crashed. */
  afterCrash: boolean;
  /** As that of the servers. */
  died: Promise<string>;
  close(): Promise<void>;
};

const tableName = 'nightdesk';

/** Waits for the servers and makes what they lack. */
export async function startEmbedded(dataDir: string, servers: Servers = launchServers(dataDir)): Promise<Embedded> {
  const listening = await servers.listening;
  const clients = makeClients(listening);
  await createTable(clients);

  return {
    clients,
    endpoints: listening,
    names: { tableName, bucketName, queueUrl: listening.queueUrl },
    afterCrash: servers.afterCrash,
    died: servers.died,
    async close() {
      destroyClients(clients);
      await servers.close();
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
