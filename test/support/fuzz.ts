/** What the fuzz tests throw at things: how often, and text and bytes that are nearly right. */
import fc from 'fast-check';
import { listOf } from './list-of.ts';

/** `FUZZ_RUNS`: how often a property is tried, in place of its usual number; for nights and the bench. */
export function fuzzRuns(usual: number): { numRuns: number } {
  const given = process.env.FUZZ_RUNS;
  if (given === undefined || given === '') return { numRuns: usual };
  if (!/^[1-9]\d{0,7}$/.test(given)) throw new Error(`FUZZ_RUNS must be a whole number from 1, not ${given}`);
  return { numRuns: Number(given) };
}

/** Characters that have broken parsers: ends of lines, NUL, half a pair, overrides, what folds to several, what is no space. */
const odd = [...listOf`\0 \ud800 \udfff \u202e ß İ ﷺ \u0301 ﹫ 😀 % \\`, '\r', '\n', '\u2028', '\ufeff'];

export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.constantFrom(...odd), { maxLength: 20 }).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom(...odd, 'a', '1', '.', '/'), fc.nat(10_000)).map(([text, times]) => text.repeat(times)),
);

/** Text of a grammar's words in any order, with anything between. */
export function soup(words: string[], maxLength = 40): fc.Arbitrary<string> {
  const part = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: anyText });
  return fc.oneof(
    fc.array(part, { maxLength }).map((parts) => parts.join('')),
    // One word, over and over: what nests too deep or grows too fast.
    fc.tuple(fc.constantFrom(...words), fc.nat(3000), part).map(([word, times, end]) => word.repeat(times) + end),
  );
}

type Change = { at: number; kind: 'cut' | 'flip' | 'insert' | 'repeat'; length: number; bytes: Uint8Array };
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('cut', 'flip', 'insert', 'repeat'),
  length: fc.nat(40),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});

/** Good bytes with a few places spoilt, and bytes that were never good. */
export function spoilt(...samples: (string | Uint8Array)[]): fc.Arbitrary<Uint8Array> {
  const whole = samples.map((sample) => (typeof sample === 'string' ? Buffer.from(sample) : Buffer.from(sample)));
  const changed = fc
    .tuple(fc.constantFrom(...whole), fc.array(change, { minLength: 1, maxLength: 5 }))
    .map(([bytes, changes]) => changes.reduce(apply, bytes));
  return fc.oneof(
    { weight: 6, arbitrary: changed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 600 }) },
    { weight: 1, arbitrary: anyText.map((text) => Buffer.from(text)) },
  );
}

function apply(bytes: Buffer, { at, kind, length, bytes: other }: Change): Buffer {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'cut':
      return Buffer.concat([before, after.subarray(length)]);
    case 'insert':
      return Buffer.concat([before, other, after]);
    case 'repeat':
      return Buffer.concat([before, ...Array.from({ length }, () => after.subarray(0, length)), after]);
    case 'flip':
      return Buffer.concat([
        before,
        Buffer.from(after.subarray(0, 1).map((byte) => byte ^ (other[0] ?? 1))),
        after.subarray(1),
      ]);
  }
}
