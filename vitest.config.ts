/** Test settings: files run in parallel, each test in real time against embedded servers. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // By default one less than there are cores, which is one here and in CI.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 30_000,
    setupFiles: ['test/support/setup.ts'],
  },
});
