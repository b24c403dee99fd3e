/** The messages of the queue: what a worker is asked to do. Parsed once, here; a message of any other shape is refused. */
import * as v from 'valibot';

const jobSchema = v.strictObject({
  kind: v.picklist(['capture', 'recheck', 'purge', 'poll', 'pictures']),
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  /** Which entry of DUE the message was sent for; deleted when the job is done. */
  dueAt: v.pipe(v.string(), v.isoTimestamp()),
  /** How often it was sent, this message included. */
  sends: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** A slot that was reserved for it before it was sent back to wait, in epoch milliseconds. */
  slotMs: v.optional(v.pipe(v.number(), v.integer())),
});

export type Job = v.InferOutput<typeof jobSchema>;

/** In ASCII: queues differ in which characters they take, and one message that is refused would stop the sweeper. */
export function jobMessage({ kind, id, dueAt, sends, slotMs }: Job): string {
  return JSON.stringify({ kind, id, dueAt, sends, slotMs }).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Null when it is not one of ours, or of a version that this code does not know. */
export function parseJob(body: string): Job | null {
  try {
    const parsed = v.safeParse(jobSchema, JSON.parse(body));
    return parsed.success ? parsed.output : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
