#!/usr/bin/env node
/**
 * What `nightdesk` runs in a release, in plain JavaScript that an old Node reads, too: it says which Node is needed, and goes on as
 * the archive itself, with the flags that package.json gives the commands of a clone.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `nightdesk needs Node 22.19 or newer, and this is ${process.version}; install one from https://nodejs.org.`,
  );
  process.exit(2);
}

// Of the commands, these run for long: their heaps stay small.
const runsForLong = ['start', 'demo'].includes(process.argv[2] ?? '');
const args = [
  '--disable-warning=ExperimentalWarning',
  ...(runsForLong ? ['--max-old-space-size=160', '--max-semi-space-size=8'] : []),
  fileURLToPath(new URL('./main.mjs', import.meta.url)),
  ...process.argv.slice(2),
];

// In the place of this process where a system can do that, so that signals and the exit status are those of the archive.
if (process.platform !== 'win32') process.execve(process.execPath, [process.execPath, ...args], process.env);
const child = spawn(process.execPath, args, { stdio: 'inherit' });
// Windows gives Ctrl-C to both; this one waits for the other to finish.
process.on('SIGINT', () => undefined);
child.once('exit', (status) => process.exit(status ?? 1));
