/** `npm start` and the commands as processes of their own, to be stopped and killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type Running = {
  process: ChildProcess;
  /** All it has written so far. */
  output(): string;
  /** The exit status, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
  kill(signal: NodeJS.Signals): void;
};

/** Runs a command as package.json does. `input`: what it reads on standard input. */
export function run(name: string, args: string[], env: Record<string, string>, input = ''): Running {
  const { PORT: _port, DATA_DIR: _dir, QUIET: _quiet, ...outer } = process.env;
  const child = spawn(process.execPath, [...commandOf(name), ...args], { cwd: root, env: { ...outer, ...env } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stdin.end(input);
  return {
    process: child,
    output: () => text,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))),
    kill: (signal) => child.kill(signal),
  };
}

/** The arguments that package.json runs a command with, heap limits and all, so that what is measured is what users start. */
function commandOf(name: string): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const script = scripts[name];
  if (!script) throw new Error(`package.json has no script ${name}`);
  return script.split(' ').slice(1);
}

export type RunningArchive = Running & { url: string };

/** Starts an archive and waits until it says where it listens; throws with its output when it ends before. */
export async function startProcess(env: Record<string, string>): Promise<RunningArchive> {
  const running = run('start', [], { PORT: '0', HOST_PAUSE_MS: '0', FETCH_ALLOW: '127.0.0.0/8', ...env });
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /listens on (http:\/\/\S+)/.exec(running.output())?.[1];
      if (found) resolve(found);
    };
    running.process.stdout?.on('data', look);
    void running.ended.then((status) => reject(new Error(`ended with ${status}: ${running.output()}`)));
  });
  return { ...running, url };
}
