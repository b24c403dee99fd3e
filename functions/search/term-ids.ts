/**
 * Terms of many documents -> small numbers, and back in the order of their bytes. In scripts without spaces nearly all terms are one or
 * two characters: those are kept as one number each, which takes a third of the time that strings take (`npm run bench -- search`).
 */

/** Where terms are written to, each as often as it occurs. */
export type TermSink = {
  term(text: string): void;
  /** A term of one or two characters up to U+FFFF, surrogates apart, by their code units; 0 stands for no second. */
  short(first: number, second: number): void;
};

export type TermIds = {
  size(): number;
  /** The number of a term: how many there were before it. */
  ofTerm(text: string): number;
  ofShort(first: number, second: number): number;
  /** Ascending by UTF-8, as bytes that hold until the term after the next one is taken. */
  inOrder(): Generator<{ id: number; bytes: Uint8Array }>;
};

const smallest = 1 << 12;

export function makeTermIds(): TermIds {
  const texts = new Map<string, number>();
  /** Open addressing; a code is never 0, which marks a free place. */
  let codes = new Uint32Array(smallest);
  let ids = new Uint32Array(smallest);
  let shorts = 0;

  const placeOf = (code: number): number => {
    const mask = codes.length - 1;
    // Multiplied by a large odd number, neighbours among codes stand apart (Knuth, volume 3, section 6.4).
    let at = (Math.imul(code, 0x9e3779b1) >>> 7) & mask;
    while (codes[at] !== 0 && codes[at] !== code) at = (at + 1) & mask;
    return at;
  };

  function grow(): void {
    const [oldCodes, oldIds] = [codes, ids];
    codes = new Uint32Array(oldCodes.length * 2);
    ids = new Uint32Array(oldCodes.length * 2);
    for (let i = 0; i < oldCodes.length; i++) {
      const code = oldCodes[i] ?? 0;
      if (code === 0) continue;
      const at = placeOf(code);
      codes[at] = code;
      ids[at] = oldIds[i] ?? 0;
    }
  }

  return {
    size: () => texts.size + shorts,
    ofTerm(text) {
      const known = texts.get(text);
      if (known !== undefined) return known;
      const id = texts.size + shorts;
      texts.set(text, id);
      return id;
    },
    ofShort(first, second) {
      const code = ((first << 16) | second) >>> 0;
      const at = placeOf(code);
      if (codes[at] === code) return ids[at] ?? 0;
      const id = texts.size + shorts++;
      codes[at] = code;
      ids[at] = id;
      if (shorts * 2 > codes.length) grow();
      return id;
    },
    *inOrder() {
      // Code units up to U+FFFF, surrogates apart, have the order of their UTF-8.
      const inOrder = codes.filter((code) => code !== 0).sort();
      const longer = [...texts.keys()].sort();
      // Sorting by UTF-16 is native; where the two orders differ, it is a start.
      if (longer.some((text) => /[\uD800-\uDFFF]/.test(text))) longer.sort(byCodePoints);
      const [one, other] = [Buffer.alloc(6), Buffer.alloc(6)];
      let taken = 0;
      for (let at = 0; at < inOrder.length || taken < longer.length; ) {
        const code = inOrder[at];
        const text = longer[taken];
        if (code === undefined || (text !== undefined && isBefore(text, code))) {
          if (text === undefined) return;
          taken++;
          yield { id: texts.get(text) ?? 0, bytes: Buffer.from(text) };
        } else {
          const bytes = at++ % 2 === 0 ? one : other;
          yield { id: ids[placeOf(code)] ?? 0, bytes: bytes.subarray(0, writeShort(bytes, code)) };
        }
      }
    },
  };
}

/** Writes the UTF-8 of a code; its length. */
function writeShort(bytes: Uint8Array, code: number): number {
  const end = writeUnit(bytes, 0, code >>> 16);
  const second = code & 0xffff;
  return second === 0 ? end : writeUnit(bytes, end, second);
}

/** RFC 3629, section 3. */
function writeUnit(bytes: Uint8Array, at: number, unit: number): number {
  if (unit < 0x80) {
    bytes[at] = unit;
    return at + 1;
  }
  if (unit < 0x800) {
    bytes[at] = 0xc0 | (unit >> 6);
    bytes[at + 1] = 0x80 | (unit & 0x3f);
    return at + 2;
  }
  bytes[at] = 0xe0 | (unit >> 12);
  bytes[at + 1] = 0x80 | ((unit >> 6) & 0x3f);
  bytes[at + 2] = 0x80 | (unit & 0x3f);
  return at + 3;
}

/** True if a text comes before the characters of a code; they are never the same term. */
function isBefore(text: string, code: number): boolean {
  const first = text.codePointAt(0) ?? 0;
  if (first !== code >>> 16) return first < code >>> 16;
  // Up to here both have one code unit.
  const second = text.codePointAt(1) ?? 0;
  return second < (code & 0xffff);
}

/** The order of UTF-8 bytes is that of code points; that of UTF-16 differs from U+E000 on. */
function byCodePoints(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y)
      return x >= 0xd800 && y >= 0xd800
        ? (a.codePointAt(startAt(a, i)) ?? 0) - (b.codePointAt(startAt(b, i)) ?? 0)
        : x - y;
  }
  return a.length - b.length;
}

/** Where the character begins that code unit `i` is part of. */
function startAt(text: string, i: number): number {
  const unit = text.charCodeAt(i);
  return i > 0 && unit >= 0xdc00 && unit <= 0xdfff ? i - 1 : i;
}
