/** An extraction thread that hangs on pages titled HANG, after their metadata, and dies of those titled DIE. */
import { parentPort } from 'node:worker_threads';
import { extract } from '../../functions/capture/extract.ts';
import type { ThreadRequest } from '../../functions/jobs/extraction-thread.ts';

parentPort?.on('message', ({ body, input }: ThreadRequest) => {
  const extracted = extract(body, input);
  if (extracted.title === 'DIE') process.exit(1);
  parentPort?.postMessage({ step: 'metadata', metadata: { ...extracted, title: 'kept metadata' }, charset: 'utf-8' });
  if (extracted.title === 'HANG') for (;;);
  parentPort?.postMessage({ step: 'all', extracted });
});
