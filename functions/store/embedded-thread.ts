/**
 * The thread in which the embedded services run. It answers the archive over its port and other processes of the same user over a
 * local socket: nothing here listens on a network. A thread of their own leaves the main one to the archive; together on one they
 * took half of its time.
 */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Call } from './embedded-call.ts';
import { openDynamodb } from './embedded-dynamodb.ts';
import type { FromThread, ToThread } from './embedded-port.ts';
import { openS3, openSqs } from './embedded-s3-sqs.ts';
import { listenOnSocket } from './embedded-socket.ts';

export type ThreadData = {
  dataDir: string;
  bucketName: string;
  queueName: string;
  visibilitySeconds: number;
  socketPath: string;
};

const port = parentPort;
if (!port) throw new Error('embedded-thread.ts runs only as a worker thread');
// What embedded-servers.ts passes.
const { dataDir, bucketName, queueName, visibilitySeconds, socketPath } = workerData as ThreadData;

const [dynamodb, s3, sqs] = await Promise.all([
  openDynamodb(join(dataDir, 'table')),
  openS3(join(dataDir, 'bucket'), bucketName),
  openSqs(queueName, visibilitySeconds),
]);
const parts = { dynamodb, s3, sqs };
const socket = await listenOnSocket(socketPath, answer);
port.on('message', (message: ToThread) => {
  if (message === 'close') void close();
  else void reply(message);
});
tell('open');

async function reply({ id, call }: Exclude<ToThread, 'close'>): Promise<void> {
  const { status, headers, body } = await answer(call);
  // A copy whose memory holds nothing else can be handed over; the port would copy all that lies beside.
  const own = Uint8Array.from(body);
  tell({ id, answer: { status, headers, body: own } }, [own.buffer]);
}

/** What a storage cannot do ends the thread, with its error as the reason: nothing that comes after could be trusted. */
function answer(call: Call): Promise<Answer> {
  return parts[call.service].answer(call);
}

async function close(): Promise<void> {
  await socket.close();
  await Promise.all([s3.close(), sqs.close()]);
  await dynamodb.close();
  tell('closed');
}

function tell(message: FromThread, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}
