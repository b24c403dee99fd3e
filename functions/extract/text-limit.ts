/** The longest text that is kept, in UTF-16 units; only the snapshot has the rest. */
export const maxTextLength = 1_000_000;
