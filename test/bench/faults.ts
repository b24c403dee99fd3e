/** What happens to an archive, and what is left of it: killed, failed by its services, sent nonsense, and used by more than it can serve. */
import { callsBench, messagesBench } from './faults-calls.ts';
import { closeBench } from './faults-close.ts';
import { fuzzBench } from './faults-fuzz.ts';
import { killBench } from './faults-kill.ts';
import { loadBench } from './faults-load.ts';

const parts: Record<string, () => Promise<void>> = {
  kill: killBench,
  calls: callsBench,
  messages: messagesBench,
  fuzz: fuzzBench,
  close: closeBench,
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
