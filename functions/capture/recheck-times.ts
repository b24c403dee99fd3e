/** When a story is looked at again, unless its feed says otherwise. */

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/** Milliseconds from an article's first capture. */
export const recheckAfterMs = [hourMs, 6 * hourMs, dayMs, 7 * dayMs];
