/** The common part of the commands that maintain an archive: its store, whether the archive runs or not, and their errors. */
import { setImmediate } from 'node:timers/promises';
import { lineLog } from '../log.ts';
import type { IndexerDeps } from '../search/index-log.ts';
import { readSettings, SettingsError } from '../settings.ts';
import type { Store } from '../store/articles.ts';
import { destroyClients, makeClients, makeStore } from '../store/clients.ts';
import { joinEmbedded, unlessDead } from '../store/embedded.ts';
import { requireArchive } from '../store/embedded-servers.ts';
import { refuseNewer } from '../store/format.ts';
import { type Context, type Output, readArguments, say } from './context.ts';

/** The names in `--table` and `--bucket`; null without both. Throws SettingsError for one without the other. */
export function namedOnAws({ table, bucket }: { table?: string | undefined; bucket?: string | undefined }) {
  if (table === undefined && bucket === undefined) return null;
  if (table === undefined || bucket === undefined)
    throw new SettingsError('An archive on AWS is named by both --table and --bucket; nightdesk deploy prints them.');
  return { tableName: table, bucketName: bucket };
}

/** Those that the command names, and `onAws`. */
type Flags = Record<string, boolean>;

/**
 * Runs a command with its flags on the archive in DATA_DIR, or on one on AWS. Throws UsageError, SettingsError, DataDirError and
 * FormatError.
 */
export async function maintain(
  args: string[],
  {
    context,
    names,
    work,
  }: { context: Context; names: string[]; work: (deps: IndexerDeps, flags: Flags) => Promise<number> },
): Promise<number> {
  const flags = Object.fromEntries(names.map((name) => [name, { type: 'boolean' as const }]));
  const { values } = readArguments(args, {
    options: { ...flags, table: { type: 'string' }, bucket: { type: 'string' } },
  });
  const given = values as Record<string, unknown>;
  const onAws = namedOnAws(values);
  const { store, where, died, close } = await openStore(onAws, context);
  say(context, `The archive ${where}:`);
  try {
    const log = lineLog((line) => say(context, line), context.now);
    const deps = { store, now: context.now, pause: setImmediate, log };
    const set = { ...Object.fromEntries(names.map((name) => [name, given[name] === true])), onAws: onAws !== null };
    return await unlessDead(
      died,
      refuseNewer(store.table).then(() => work(deps, set)),
    );
  } finally {
    // A dead store cannot be closed, and its process ends.
    await Promise.race([close(), ...(died ? [died] : [])]);
  }
}

type Opened = { store: Store; where: string; died: Promise<string> | null; close: () => Promise<void> };

/** The archive in DATA_DIR, or the one on AWS with this table and this bucket. */
async function openStore(names: ReturnType<typeof namedOnAws>, { env }: Context): Promise<Opened> {
  if (names) {
    const clients = makeClients(null);
    const store = makeStore(clients, names);
    const where = `with the table ${names.tableName}`;
    return { store, where, died: null, close: async () => destroyClients(clients) };
  }
  const { dataDir } = readSettings(env);
  requireArchive(dataDir);
  const embedded = await joinEmbedded(dataDir);
  const { clients, died, close } = embedded;
  return { store: makeStore(clients, embedded.names), where: `in ${dataDir}`, died, close };
}

/** Shows the progress: on a terminal in one line, elsewhere in a line for every tenth. */
export function progressLine(what: string, err: Output): (done: number, of: number) => void {
  let shown = -1;
  return (done, of) => {
    const tenth = of === 0 ? 10 : Math.floor((10 * done) / of);
    if (err.isTTY) err.write(`\r\u001b[K${what} ${done} of ${of}${done >= of ? '\n' : ''}`);
    else if (tenth !== shown) err.write(`${what} ${done} of ${of}\n`);
    shown = tenth;
  };
}
