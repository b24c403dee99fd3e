/**
 * The thread in which the embedded servers run: dynalite (DynamoDB on LevelDB) and fauxqs (S3 on SQLite, SQS in memory), on
 * loopback. A thread of their own leaves the main one to the archive; together on one they took half of its time.
 */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { startFauxqs } from 'fauxqs';
import { closeIteratorsAtTheirEnd } from './close-iterators.ts';

export type ThreadData = { dataDir: string; bucketName: string; queueName: string; visibilitySeconds: number };
export type Listening = { dynamodb: string; s3: string; sqs: string; queueUrl: string };

const port = parentPort;
if (!port) throw new Error('embedded-thread.ts runs only as a worker thread');
// What embedded.ts passes.
const { dataDir, bucketName, queueName, visibilitySeconds } = workerData as ThreadData;

closeIteratorsAtTheirEnd();
const table = dynalite({ path: join(dataDir, 'table'), createTableMs: 0 });
const [bucket, queue] = await Promise.all([
  startFauxqs({ port: 0, host: '127.0.0.1', logger: false, dataDir: join(dataDir, 'bucket') }),
  // Messages stay in memory: the table says what is due, and those of a process that is gone would only be duplicates of
  // what the start sweeps. Keeping them on disk cost three SQLite writes a capture.
  startFauxqs({ port: 0, host: '127.0.0.1', logger: false }),
  new Promise<void>((resolve, reject) => {
    table.once('error', reject);
    table.listen(0, '127.0.0.1', () => resolve());
  }),
]);
bucket.createBucket(bucketName);
queue.createQueue(queueName, { attributes: { VisibilityTimeout: String(visibilitySeconds) } });

port.once('message', () => {
  void close();
});
const sqs = `http://127.0.0.1:${queue.port}`;
port.postMessage({
  dynamodb: `http://127.0.0.1:${(table.address() as AddressInfo).port}`,
  s3: `http://127.0.0.1:${bucket.port}`,
  sqs,
  queueUrl: `${sqs}/000000000000/${queueName}`,
} satisfies Listening);

async function close(): Promise<void> {
  await Promise.all([bucket.stop(), queue.stop()]);
  await new Promise<void>((resolve, reject) => table.close((error) => (error ? reject(error) : resolve())));
  port?.postMessage('closed');
}
