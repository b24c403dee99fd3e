/** The kinds of pages: a story, or something that is served in place of one. */

/** `article`: a story. `wall`: consent, login, payment or a robot check. `error`: a soft 404. `index`: a list of stories. `stub`: too little. */
export const kinds = ['article', 'wall', 'error', 'index', 'stub'] as const;
export type Kind = (typeof kinds)[number];

/** Why a page is of its kind, in words that stay as they are, since they are stored and shown. `file`: a PDF or a picture. */
export const kindReasons = [
  'story-data',
  'running-text',
  'home-page',
  'list-of-links',
  'error-title',
  'error-text',
  'wall-title',
  'wall-text',
  'too-little-text',
  'no-text',
  'not-readable',
  'other-data',
  'file',
] as const;
export type KindReason = (typeof kindReasons)[number];
