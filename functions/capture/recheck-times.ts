/** When a story is looked at again, unless its feed says otherwise. */
import { dayMs, hourMs } from '../durations.ts';

/** Milliseconds from an article's first capture. */
export const recheckAfterMs = [hourMs, 6 * hourMs, dayMs, 7 * dayMs];
