/**
 * Test settings. A test's project follows from what it imports: `process` has those that start processes, browsers or the CDK, die at
 * each call or work for many seconds; `archive` those that use an archive in this process; `unit` all others.
 */
import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

type Project = 'unit' | 'archive' | 'process';

const startsProcesses = /from '(node:child_process|playwright-core|[./]+support\/((use-)?process|close|stack)\.ts)'/;
/** Proofs of regular expressions, fuzzing, sites without end, what is tried often. */
const isSlow = /from '(recheck|[./]+support\/(fuzz|hostile-sites|often)\.ts)'/;
/** One run for each call at which a process may die or a service fail, and stories by the thousand. */
const runsOften = /\b(killingClients|putNewStories)\b/;
/** LevelDB belongs into a process: a thread that ends takes its code away from under it. */
const usesArchive = /from '[./]+(support\/(use|command)|functions\/store\/embedded-\w+)\.ts'/;

const files = globSync('test/**/*.test.ts').map((file) => file.replaceAll('\\', '/'));

/** `source`: the text of a test file. */
export function projectOf(source: string): Project {
  if ([startsProcesses, isSlow, runsOften].some((mark) => mark.test(source))) return 'process';
  return usesArchive.test(source) ? 'archive' : 'unit';
}

function project(name: Project, settings: object) {
  const include = files.filter((file) => projectOf(readFileSync(file, 'utf8')) === name);
  // Many times what any of them takes on an idle machine.
  const limits = { testTimeout: 60_000, hookTimeout: 30_000, expect: { poll: { timeout: 20_000 } } };
  return { test: { name, include, setupFiles: ['test/support/setup.ts'], ...limits, ...settings } };
}

export default defineConfig({
  test: {
    // By default one less than there are cores, which is one here and in CI.
    maxWorkers: 2,
    projects: [
      // Without isolation, modules are loaded once a worker, and its files share embedded services and a thread.
      project('unit', { pool: 'threads', isolate: false }),
      project('archive', { pool: 'forks', isolate: false }),
      project('process', { pool: 'forks', testTimeout: 240_000, hookTimeout: 120_000 }),
    ],
  },
});
