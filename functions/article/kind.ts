/** The kinds of pages: a story, or something that is served in place of one. */

/** `article`: a story. `wall`: consent, login, payment or a robot check. `error`: a soft 404. `index`: a list of stories. `stub`: too little. */
export const kinds = ['article', 'wall', 'error', 'index', 'stub'] as const;
export type Kind = (typeof kinds)[number];
