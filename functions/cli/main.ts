/** `nightdesk NAME ...`: the only file that runs. */
import { runCommand } from './run-command.ts';

const status = await runCommand(process.argv.slice(2), {
  env: process.env,
  out: process.stdout,
  err: process.stderr,
  stdin: process.stdin,
  now: Date.now,
  untilStopped,
});
// A command that could not go on may have left work that never ends, for example when its storage died.
if (status === 2) process.exit(2);
process.exitCode = status;

/** Resolves at the first signal to stop; a second one ends at once: everything that was acknowledged is stored. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const onSignal = () => {
      if (isStopping) process.exit(130);
      isStopping = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
