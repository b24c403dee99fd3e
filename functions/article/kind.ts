/** The kinds of pages: a story, or something that is served in place of one. */

/** `article`: a story. `wall`: consent, login, payment or a robot check. `error`: a soft 404. `index`: a list of stories. `stub`: too little. */
export type Kind = 'article' | 'wall' | 'error' | 'index' | 'stub';
