/** Lambda: SQS -> one job per message, all of a batch side by side; those that fail come again by themselves. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workBatch } from './jobs/batch.ts';
import { makeExtractor } from './jobs/extractor.ts';
import { wireWorker } from './jobs/wire.ts';
import { clock, extractionThread, fetchSettings, lambdaLog, lambdaServices } from './lambda.ts';
import { parseJob } from './store/job.ts';
import type { Message } from './store/queue.ts';

const settings = fetchSettings(process.env);
const services = await lambdaServices(process.env);
const extractor = makeExtractor({ threadFile: extractionThread });
const { work } = wireWorker({ ...services, ...clock, extractor, settings });

export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const batch = Records.map(({ messageId, body, receiptHandle, attributes }) => ({
    ...{ job: parseJob(body), body, receipt: receiptHandle, messageId },
    receives: Number(attributes.ApproximateReceiveCount),
  }));
  const failed = await workBatch({ queue: services.queue, work: isDone, now: clock.now }, batch);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** A message that this code cannot read fails too, and ends in the dead-letter queue, where somebody sees it. */
async function isDone({ job, body, receives }: Message): Promise<boolean> {
  if (!job) {
    lambdaLog({ event: 'message refused', body: body.slice(0, 200) });
    return false;
  }
  try {
    await work(job, receives);
    return true;
  } catch (error) {
    lambdaLog({ event: 'job failed', kind: job.kind, id: job.id, error });
    return false;
  }
}
