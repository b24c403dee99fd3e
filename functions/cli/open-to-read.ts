/** An archive's routes for a command that reads it, without what works in it: nothing is fetched, polled or indexed meanwhile. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { makeExtractor } from '../capture/extractor.ts';
import { makeApp } from '../http/app.ts';
import { importRoutes } from '../http/import-routes.ts';
import { noLog } from '../log.ts';
import { destroyClients, makeClients, makeServices } from '../store/clients.ts';
import { startEmbedded } from '../store/embedded.ts';
import { refuseNewer } from '../store/format.ts';
import { version } from '../version.ts';
import type { Client } from './client.ts';

/** The archive in a folder. Throws DataDirError when it is in use or cannot be used, FormatError when it is of a newer form. */
export async function openFolder(dataDir: string): Promise<Client> {
  const { clients, names, close } = await startEmbedded(dataDir);
  return serveTo(makeServices(clients, names), close);
}

/** The archive on AWS with this table and this bucket, whether there is a stack around them or not. */
export async function openOnAws(tableName: string, bucketName: string): Promise<Client> {
  const clients = makeClients(null);
  return serveTo(makeServices(clients, { tableName, bucketName, queueUrl: '' }), async () => destroyClients(clients));
}

async function serveTo(services: ReturnType<typeof makeServices>, close: () => Promise<void>): Promise<Client> {
  const extractor = makeExtractor();
  const parts = { ...services, now: Date.now, sleep: (ms: number) => sleep(ms), log: noLog, hostPauseMs: 0 };
  const app = makeApp({ ...parts, version, access: null }, importRoutes({ ...parts, extractor }));
  const closeAll = async () => {
    await extractor.close();
    await close();
  };
  try {
    await refuseNewer(services.store.table);
  } catch (error) {
    await closeAll();
    throw error;
  }
  // HTTP/1.1, as long as we pass no other server; the type is of all that could be passed.
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  if (!server.listening) await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    own: true,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await closeAll();
    },
  };
}
