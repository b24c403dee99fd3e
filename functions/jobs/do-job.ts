/** One message of the queue: the job that it is for, and the count of starts that never came to an end. */
import { captureJob } from '../capture/capture-job.ts';
import { recheckJob } from '../capture/recheck.ts';
import { purgeJob } from '../capture/takedown.ts';
import { pollJob } from '../feeds/poll.ts';
import type { PollDeps } from '../feeds/poll-deps.ts';
import type { AskPart } from '../pictures/fetch-parts.ts';
import { picturesJob } from '../pictures/pictures-job.ts';
import { noteStart, takeBackStart } from '../store/due.ts';
import type { Job } from '../store/job.ts';
import { isServiceFault } from '../store/service-fault.ts';

/** What any job may need. */
export type WorkDeps = PollDeps & { askPart: AskPart };

/**
 * Does the job and returns when its message may be deleted. Throws when a service failed: the message comes again. `receives`: how
 * often this message was handed out, where the queue says so.
 */
export function makeWorker(deps: WorkDeps): (job: Job, receives?: number) => Promise<void> {
  return (job, receives = 1) => (job.sends === 1 && receives === 1 ? work(deps, job) : workAgain(deps, job));
}

/** A job that may have been started before, and ended the process. A first start is counted by its absence: it costs no write. */
async function workAgain(deps: WorkDeps, job: Job): Promise<void> {
  try {
    if (await noteStart(deps.store.table, job)) await work(deps, job);
  } catch (error) {
    // A service that is away, for days perhaps, says nothing of the page.
    if (isServiceFault(error)) await endStart(deps, job);
    throw error;
  }
}

/** Best effort: the service that failed may be the table. It takes seven of these in a row to matter. */
async function endStart({ store, log }: WorkDeps, job: Job): Promise<void> {
  await takeBackStart(store.table, job).catch((error: unknown) =>
    log({ event: 'start not taken back', kind: job.kind, id: job.id, error }),
  );
}

function work(deps: WorkDeps, job: Job): Promise<void> {
  switch (job.kind) {
    case 'capture':
      return captureJob(deps, job);
    case 'recheck':
      return recheckJob(deps, job);
    case 'purge':
      return purgeJob(deps, job);
    case 'poll':
      return pollJob(deps, job);
    case 'pictures':
      return picturesJob(deps, job);
  }
}
