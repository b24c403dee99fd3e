/** What is kept of the looks of a page. */

/** `story`: styles, fonts and the pictures of the story; `page`: all of the page. */
export type Pictures = 'off' | 'story' | 'page';
