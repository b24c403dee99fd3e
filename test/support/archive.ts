/** An archive in this process for tests: embedded services of its own, and a worker that runs when the test says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { Hono } from 'hono';
import type { Lookup } from '../../functions/fetch/connect.ts';
import { makeApp } from '../../functions/http/app.ts';
import { importRoutes } from '../../functions/http/import-routes.ts';
import { type Extractor, makeExtractor } from '../../functions/jobs/extractor.ts';
import { sweep, sweepAfterStart } from '../../functions/jobs/sweep.ts';
import { wireWorker } from '../../functions/jobs/wire.ts';
import type { LogEvent } from '../../functions/log.ts';
import { fileRoutes } from '../../functions/reader/file-routes.ts';
import { reader } from '../../functions/reader/reader.ts';
import type { Access } from '../../functions/settings.ts';
import type { Store } from '../../functions/store/articles.ts';
import { type Clients, makeServices } from '../../functions/store/clients.ts';
import { type Embedded, startEmbedded } from '../../functions/store/embedded.ts';
import type { Job } from '../../functions/store/job.ts';
import type { Queue } from '../../functions/store/queue.ts';
import { tableSchema } from '../../functions/store/schema.ts';
import type { Handler, Site } from './site.ts';

export type TestServices = { embedded: Embedded; store: Store; queue: Queue; close(): Promise<void> };

export async function startServices(): Promise<TestServices> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const embedded = await startEmbedded(dataDir);
  return {
    embedded,
    ...makeServices(embedded.clients, embedded.names),
    async close() {
      await embedded.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

let fresh = 0;

/** A table, a bucket and a queue of its own on the same servers; the servers stay when it is closed. */
export async function freshServices({ embedded }: Pick<TestServices, 'embedded'>): Promise<TestServices> {
  const { clients } = embedded;
  const name = `test-${process.pid}-${++fresh}`;
  // The SDK's types want mutable arrays; nothing writes into them.
  await clients.dynamodb.send(new CreateTableCommand({ TableName: name, ...structuredClone(tableSchema) } as never));
  await clients.s3.send(new CreateBucketCommand({ Bucket: name }));
  for (let isThere = false; !isThere; ) {
    const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName: name }));
    isThere = Table?.TableStatus === 'ACTIVE';
  }
  const { QueueUrl = '' } = await clients.sqs.send(
    // What a dead or failed job has received comes again when the sweeper sends it, and not before.
    new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '600' } }),
  );
  const names = { tableName: name, bucketName: name, queueUrl: QueueUrl };
  return { embedded: { ...embedded, names }, ...makeServices(clients, names), close: async () => undefined };
}

export type TestArchive = {
  app: Hono;
  /** The routes of the API, without the pages. */
  apiRoutes(): Hono['routes'];
  store: Store;
  queue: Queue;
  events: LogEvent[];
  /** Does one job. */
  work(job: Job, receives?: number): Promise<void>;
  /** Does jobs until the queue is empty. */
  drain(): Promise<void>;
  /** Sends what is due and does it, until nothing is. */
  tick(): Promise<void>;
  /** What a start does: everything that was sent and did not end is sent again. */
  restart(): Promise<void>;
  /** POST with JSON while a worker runs; the answer's status and body. */
  post(
    body: unknown,
    headers?: Record<string, string>,
    path?: string,
  ): Promise<{ status: number; headers: Headers; body: Json }>;
  /** Serves a page at a URL and posts that. */
  keep(url: string, page: string | Handler): Promise<{ status: number; headers: Headers; body: Json }>;
  get(path: string): Promise<{ status: number; headers: Headers; body: Json }>;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: Json }>;
  close(): Promise<void>;
};

// Answers of the API are read freely in tests; what they hold is what the tests are about.
// biome-ignore lint/suspicious/noExplicitAny: a type here would only repeat the schemas under test
export type Json = any;

