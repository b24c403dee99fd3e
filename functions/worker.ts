/** Lambda: SQS -> one job per message, all of a batch side by side; those that fail come again by themselves. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { makeExtractor } from './jobs/extractor.ts';
import { wireWorker } from './jobs/wire.ts';
import { clock, extractionThread, fetchSettings, lambdaLog, lambdaServices } from './lambda.ts';
import { parseJob } from './store/job.ts';

const settings = fetchSettings(process.env);
const services = await lambdaServices(process.env);
const extractor = makeExtractor({ threadFile: extractionThread });
const { work } = wireWorker({ ...services, ...clock, extractor, settings });

export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    Records.map(async ({ messageId, body, attributes }) =>
      (await isDone(body, Number(attributes.ApproximateReceiveCount))) ? [] : [messageId],
    ),
  );
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

/** A message that this code cannot read fails too, and ends in the dead-letter queue, where somebody sees it. */
async function isDone(body: string, receives: number): Promise<boolean> {
  const job = parseJob(body);
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
