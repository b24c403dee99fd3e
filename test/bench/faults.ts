/**
 * What happens to an archive, and what is left of it: killed, failed by its services, sent nonsense, and used by more than it can serve.
 * All but the load are tests, tried here as often as a night has time for.
 */
import { loadBench } from './faults-load.ts';
import { fullTests } from './full-tests.ts';

const parts: Record<string, () => Promise<unknown>> = {
  kill: () => fullTests('test/kill.test.ts'),
  calls: () => fullTests('test/faults.test.ts'),
  fuzz: () => fullTests('test/fuzz', '--testTimeout=1800000'),
  close: () => fullTests('test/store/close.test.ts'),
  windows: () => fullTests('test/reader/browser.test.ts'),
  lives: () => fullTests('test/search/lives.test.ts'),
  expressions: () => fullTests('test/extract/expressions.test.ts'),
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
