/** Of an `img` with all its attributes, the one address to keep: the picture that a reader on a wide screen would see. Pure. */

/** `width`: the `w` of the candidate, by which a browser sizes it; null without one. */
export type Chosen = { url: string; width: number | null };

/** Wide enough for a column of text on any screen. */
const enoughWidth = 1280;
/** Of a picture 112 pixels wide on a screen with three dots for each. */
const smallWidth = 320;
/** What scripts put into `src` when the picture comes into view. */
const lazySources = [
  'data-src',
  'data-original',
  'data-lazy-src',
  'data-lazy',
  'data-url',
  'data-image',
  'data-hi-res-src',
  'data-full-src',
];
const lazySets = ['data-srcset', 'data-lazy-srcset', 'data-original-set'];
const maxCandidates = 100;

/** Of no use where no script runs. */
export function isLazyName(attribute: string): boolean {
  return lazySources.includes(attribute) || lazySets.includes(attribute) || attribute === 'data-sizes';
}

export function isLazy(attributes: Record<string, string>): boolean {
  return [...lazySources, ...lazySets].some((name) => looksLikeAddress(attributes[name] ?? ''));
}

/** `sets`: of the `source` elements before it. Null for a pixel, and where nothing names a picture. */
export function choosePicture(attributes: Record<string, string>, sets: string[] = []): Chosen | null {
  if (isPixel(attributes)) return null;
  const lazySet = lazySets.map((name) => attributes[name]).find(Boolean);
  const lazy = lazySources.map((name) => attributes[name] ?? '').find(looksLikeAddress);
  const own = attributes.src?.trim() ?? '';
  const fromSet = [lazySet, attributes.srcset].map((set) => bestOf(set ?? '')).find((found) => found !== null);
  if (fromSet) return fromSet;
  if (lazy) return { url: lazy.trim(), width: null };
  if (own !== '' && !/^data:/i.test(own)) return { url: own, width: null };
  return sets.map(bestOf).find((found) => found !== null) ?? null;
}

/** All that an `img` may show, and of those with a width the narrowest that is enough for a list; null where the chosen one is. */
export function candidatesIn(
  attributes: Record<string, string>,
  sets: string[] = [],
): { all: string[]; small: string | null } {
  const named = [...lazySets.map((name) => attributes[name]), attributes.srcset, ...sets];
  const candidates = named.flatMap((set) => candidatesOf(set ?? '')).filter(({ url }) => !/^data:/i.test(url));
  const single = [...lazySources, 'src'].map((name) => attributes[name] ?? '').filter(looksLikeAddress);
  const sized = candidates.filter(({ width }) => width !== null && width >= smallWidth);
  const small = sized.toSorted((a, b) => (a.width ?? 0) - (b.width ?? 0))[0];
  return {
    all: [...candidates.map(({ url }) => url), ...single],
    small: small && (small.width ?? 0) < enoughWidth ? small.url : null,
  };
}

function isPixel({ width, height }: Record<string, string>): boolean {
  return [width, height].every((side) => side !== undefined && /^\s*[0-2](px)?\s*$/.test(side));
}

function looksLikeAddress(value: string): boolean {
  const text = value.trim();
  if (text === '' || /[\s{}]/.test(text)) return false;
  return /^(https?:)?\/\//i.test(text) || (/[./]/.test(text) && !/^[a-z][a-z0-9+-]*:/i.test(text));
}

/** The narrowest that is wide enough, else the widest. */
function bestOf(set: string): Chosen | null {
  const all = candidatesOf(set).filter(({ url }) => !/^data:/i.test(url));
  const sized = all.filter(({ width }) => width !== null).sort((a, b) => (a.width ?? 0) - (b.width ?? 0));
  const wide = sized.find(({ width }) => (width ?? 0) >= enoughWidth) ?? sized.at(-1);
  return wide ?? all[0] ?? null;
}

/** The standard's own way (HTML 4.8.4.2.1): commas may stand inside of an address, and in brackets of a descriptor. */
export function candidatesOf(set: string): Chosen[] {
  const found: Chosen[] = [];
  let rest = set;
  while (found.length < maxCandidates) {
    const start = rest.search(/[^\s,]/);
    if (start < 0) return found;
    const [url = ''] = /^\S+/.exec(rest.slice(start)) ?? [];
    rest = rest.slice(start + url.length);
    if (url.endsWith(',')) {
      let length = url.length;
      while (url[length - 1] === ',') length--;
      found.push({ url: url.slice(0, length), width: null });
      continue;
    }
    let depth = 0;
    let end = 0;
    for (; end < rest.length && (rest[end] !== ',' || depth > 0); end++) {
      if (rest[end] === '(') depth++;
      else if (rest[end] === ')') depth--;
    }
    const width = /(?:^|\s)(\d{1,6})w(?:\s|$)/.exec(rest.slice(0, end))?.[1];
    found.push({ url, width: width === undefined ? null : Number(width) });
    rest = rest.slice(end + 1);
  }
  return found;
}
