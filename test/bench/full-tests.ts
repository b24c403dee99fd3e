/** Tests tried as often as a night has time for: what `npm test` tries a few times. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const fuzzRuns = 20_000;

export function fullTests(...args: string[]): Promise<unknown> {
  const env = { ...process.env, FULL: '1', FUZZ_RUNS: String(fuzzRuns) };
  const child = spawn(process.execPath, [vitest, 'run', ...args], { env, stdio: 'inherit' });
  return new Promise((resolve) => child.once('close', resolve));
}
