/** Queue and clock for one machine: what SQS, Lambda and EventBridge do on AWS. Jobs run side by side up to a limit. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Job } from '../store/job.ts';
import type { Message, Queue } from '../store/queue.ts';

export type RunnerDeps = {
  queue: Queue;
  work: (job: Job) => Promise<void>;
  /** What is done every so often, each by itself: the sweeper, the janitor. */
  every: { ms: number; task: () => Promise<unknown> }[];
  log: Log;
  maxJobs?: number;
  /** Of pictures, beside the others. */
  maxPictures?: number;
};

export type Runner = { stop(): Promise<void> };

const pollSeconds = 10;
const acknowledgeAfterMs = 50;
/** So many jobs for pictures wait here for one of their places; what is beyond them comes again. */
const maxWaiting = 2000;

/** Text never waits for pictures: these have places of their own, few, and stand aside while all are taken. */
export function startRunner({ queue, work, every, log, maxJobs = 12, maxPictures = 3 }: RunnerDeps): Runner {
  const stopping = new AbortController();
  const jobs = new Set<Promise<void>>();
  const pictures = new Set<Promise<void>>();
  const waiting: Message[] = [];
  /** Those at work and those that wait: a message that comes again meanwhile is of the same job. */
  const picturesOf = new Set<string>();
  const done: string[] = [];
  let flushTimer: NodeJS.Timeout | null = null;
  const loops = [receiveLoop(), ...every.map(({ ms, task }) => timerLoop(ms, task))];

  async function receiveLoop(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (jobs.size >= maxJobs) {
        await Promise.race(jobs);
        continue;
      }
      const messages = await receive(Math.min(10, maxJobs - jobs.size));
      for (const message of messages) {
        if (message.job?.kind === 'pictures') standAside(message, message.job.id);
        else void start(message, jobs);
      }
    }
    await Promise.all([...jobs, ...pictures]);
  }

  function start(message: Message, among: Set<Promise<void>>): Promise<void> {
    const job = handle(message).finally(() => among.delete(job));
    among.add(job);
    return job;
  }

  function standAside(message: Message, id: string): void {
    if (picturesOf.has(id) || waiting.length >= maxWaiting) return;
    picturesOf.add(id);
    waiting.push(message);
    nextPictures();
  }

  function nextPictures(): void {
    while (pictures.size < maxPictures && !stopping.signal.aborted) {
      const message = waiting.shift();
      if (!message) return;
      void start(message, pictures).finally(() => {
        if (message.job) picturesOf.delete(message.job.id);
        nextPictures();
      });
    }
  }

  async function receive(room: number): Promise<Message[]> {
    try {
      return await queue.receive(room, pollSeconds, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return [];
      log({ event: 'queue not read', error });
      await pause(1000);
      return [];
    }
  }

  async function handle({ job, body, receipt }: Message): Promise<void> {
    try {
      if (job) await work(job);
      else log({ event: 'message refused', body: body.slice(0, 200) });
      acknowledge(receipt);
    } catch (error) {
      // The message stays and the entry in DUE too: one of them brings the job back.
      log({ event: 'job failed', kind: job?.kind, id: job?.id, error });
    }
  }

  /** Several at once: a message that is deleted a little later does no harm, and each call costs. */
  function acknowledge(receipt: string): void {
    done.push(receipt);
    if (done.length >= 10) void flush();
    else flushTimer ??= setTimeout(() => void flush(), acknowledgeAfterMs);
  }

  async function flush(): Promise<void> {
    if (flushTimer) clearTimeout(flushTimer);
    flushTimer = null;
    const receipts = done.splice(0);
    try {
      await queue.done(receipts);
    } catch (error) {
      // They will be received again, and their jobs found done.
      log({ event: 'messages not deleted', error });
    }
  }

  async function timerLoop(ms: number, task: () => Promise<unknown>): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(ms);
      if (stopping.signal.aborted) return;
      try {
        await task();
      } catch (error) {
        log({ event: 'task failed', error });
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: stopping.signal });
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  }

  return {
    /** Takes no new jobs and waits for those that run. What waits is sent again after the next start. */
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await flush();
    },
  };
}
