/** A storage thread that says that it is open and then dies, of an error where its folder's name asks for one. */
import { parentPort, workerData } from 'node:worker_threads';

parentPort?.postMessage('open');
setImmediate(() => {
  if (workerData.dataDir.endsWith('error')) throw new Error('no space left');
  process.exit(0);
});
