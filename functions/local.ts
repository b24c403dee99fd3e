/** `npm start`: the whole archive on this machine. */
import { argumentsOrExit, giveUp, settingsOrExit } from './cli/command.ts';
import { lineLog, noLog } from './log.ts';
import type { Settings } from './settings.ts';
import { DataDirError, launchServers } from './store/embedded-servers.ts';
import { FormatError } from './store/format.ts';

const help = `npm start: the whole archive on this machine

It listens on http://127.0.0.1:8080 and keeps everything in ./data. Ctrl-C finishes what is running and ends it.
Settings are environment variables; README.md lists them all:

  PORT=8081 DATA_DIR=/srv/archive npm start
`;

if (argumentsOrExit({ options: { help: { type: 'boolean' } } }).values.help) console.log(help);
else await main();

async function main(): Promise<void> {
  const settings = settingsOrExit(process.env);
  const log = settings.quiet ? noLog : lineLog((line) => console.log(line), Date.now);
  try {
    // The servers open what is stored while the archive itself is still being loaded.
    const servers = launchServers(settings.dataDir);
    const { startArchive } = await import('./archive.ts');
    const archive = await startArchive(settings, log, servers);
    // Before it is said: whoever reads that may send a signal in the same moment.
    stopOnSignal(() => archive.stop());
    void archive.died.then(giveUp);
    console.log(`Nightdesk listens on ${archive.url} and keeps everything in ${settings.dataDir}`);
    if (archive.droppedBytes > 0) console.error(damage(archive.droppedBytes, settings));
  } catch (error) {
    giveUp(startProblem(error, settings));
  }
}

function damage(bytes: number, { dataDir }: Settings): string {
  return `The log of the table in ${dataDir} was damaged: ${bytes} bytes of what was written last could not be read, and what they held is gone. All else is whole. npm run verify counts the snapshots that lead nowhere since; put back a copy of the folder if there is one.`;
}

function startProblem(error: unknown, { host, port, dataDir }: Settings): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (error instanceof DataDirError || error instanceof FormatError) return error.message;
  if (code === 'EADDRINUSE')
    return `${host}:${port} is in use by another program; stop that, or choose another port: PORT=${port + 1} npm start`;
  if (code === 'EACCES' && error instanceof Error && 'syscall' in error && error.syscall === 'listen')
    return `no permission to listen on port ${port}; choose one above 1023: PORT=8080 npm start`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EADDRNOTAVAIL')
    return `HOST is ${host}, which is no address of this machine; 127.0.0.1 is for this machine alone, 0.0.0.0 for all that reach it`;
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return `no permission: ${String(error)} (the data directory is ${dataDir})`;
  throw error;
}

/** The first signal ends what is running in order, a second one ends at once: everything that was acknowledged is stored. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(130);
    stopping = true;
    console.log('Finishing what is running; Ctrl-C again ends at once.');
    stop().then(
      () => process.exit(0),
      (error: unknown) => giveUp(`The end was not clean: ${String(error)}`),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
