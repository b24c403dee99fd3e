/** The types of news that an archive tells apart. */
export const newsTypes = ['news', 'opinion', 'live', 'gallery', 'video'] as const;
export type NewsType = (typeof newsTypes)[number];
