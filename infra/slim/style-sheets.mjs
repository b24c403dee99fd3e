/** linkedom's parser of style sheets, which nobody asks: extraction drops styles before linkedom sees the page. */
export function parse() {
  throw new Error('style sheets are not read');
}
