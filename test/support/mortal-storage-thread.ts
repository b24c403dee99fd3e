/** Preloaded into a command by NODE_OPTIONS: its storage thread ends as soon as the file that DIE_WHEN names is there. */
import { existsSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

const file = process.env.DIE_WHEN;
if (file && !isMainThread && workerData?.bucketName) {
  setInterval(() => {
    if (existsSync(file)) process.exit(0);
  }, 50).unref();
}
