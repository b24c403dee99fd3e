/** A whole archive in this process: embedded services, API, worker and sweeper. `npm start`, the demo and the commands are made of it. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import { type ReextractDeps, reextractAll } from '../capture/reextract.ts';
import { dayMs, minuteMs } from '../durations.ts';
import { extractorVersion } from '../extract/extractor-version.ts';
import { makeApp } from '../http/app.ts';
import { importRoutes } from '../http/import-routes.ts';
import { problemBody } from '../http/problem-response.ts';
import { answerUnreadable } from '../http/unreadable-request.ts';
import { makeExtractor } from '../jobs/extractor.ts';
import { startRunner } from '../jobs/runner.ts';
import { sweep, sweepAfterStart } from '../jobs/sweep.ts';
import { wireWorker } from '../jobs/wire.ts';
import type { Log } from '../log.ts';
import { fileRoutes } from '../reader/file-routes.ts';
import { reader } from '../reader/reader.ts';
import { type IndexerDeps, removeOrphans, runIndexer } from '../search/index-log.ts';
import { isIndexOld, renewIndex } from '../search/renew.ts';
import type { Settings } from '../settings.ts';
import { makeServices } from '../store/clients.ts';
import { startEmbedded, unlessDead } from '../store/embedded.ts';
import type { Servers } from '../store/embedded-servers.ts';
import { checkFormat, extractedBy, markExtracted } from '../store/format.ts';
import { listKeys } from '../store/keys.ts';
import { maintain } from '../store/maintain.ts';
import { version } from '../version.ts';

export type Archive = {
  app: Hono;
  /** Resolves with a message when the storage has died. Nothing here works after that: end the process. */
  died: Promise<string>;
  /** As that of the embedded services. */
  droppedBytes: number;
  /** Whether somebody can come in with a key. */
  hasKeys(): Promise<boolean>;
  /** Finishes what is running, then closes everything. */
  stop(): Promise<void>;
};

/**
 * A request that takes its time holds a place in work: Node's own limit is five minutes, and looked at every half minute. A connection
 * that is idle is kept for longer than Node's 5 s, since a client that sends in the moment in which it is closed gets no answer.
 */
const connections = {
  ...{ headersTimeout: 20_000, requestTimeout: 60_000, connectionsCheckingInterval: 5000 },
  keepAliveTimeout: 65_000,
};

/**
 * The archive with a socket of its own, the only one that it listens on. Throws DataDirError, FormatError, or the listen error
 * (`EADDRINUSE`) of a port that is taken. `servers`: those of `settings.dataDir`, when they were launched already.
 */
export async function startArchive(
  settings: Settings,
  log: Log,
  servers?: Servers,
): Promise<Archive & { url: string }> {
  const assembled = await assemble(settings, log, servers);
  let server: Server;
  try {
    server = await listen(assembled.app, settings);
  } catch (error) {
    await assembled.close();
    throw error;
  }
  const archive = assembled.run();
  const { port } = server.address() as AddressInfo;
  return {
    ...archive,
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await archive.stop(async () => {
        // Clients that still wait for their capture have had its outcome by now; idle connections would keep us here.
        server.closeIdleConnections();
        await Promise.race([closed, sleep(2000)]);
        // One whose answer has just gone out is idle since, and would keep the process.
        server.closeAllConnections();
      });
    },
  };
}

/** The archive for this process alone, which asks `app` itself: nothing listens. Throws as `startArchive`. */
export async function openArchive(settings: Settings, log: Log): Promise<Archive> {
  return (await assemble(settings, log)).run();
}

