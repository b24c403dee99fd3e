/** How long a text may be, in UTF-16 units: what is beyond is not kept as text, only in the snapshot. */
export const maxTextLength = 1_000_000;
