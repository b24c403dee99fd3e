/** The queue of jobs: send, receive, done. It only makes things fast; the table makes them safe. */
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export type Queue = ReturnType<typeof makeQueue>;
export type Message = { body: string; receipt: string };

/** SQS delays a message by at most this. */
export const maxDelaySeconds = 900;
/** SQS's own limit per call. */
const batchMax = 10;

export function makeQueue(client: SQSClient, url: string) {
  async function send(body: string, delaySeconds = 0): Promise<void> {
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, DelaySeconds: delaySeconds }));
  }

  async function sendMany(messages: { body: string; delaySeconds?: number }[]): Promise<void> {
    for (let i = 0; i < messages.length; i += batchMax) {
      const entries = messages
        .slice(i, i + batchMax)
        .map(({ body, delaySeconds = 0 }, n) => ({ Id: String(n), MessageBody: body, DelaySeconds: delaySeconds }));
      const reply = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));
      const failed = reply.Failed?.[0];
      if (failed) throw new Error(`the queue did not take a message: ${failed.Code} ${failed.Message ?? ''}`);
    }
  }

  /** Up to `max` (at most 10) messages, waiting up to `waitSeconds` (at most 20) for the first. */
  async function receive(max: number, waitSeconds: number, signal?: AbortSignal): Promise<Message[]> {
    const reply = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(max, batchMax),
        WaitTimeSeconds: waitSeconds,
      }),
      signal ? { abortSignal: signal } : {},
    );
    return (reply.Messages ?? []).map((m) => ({ body: m.Body ?? '', receipt: m.ReceiptHandle ?? '' }));
  }

  async function done(receipts: string[]): Promise<void> {
    for (let i = 0; i < receipts.length; i += batchMax) {
      const entries = receipts.slice(i, i + batchMax).map((receipt, n) => ({ Id: String(n), ReceiptHandle: receipt }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries }));
    }
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
