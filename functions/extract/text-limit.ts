/** How much of a story is kept, in UTF-16 units; only the snapshot has the rest. */
export const maxTextLength = 1_000_000;
/** The same story with its marks: whole lines of it, as many as fit. */
export const maxHtmlLength = 1_500_000;
