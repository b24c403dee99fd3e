/** The shape of a command and of its input: arguments, environment, outputs, clock. A command reads and ends nothing else. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { codeOf } from '../error-code.ts';

export type Output = { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined };
export type Input = AsyncIterable<Uint8Array | string> & { isTTY?: boolean | undefined };

export type Context = {
  env: Record<string, string | undefined>;
  /** Results: what a pipe wants to read. */
  out: Output;
  /** Everything else than results. */
  err: Output;
  stdin: Input;
  now: () => number;
  /** Resolves when the user or the system asks the command to end; asked for by those that run until then. */
  untilStopped: () => Promise<void>;
};

/**
 * The exit status: 0 when all that was asked for is done, 1 when some of it failed, 2 when it could not begin. Faults that the user can
 * put right are thrown; `main.ts` says them and ends with 2.
 */
export type Run = (args: string[], context: Context) => Promise<number>;

/** Arguments that the command does not take; the message says what is wrong. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export function print({ out }: Pick<Context, 'out'>, line: string): void {
  out.write(`${line}\n`);
}

export function say({ err }: Pick<Context, 'err'>, line: string): void {
  err.write(`${line}\n`);
}

export function printJson(context: Pick<Context, 'out'>, value: unknown): void {
  print(context, JSON.stringify(value, null, 2));
}

/** Throws UsageError for an argument that the command does not take. */
export function readArguments<const T extends ParseArgsConfig>(
  args: string[],
  config: T,
): ReturnType<typeof parseArgs<T & { args: string[] }>> {
  try {
    return parseArgs({ ...config, args });
  } catch (error) {
    if (error instanceof Error && codeOf(error)?.startsWith('ERR_PARSE_ARGS'))
      throw new UsageError(error.message.replace(/\.? To specify a positional argument.*$/s, '').replace(/\.?$/, '.'));
    throw error;
  }
}
