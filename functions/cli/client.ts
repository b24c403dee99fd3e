/** The commands' way to an archive: the one that runs on PORT, or else one opened here on DATA_DIR for as long as the command runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { noLog } from '../log.ts';
import type { Settings } from '../settings.ts';
import { DataDirError, requireArchive } from '../store/embedded-servers.ts';
import { openArchive } from './archive.ts';

export type Client = {
  /** `path`: with its query. Throws ArchiveError when the archive does not answer. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** True when the archive is open only for this command. */
  own: boolean;
  close(): Promise<void>;
};

/** The limits of a command's patience with an archive that answers 429. */
const maxBusyRounds = 30;
const maxBusySeconds = 30;

export class ArchiveError extends Error {
  override name = 'ArchiveError';
  /** Of the answer; null when there was none. */
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }
}

/**
 * `to`: the archive's address, if the user gave one. Calls `tell` with the archive that it found. Throws ArchiveError when no archive
 * is at `to`, or none is in DATA_DIR and it may not be new; DataDirError when DATA_DIR is taken or cannot be used.
 */
export async function connect(
  settings: Settings,
  { to, tell, mayBeNew = true }: { to: string | undefined; tell: (line: string) => void; mayBeNew?: boolean },
): Promise<Client> {
  const named = to !== undefined && !/^https?:\/\//i.test(to) ? `http://${to}` : to;
  const url = (named ?? `http://${settings.host}:${settings.port}`).replace(/\/+$/, '');
  if (await isArchive(url)) {
    tell(`Sending to the archive at ${url}.`);
    return {
      ask: (path, init) => askByNetwork(url, { key: settings.key, path, init }),
      own: false,
      close: async () => undefined,
    };
  }
  if (to !== undefined) throw new ArchiveError(`no archive answers at ${url}`);
  if (!mayBeNew) requireArchive(settings.dataDir);
  tell(`No archive answers on port ${settings.port}; opening the one in ${settings.dataDir}.`);
  const { app, died, stop } = await openArchive({ ...settings, access: null }, noLog);
  return ownClient(app, died, stop);
}

type App = { request(path: string, init?: RequestInit): Response | Promise<Response> };

/** Asks the routes themselves: there is no address, and so no key. `died`: of the storage, after which nothing is answered. */
export function ownClient(app: App, died: Promise<string>, close: () => Promise<void>): Client {
  const gone = died.then((death) => Promise.reject(new DataDirError(death)));
  // `ask` throws it; there may be no call of `ask`.
  gone.catch(() => undefined);
  return {
    ask: async (path, init) => Promise.race([app.request(path, init), gone]),
    own: true,
    close: () => Promise.race([close(), died.then(() => undefined)]),
  };
}

/** JSON of an answer to what is sent as JSON, a form or bytes with their type; throws ArchiveError with the problem's words for any but 2xx. */
export async function callArchive(
  client: Client,
  path: string,
  init?: { method: string; body: unknown; headers?: Record<string, string> },
): Promise<unknown> {
  const sent = init && sendable(init.body);
  const response = await askArchive(
    client,
    path,
    init && { method: init.method, ...sent, headers: { ...sent?.headers, ...init.headers } },
  );
  if (response.ok) return response.json();
  return refused(response);
}

/** All items of a list, page by page; `path` has a query. */
export async function* allItems<T>(client: Client, path: string): AsyncGenerator<T> {
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next ? `&cursor=${encodeURIComponent(next)}` : '';
    const page = (await callArchive(client, `${path}${cursor}`)) as { items: T[]; next: string | null };
    yield* page.items;
    next = page.next;
  }
}

/** The bytes of an answer and its Link; throws as `callArchive`. */
export async function fetchArchive(client: Client, path: string): Promise<{ bytes: Uint8Array; link: string | null }> {
  const response = await askArchive(client, path);
  if (!response.ok) return refused(response);
  return { bytes: new Uint8Array(await response.arrayBuffer()), link: response.headers.get('link') };
}

/** An archive that is busy is asked again when it says. */
export async function askArchive(client: Client, path: string, init?: RequestInit): Promise<Response> {
  for (let round = 0; ; round++) {
    const response = await client.ask(path, init);
    if (response.status !== 429 || round === maxBusyRounds) return response;
    await response.body?.cancel();
    await sleep(Math.min(Number(response.headers.get('retry-after')) || 1, maxBusySeconds) * 1000);
  }
}

/** fetch, whose own words for an archive that went away say nothing. */
async function askByNetwork(
  url: string,
  { key, path, init = {} }: { key: string | null; path: string; init: RequestInit | undefined },
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  try {
    return await fetch(`${url}${path}`, { ...init, headers });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ArchiveError(
      `the archive at ${url} stopped answering. When it runs again, it continues the work that it has accepted, which ${url}/captures lists; run the same command again for the rest`,
    );
  }
}

async function refused(response: Response): Promise<never> {
  // A gateway's own answer is no problem of ours, and may be no JSON.
  const { code, detail, message } = ((await response.json().catch(() => null)) ?? {}) as Record<string, string>;
  const hint = response.status === 401 ? ' (the commands send the key in NIGHTDESK_KEY)' : '';
  throw new ArchiveError(
    `${code ?? response.status}: ${detail ?? message ?? response.statusText}${hint}`,
    response.status,
  );
}

function sendable(body: unknown): { body: FormData | Blob | string; headers?: Record<string, string> } {
  return body instanceof FormData || body instanceof Blob
    ? { body }
    : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function isArchive(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) });
    const body = (await response.json()) as { status?: unknown };
    return response.ok && body.status === 'ok';
  } catch (error) {
    if (
      error instanceof TypeError ||
      error instanceof SyntaxError ||
      (error instanceof Error && error.name === 'TimeoutError')
    )
      return false;
    throw error;
  }
}
