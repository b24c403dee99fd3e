/** The queue of jobs: send, receive, done. It only makes things fast; the table makes them safe. */
import {
  type BatchResultErrorEntry,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Job, jobMessage, parseJob } from './job.ts';
import { ServiceFault } from './service-fault.ts';

export type Queue = ReturnType<typeof makeQueue>;
/** `job`: null for a message that is not one of ours. `receives`: how often it was handed out, with this time. */
export type Message = { job: Job | null; body: string; receipt: string; receives: number };

/** SQS delays a message by at most this. */
export const maxDelaySeconds = 900;
/** SQS's own limit per call. */
const batchMax = 10;
const batchTries = 3;

export function makeQueue(client: SQSClient, url: string) {
  async function send(job: Job, delaySeconds = 0): Promise<void> {
    const message = { MessageBody: jobMessage(job), DelaySeconds: delaySeconds };
    await client.send(new SendMessageCommand({ QueueUrl: url, ...message }));
  }

  /** Those that the queue refuses are sent again; throws when some are left, after all others have been sent. */
  async function sendMany(messages: { job: Job; delaySeconds?: number }[]): Promise<void> {
    await inBatches('take', messages, async (some) => {
      const Entries = some.map(([Id, { job, delaySeconds = 0 }]) => ({
        Id,
        MessageBody: jobMessage(job),
        DelaySeconds: delaySeconds,
      }));
      return (await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))).Failed;
    });
  }

  /** Up to `max` (at most 10) messages, waiting up to `waitSeconds` (at most 20) for the first. */
  async function receive(max: number, waitSeconds: number, signal?: AbortSignal): Promise<Message[]> {
    const reply = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(max, batchMax),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
      signal ? { abortSignal: signal } : {},
    );
    return (reply.Messages ?? []).map(({ Body = '', ReceiptHandle = '', Attributes }) => ({
      job: parseJob(Body),
      body: Body,
      receipt: ReceiptHandle,
      receives: Number(Attributes?.ApproximateReceiveCount ?? 1),
    }));
  }

  /** As `sendMany`: what is left when it throws is received again. */
  async function done(receipts: string[]): Promise<void> {
    await inBatches('delete', receipts, async (some) => {
      const Entries = some.map(([Id, ReceiptHandle]) => ({ Id, ReceiptHandle }));
      return (await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }))).Failed;
    });
  }

  /** Roughly how many messages wait to be received. */
  async function backlog(): Promise<number> {
    const reply = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(reply.Attributes?.ApproximateNumberOfMessages ?? 0);
  }

  return { send, sendMany, receive, done, backlog };
}

/** Calls with ten at a time, each under its number, and again with those that failed: SQS answers for each by itself. */
async function inBatches<T>(
  verb: string,
  all: T[],
  call: (some: [id: string, one: T][]) => Promise<BatchResultErrorEntry[] | undefined>,
): Promise<void> {
  let failed: BatchResultErrorEntry[] = [];
  let ask = all.map((one, n): [string, T] => [String(n), one]);
  for (let tries = 0; ask.length > 0 && tries < batchTries; tries++) {
    failed = [];
    for (let i = 0; i < ask.length; i += batchMax) failed.push(...((await call(ask.slice(i, i + batchMax))) ?? []));
    const isLeft = new Set(failed.map(({ Id }) => Id));
    ask = ask.filter(([id]) => isLeft.has(id));
  }
  const [first] = failed;
  if (first)
    throw new ServiceFault(`the queue did not ${verb} ${ask.length} messages: ${first.Code} ${first.Message ?? ''}`);
}
