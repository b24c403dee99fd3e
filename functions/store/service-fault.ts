/** Whether an error is a service's that did not do its part: it may be away for days, and that says nothing of the work. */

/** What a service answers in part, and no more of it after several tries. */
export class ServiceFault extends Error {
  override name = 'ServiceFault';
}

/**
 * The SDK puts `$metadata` on every error of a call, those of the network too. A request that the service calls invalid is
 * ours: it will be so each time.
 */
export function isServiceFault(error: unknown): boolean {
  if (error instanceof ServiceFault) return true;
  return error instanceof Error && '$metadata' in error && error.name !== 'ValidationException';
}
