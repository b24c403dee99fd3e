/** A storage thread that says where it listens and then dies, of an error where its folder's name asks for one. */
import { parentPort, workerData } from 'node:worker_threads';

parentPort?.postMessage({ dynamodb: '', s3: '', sqs: '', queueUrl: '' });
setImmediate(() => {
  if (workerData.dataDir.endsWith('error')) throw new Error('no space left');
  process.exit(0);
});