export type ArchiveOptions = {
  site: Site;
  now?: () => number;
  hostPauseMs?: number;
  clients?: Clients;
  extractor?: Extractor;
  fetchAllow?: string;
  robots?: 'obey' | 'ignore';
  noarchive?: 'obey';
  lookup?: Lookup;
  fetchTimeoutMs?: number;
  runningAfterMs?: number;
  userAgent?: string;
  access?: Access;
  pictures?: 'off' | 'story' | 'page';
  publicUrl?: string;
  maxAnswerBytes?: number;
};

export function makeTestArchive(services: TestServices, options: ArchiveOptions): TestArchive {
  const { site, now = Date.now, hostPauseMs = 0, clients } = options;
  const { embedded } = services;
  const isOwn = clients !== undefined || options.now !== undefined;
  const { store, queue } = isOwn ? makeServices(clients ?? embedded.clients, embedded.names, now) : services;
  const events: LogEvent[] = [];
  const parts = { store, queue, now, sleep: (ms: number) => sleep(ms), log: (event: LogEvent) => events.push(event) };
  const fetchAllow = new BlockList();
  fetchAllow.addSubnet(options.fetchAllow ?? '127.0.0.0', options.fetchAllow ? 32 : 8, 'ipv4');
  const extractor = options.extractor ?? sharedExtractor();
  const worker = wireWorker({
    ...parts,
    extractor,
    runningAfterMs: options.runningAfterMs,
    lookup: options.lookup,
    fetchTimeoutMs: options.fetchTimeoutMs,
    settings: {
      userAgent: options.userAgent ?? 'NightdeskTest/1',
      robots: options.robots ?? 'obey',
      noarchive: options.noarchive ?? 'ignore',
      hostPauseMs,
      fetchAllow,
      fetchConnectTo: site.connectTo,
      pictures: options.pictures ?? 'off',
      fetchProxy: null,
    },
  });
  const { access = null, publicUrl = null, maxAnswerBytes } = options;
  const appParts = { ...parts, hostPauseMs, version: 'test', access, maxAnswerBytes };
  const imports = [...importRoutes({ ...parts, extractor }), ...fileRoutes({ ...appParts, extractor })];
  const appDeps = { ...appParts, publicUrl };
  const app = makeApp(appDeps, imports, reader(appParts));

  async function drain(): Promise<void> {
    for (;;) {
      const messages = await services.queue.receive(10, 0);
      if (messages.length === 0) return;
      const ended = await Promise.allSettled(
        messages.map(async ({ job, body, receipt }) => {
          if (!job) throw new Error(`not a job: ${body}`);
          await worker.work(job);
          await services.queue.done([receipt]);
        }),
      );
      // Only when all have ended, so that none works on behind the test's back.
      for (const one of ended) if (one.status === 'rejected') throw one.reason;
    }
  }

  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await app.request(path, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: isJson(response) ? JSON.parse(text) : text };
  }

  const archive: TestArchive = {
    app,
    apiRoutes: () => makeApp(appDeps, importRoutes({ ...parts, extractor })).routes,
    store,
    queue,
    events,
    work: worker.work,
    drain,
    async tick() {
      while ((await sweep(parts)) > 0) await drain();
    },
    async restart() {
      await sweepAfterStart(parts);
      await drain();
    },
    async post(body, headers = {}, path = '/articles') {
      const answered = send('POST', path, body, headers);
      const done = answered.then(() => true);
      while (!(await Promise.race([done, sleep(5).then(() => false)]))) await drain();
      return answered;
    },
    keep(url, page) {
      site.serve(url, page);
      return archive.post({ url });
    },
    get: (path) => send('GET', path),
    send,
    close: worker.close,
  };
  return archive;
}

let extractor: Extractor | null = null;
/** One extraction thread a test file: starting it takes longer than most tests. */
export function sharedExtractor(): Extractor {
  extractor ??= makeExtractor();
  return extractor;
}

function isJson(response: Response): boolean {
  return /json/.test(response.headers.get('content-type') ?? '');
}
