/** `nightdesk start`, `npm start`: the whole archive on this machine. */

import { codeOf } from '../error-code.ts';
import { lineLog, noLog } from '../log.ts';
import { isLoopback, readSettings, type Settings, SettingsError } from '../settings.ts';
import { DataDirError, launchServers } from '../store/embedded-servers.ts';
import { print, type Run, readArguments, say } from './context.ts';
import { firstKey } from './first-key.ts';

export const help = `nightdesk start

Runs the whole archive on this machine. It listens on http://127.0.0.1:8080 and keeps everything in ./data.
Ctrl-C or SIGTERM ends it after the running work is done; a second one ends it at once.
Settings are environment variables; docs/settings.md lists all of them:

  PORT=8081 DATA_DIR=/srv/archive nightdesk start
`;

export const run: Run = async (args, context) => {
  readArguments(args, { options: {} });
  const settings = readSettings(context.env);
  const log = settings.quiet ? noLog : lineLog((line) => print(context, line), context.now);
  // The servers open the stored data while the code of the archive is still loading.
  const servers = launchServers(settings.dataDir);
  const { startArchive } = await import('./archive.ts');
  const archive = await startArchive(settings, log, servers).catch((error: unknown) => {
    throw listenProblem(error, settings) ?? error;
  });
  // Before the line is printed: a reader of the line may send a signal at once.
  const stopped = context.untilStopped();
  print(context, `Nightdesk listens on ${archive.url} and keeps everything in ${settings.dataDir}`);
  print(context, `Open ${addressToOpen(archive.url, settings)} in a browser to read, save and compare.`);
  if (archive.droppedBytes > 0) say(context, damage(archive.droppedBytes, settings));
  if (settings.access && !isLoopback(settings.host))
    say(context, (await archive.hasKeys()) ? keysAsked : firstKey(settings.dataDir));
  const death = await Promise.race([archive.died, stopped]);
  if (death !== undefined) throw new DataDirError(death);
  print(context, 'Finishing the running work; Ctrl-C again ends at once.');
  await archive.stop();
  return 0;
};

/** What a browser on this machine opens, where the archive listens on all of its addresses. */
function addressToOpen(url: string, { publicUrl }: Settings): string {
  return publicUrl ?? url.replace(/\/\/(0\.0\.0\.0|\[::\])(?=:)/, '//localhost');
}

const keysAsked = 'Others can reach this address, so every request needs a key.';

function damage(bytes: number, { dataDir }: Settings): string {
  return `The log of the table in ${dataDir} was damaged: the last ${bytes} bytes could not be read, and their content is lost. Everything else is whole. nightdesk verify counts the snapshots that are missing now; if you have a copy of the folder, put it back.`;
}

/** Null for any other error than one of listening. */
function listenProblem(error: unknown, { host, port }: Settings): SettingsError | null {
  const code = codeOf(error);
  const isOfListen =
    error instanceof Error && 'syscall' in error && /^(listen|getaddrinfo)$/.test(String(error.syscall));
  if (!isOfListen) return null;
  if (code === 'EADDRINUSE')
    return new SettingsError(
      `${host}:${port} is in use by another program; stop that, or choose another port: PORT=${port + 1} npm start`,
    );
  if (code === 'EACCES')
    return new SettingsError(`no permission to listen on port ${port}; choose one above 1023: PORT=8080 npm start`);
  return new SettingsError(
    `HOST is ${host}, which is no address of this machine; 127.0.0.1 is for this machine alone, 0.0.0.0 for every machine that can reach it`,
  );
}
