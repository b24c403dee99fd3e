/**
 * What happens to an archive, and what is left of it: killed, failed by its services, sent nonsense, and used by more than it can serve.
 * All but the load are tests, tried here as often as a night has time for.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadBench } from './faults-load.ts';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const fuzzRuns = 20_000;

const parts: Record<string, () => Promise<unknown>> = {
  kill: () => fullTests('test/kill.test.ts'),
  calls: () => fullTests('test/faults.test.ts'),
  pages: () => fullTests('test/extract/crafted-pages.test.ts'),
  fuzz: () => fullTests('test/fuzz', '--testTimeout=1800000'),
  close: () => fullTests('test/store/close.test.ts'),
  load: () => loadBench({ clients: 200, seconds: 300 }),
};

export async function bench(only: string[]): Promise<void> {
  for (const name of only.length > 0 ? only : Object.keys(parts)) {
    const part = parts[name];
    if (!part) throw new Error(`there is no part ${name}; there are ${Object.keys(parts).join(', ')}`);
    console.log(`\n${name}`);
    await part();
  }
}

function fullTests(...args: string[]): Promise<unknown> {
  const env = { ...process.env, FULL: '1', FUZZ_RUNS: String(fuzzRuns) };
  const child = spawn(process.execPath, [vitest, 'run', ...args], { env, stdio: 'inherit' });
  return new Promise((resolve) => child.once('close', resolve));
}
