/** The rules that a robots.txt has for us + a URL -> whether it may be fetched (RFC 9309 2.2.2 and 2.2.3). Pure. */

/** `rules`: lines of `allow: pattern` and `disallow: pattern`. The longest that matches decides, of two as long the one that allows. */
export function allows(rules: string, url: string): boolean {
  const { pathname, search } = new URL(url);
  // Implicitly allowed (RFC 9309 2.2.2).
  if (pathname === '/robots.txt') return true;
  const path = upperEscapes(pathname + search);
  let decided = { length: 0, allow: true };
  for (const line of rules.split('\n')) {
    const [, kind, text = ''] = /^(allow|disallow): (.+)$/.exec(line) ?? [];
    if (kind === undefined) continue;
    const pattern = encoded(text);
    const allow = kind === 'allow';
    const decides = pattern.length > decided.length || (pattern.length === decided.length && allow);
    if (decides && matches(pattern, path)) decided = { length: pattern.length, allow };
  }
  return decided.allow;
}

/**
 * `*` stands for any characters, `$` at the end for the end of the path. The first place where a piece between stars fits is
 * as good as any later one, so the path is read once, whatever the pattern; a text is an ArrayLike, which tests count.
 */
export function matches(pattern: string, path: ArrayLike<string>): boolean {
  const toTheEnd = pattern.endsWith('$');
  const [start = '', ...pieces] = (toTheEnd ? pattern.slice(0, -1) : pattern).split('*');
  const end = toTheEnd ? pieces.pop() : undefined;
  if (!isAt(path, start, 0)) return false;
  let at = start.length;
  for (const piece of pieces) {
    const next = endOf(piece, path, at);
    if (next === null) return false;
    at = next;
  }
  if (!toTheEnd) return true;
  if (end === undefined) return at === path.length;
  return path.length - end.length >= at && isAt(path, end, path.length - end.length);
}

function isAt(path: ArrayLike<string>, piece: string, at: number): boolean {
  for (let i = 0; i < piece.length; i++) if (path[at + i] !== piece[i]) return false;
  return true;
}

/** Where the first `piece` from `from` on ends, or null; no character is read twice (Knuth, Morris and Pratt, 1977). */
function endOf(piece: string, path: ArrayLike<string>, from: number): number | null {
  if (piece === '') return from;
  const borders = bordersOf(piece);
  let fits = 0;
  for (let at = from; at < path.length; at++) {
    fits = extended(piece, borders, fits, path[at]);
    if (fits === piece.length) return at + 1;
  }
  return null;
}

/** Of each beginning of `piece`, how long the longest shorter beginning is that it ends with. */
function bordersOf(piece: string): number[] {
  const borders = [0];
  for (let at = 1; at < piece.length; at++) borders.push(extended(piece, borders, borders[at - 1] ?? 0, piece[at]));
  return borders;
}

/** How much of the beginning of `piece` fits when one more character is read after `fits` that did. */
function extended(piece: string, borders: number[], fits: number, character: string | undefined): number {
  let length = fits;
  while (length > 0 && piece[length] !== character) length = borders[length - 1] ?? 0;
  return piece[length] === character ? length + 1 : 0;
}

/** As URLs are written: characters beyond ASCII escaped, and escapes in capitals. */
function encoded(pattern: string): string {
  return upperEscapes(encodeURI(pattern.toWellFormed()).replaceAll('%25', '%'));
}

function upperEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (triplet) => triplet.toUpperCase());
}
