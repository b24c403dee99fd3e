/** Runs `open-write-close.ts` as a process. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./open-write-close.ts', import.meta.url));

/** The exit status, or the signal that ended it. `ending`: closes what it opened, or leaves that to the end of the process. */
export function openWriteClose(dir: string, ending: 'end' | 'exit'): Promise<number | NodeJS.Signals | null> {
  const args = ['--disable-warning=ExperimentalWarning', script, dir, '6', ending];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  return new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
}