/** All parts, of which none works yet. */
async function assemble(settings: Settings, log: Log, servers?: Servers) {
  const embedded = await startEmbedded(settings.dataDir, servers);
  const services = makeServices(embedded.clients, embedded.names);
  try {
    await unlessDead(embedded.died, checkFormat(services.store.table));
  } catch (error) {
    await embedded.close();
    throw error;
  }
  const parts = {
    ...services,
    now: Date.now,
    sleep: (ms: number) => sleep(ms),
    log,
    hostPauseMs: settings.hostPauseMs,
  };
  const extractor = makeExtractor();
  const { access, publicUrl } = settings;
  const app = makeApp(
    { ...parts, version, access, publicUrl },
    [...importRoutes({ ...parts, extractor }), ...fileRoutes({ ...parts, extractor, version })],
    reader({ ...parts, version, access }),
  );
  const close = async () => {
    await extractor.close();
    await embedded.close();
  };
  return { app, close, run };

  function run() {
    const worker = wireWorker({ ...parts, settings, extractor });
    const janitor = async () => log({ event: 'maintained', ...(await maintain(services.store, Date.now())) });
    const runner = startRunner({
      queue: services.queue,
      work: worker.work,
      every: [
        { ms: minuteMs, task: () => sweep(parts) },
        { ms: minuteMs, task: () => runIndexer({ ...parts, pause: setImmediate }) },
        { ms: dayMs, task: () => removeOrphans(parts) },
        { ms: dayMs, task: janitor },
      ],
      log,
    });
    const stopping = new AbortController();
    const afterStart = sweepAfterStart(parts)
      .then(() => (embedded.afterCrash ? Promise.all([janitor(), removeOrphans(parts)]) : undefined))
      .catch((error: unknown) => log({ event: 'start sweep failed', error }));
    const upToDate = bringUpToDate({ ...parts, extractor }, stopping.signal).then(() =>
      renewInBackground(parts, stopping.signal),
    );
    return {
      app,
      died: embedded.died,
      droppedBytes: embedded.droppedBytes,
      hasKeys: async () => (await listKeys(services.store.table)).some(({ revokedAt }) => revokedAt === null),
      /** `beforeClose`: what still uses the services when no job does. */
      async stop(beforeClose: () => Promise<void> = async () => undefined) {
        stopping.abort();
        await Promise.all([afterStart, upToDate]);
        await runner.stop();
        await beforeClose();
        await worker.close();
        await close();
      },
    };
  }
}

/** Between two articles that are read again: a fiftieth of a core is theirs. */
const politePauseMs = 500;

/** After an update: old articles are read again, one at a time and with pauses, so that nobody waits for it. Once for each version. */
async function bringUpToDate(
  { store, extractor, log }: ReextractDeps & { log: Log },
  signal: AbortSignal,
): Promise<void> {
  try {
    if ((await extractedBy(store.table)) >= extractorVersion) return;
    let changed = 0;
    for await (const _one of reextractAll({ store, extractor }, () => signal.throwIfAborted())) {
      changed++;
      await sleep(politePauseMs, undefined, { signal });
    }
    await markExtracted(store.table, extractorVersion);
    if (changed > 0) log({ event: 'old articles read again', articles: changed });
  } catch (error) {
    if (!signal.aborted) log({ event: 'old articles not read again', error });
  }
}

/** After an update that makes the terms of the index anew: a few articles at a time and with pauses, as above. */
async function renewInBackground({ store, log, now }: Omit<IndexerDeps, 'pause'>, signal: AbortSignal): Promise<void> {
  const pause = async () => {
    await sleep(politePauseMs, undefined, { signal });
  };
  try {
    if (!(await isIndexOld({ store }))) return;
    const articles = await renewIndex({ store, log, now, pause });
    if (articles > 0) log({ event: 'old articles indexed again', articles });
  } catch (error) {
    if (!signal.aborted) log({ event: 'old articles not indexed again', error });
  }
}

async function listen(app: Hono, settings: Settings): Promise<Server> {
  // HTTP/1.1, as long as we pass no other server; the type is of all that could be passed.
  const server = serve({
    fetch: settings.access ? app.fetch : forThisMachine(app),
    hostname: settings.host,
    port: settings.port,
    serverOptions: connections,
  }) as Server;
  answerUnreadable(server);
  await new Promise<void>((resolve, reject) => {
    server.once('listening', () => resolve());
    server.once('error', reject);
  });
  return server;
}

/**
 * A web page can be served from a name that is then made to lead to 127.0.0.1, and read what answers there. Its requests
 * carry that name, so only the names of loopback are answered, where no key is asked for.
 */
function forThisMachine(app: Hono): (request: Request) => Response | Promise<Response> {
  return (request) => {
    const { hostname } = new URL(request.url);
    if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return app.fetch(request);
    const problem = {
      code: 'wrong-host',
      detail: `the request was for ${hostname}; ask http://127.0.0.1 or http://localhost`,
    } as const;
    return Response.json(problemBody(problem), {
      status: 421,
      headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    });
  };
}
