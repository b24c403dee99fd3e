/** An archive's routes for a command that reads it, without what works in it: nothing is fetched, polled or indexed meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeApp } from '../http/app.ts';
import { importRoutes } from '../http/import-routes.ts';
import { makeExtractor } from '../jobs/extractor.ts';
import { noLog } from '../log.ts';
import { destroyClients, makeClients, makeServices } from '../store/clients.ts';
import { startEmbedded } from '../store/embedded.ts';
import { refuseNewer } from '../store/format.ts';
import { version } from '../version.ts';
import { type Client, ownClient } from './client.ts';

/** The archive in a folder. Throws DataDirError when it is in use or cannot be used, FormatError when it is of a newer form. */
export async function openFolder(dataDir: string): Promise<Client> {
  const { clients, names, died, close } = await startEmbedded(dataDir);
  return clientOf(makeServices(clients, names), died, close);
}

/** The archive on AWS with this table and this bucket, whether there is a stack around them or not. */
export async function openOnAws(tableName: string, bucketName: string): Promise<Client> {
  const clients = makeClients(null);
  const never = new Promise<string>(() => undefined);
  return clientOf(makeServices(clients, { tableName, bucketName, queueUrl: '' }), never, async () =>
    destroyClients(clients),
  );
}

async function clientOf(
  services: ReturnType<typeof makeServices>,
  died: Promise<string>,
  close: () => Promise<void>,
): Promise<Client> {
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
  return ownClient(app, died, closeAll);
}
