/** What the commands that look after an archive share: its store, while it runs or while it does not, and their way to fail. */
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { lineLog } from '../log.ts';
import type { IndexerDeps } from '../search/indexer.ts';
import { readSettings, SettingsError } from '../settings.ts';
import type { Store } from '../store/articles.ts';
import { destroyClients, makeClients, makeStore } from '../store/clients.ts';
import { joinEmbedded, unlessDead } from '../store/embedded.ts';
import { DataDirError, requireArchive } from '../store/embedded-servers.ts';
import { FormatError, refuseNewer } from '../store/format.ts';
import { awsProblem } from './aws-problem.ts';

/** What `--table` and `--bucket` name; null where there is neither. Throws SettingsError for one without the other. */
export function namedOnAws({ table, bucket }: { table?: string | undefined; bucket?: string | undefined }) {
  if (table === undefined && bucket === undefined) return null;
  if (table === undefined || bucket === undefined)
    throw new SettingsError('An archive on AWS is named by both --table and --bucket; npm run deploy prints them.');
  return { tableName: table, bucketName: bucket };
}

type Flags<Name extends string> = Record<Name | 'help', boolean>;

/** Runs a command with its flags on the archive in DATA_DIR, or on one on AWS; the exit status: 2 for what the user can put right. */
export async function maintain<Name extends string>(
  help: string,
  names: Name[],
  work: (deps: IndexerDeps, flags: Flags<Name>) => Promise<number>,
): Promise<number> {
  try {
    const flagOptions = Object.fromEntries([...names, 'help'].map((name) => [name, { type: 'boolean' as const }]));
    const { values } = parseArgs({
      options: { ...flagOptions, table: { type: 'string' }, bucket: { type: 'string' } },
    });
    const flags = Object.fromEntries(
      [...names, 'help'].map((name) => [name, (values as Record<string, unknown>)[name] === true]),
    ) as Flags<Name>;
    if (flags.help) {
      console.log(help);
      return 0;
    }
    const { store, where, died, close } = await openStore(namedOnAws(values));
    console.error(`The archive ${where}:`);
    try {
      const log = lineLog((line) => console.error(line), Date.now);
      const done = refuseNewer(store.table).then(() => work({ store, now: Date.now, pause: setImmediate, log }, flags));
      return await unlessDead(died, done);
    } finally {
      await close();
    }
  } catch (error) {
    const isForUser =
      error instanceof SettingsError ||
      error instanceof DataDirError ||
      error instanceof FormatError ||
      (error instanceof Error && /ERR_PARSE_ARGS/.test(codeOf(error)));
    const ofAws = awsProblem(error);
    if (!isForUser && ofAws === null) throw error;
    const isOfArguments = isForUser && /ERR_PARSE_ARGS/.test(codeOf(error));
    console.error(isOfArguments ? `${error.message}\n\n${help}` : isForUser ? error.message : ofAws);
    return 2;
  }
}

type Opened = { store: Store; where: string; died: Promise<string> | null; close: () => Promise<void> };

/** The archive in DATA_DIR, or the one on AWS with this table and this bucket. */
async function openStore(names: ReturnType<typeof namedOnAws>): Promise<Opened> {
  if (names) {
    const clients = makeClients(null);
    const store = makeStore(clients, names);
    const where = `with the table ${names.tableName}`;
    return { store, where, died: null, close: async () => destroyClients(clients) };
  }
  const { dataDir } = readSettings(process.env);
  requireArchive(dataDir);
  const embedded = await joinEmbedded(dataDir);
  const { clients, died, close } = embedded;
  return { store: makeStore(clients, embedded.names), where: `in ${dataDir}`, died, close };
}

/** Shows how far it is: on a terminal on one line, elsewhere a line every tenth. */
export function progressLine(what: string): (done: number, of: number) => void {
  let shown = -1;
  return (done, of) => {
    const tenth = of === 0 ? 10 : Math.floor((10 * done) / of);
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${what} ${done} of ${of}${done >= of ? '\n' : ''}`);
    else if (tenth !== shown) process.stderr.write(`${what} ${done} of ${of}\n`);
    shown = tenth;
  };
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
