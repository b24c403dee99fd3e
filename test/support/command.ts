/** A command called in this process: what it prints, what it says beside that, and its exit status. */
import { Readable } from 'node:stream';
import { runCommand } from '../../functions/cli/run-command.ts';

export type Called = { status: number; out: string; err: string };

/** `input`: what it reads on standard input; a terminal at which nobody types, when there is none. */
export async function call(argv: string[], env: Record<string, string> = {}, input?: string): Promise<Called> {
  const written = { out: '', err: '' };
  const status = await runCommand(argv, {
    env,
    out: { write: (text: string) => (written.out += text) },
    err: { write: (text: string) => (written.err += text) },
    stdin: Object.assign(Readable.from(input === undefined ? [] : [input]), { isTTY: input === undefined }),
    now: Date.now,
    untilStopped: () => new Promise(() => undefined),
  });
  return { status, ...written };
}
