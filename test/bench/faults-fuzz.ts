/** The fuzz tests, for longer than `npm test` gives them. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { printTable } from './measure.ts';

const runs = 20_000;

export async function fuzzBench(): Promise<void> {
  const started = Date.now();
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const child = spawn(process.execPath, [vitest, 'run', 'test/fuzz', '--testTimeout=1800000'], {
    env: { ...process.env, FUZZ_RUNS: String(runs) },
    stdio: 'inherit',
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  printTable('Fuzzing', [
    { measure: 'runs of each property', figure: `${runs}`, wanted: '' },
    { measure: 'status', figure: `${status}`, wanted: '0' },
    { measure: 'seconds', figure: `${Math.round((Date.now() - started) / 1000)}`, wanted: '' },
  ]);
}
