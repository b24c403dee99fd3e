/**
 * All regular expressions of the source are linear, whatever they are given: recheck derives each one's worst text and counts
 * steps at growing lengths. Those that are not are listed, with what bounds their text, and are run on the worst text of that length.
 * Of those whose proof takes long and was made before, each run proves some again, and FULL=1 all.
 */
import { fileURLToPath } from 'node:url';
import { check } from 'recheck';
import { expect, it } from 'vitest';
import { bounded, expressionsIn, isProven, literals, madeExpressions } from '../support/expressions.ts';
import { isFull } from '../support/often.ts';
import { seeded } from '../support/random.ts';

const folder = fileURLToPath(new URL('../../functions', import.meta.url));
const all = expressionsIn(folder);
/** Of the slow proofs that were made before, so many are made again. */
const share = 0.1;
const rowOf = ({ file, source }: { file: string; source: string }) =>
  bounded.find((row) => row.file === file && source.startsWith(row.source));

it('finds expressions wherever they stand, and nothing else', () => {
  const source = [
    'const a = b / c / d; // /no/',
    "const e = /yes[/]\\/1/g.test('/no/');",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source file
    'const f = `/no/ ${g.replace(/yes2/, `${/yes3/.source}`)} /no/`;',
    '/* /no/ */ if (x) return /yes4/u;',
    'const h = [/yes5/, (i) => /yes6/i.exec(i)];',
  ].join('\n');
  expect(literals(source).map((found) => `${found.source} ${found.flags}`)).toEqual([
    'yes[/]\\/1 g',
    'yes2 ',
    'yes3 ',
    'yes4 u',
    'yes5 ',
    'yes6 i',
  ]);
  expect(all.length).toBeGreaterThan(300);
  for (const { source: text, flags } of all) expect(() => new RegExp(text, flags)).not.toThrow();
});

const seed = Math.floor(Math.random() * 1e9);

it(`all are linear but those that are listed (seed ${seed})`, async () => {
  const random = seeded(seed);
  const found: string[] = [];
  const seen = new Set<string>();
  for (const expression of all.filter((each) => !rowOf(each))) {
    const { file, line, source, flags } = expression;
    if (seen.has(`${source} ${flags}`)) continue;
    seen.add(`${source} ${flags}`);
    if (isProven(expression) && !isFull && random() > share) continue;
    const { status } = await check(source, flags, { timeout: 20_000, attackTimeout: 2000, incubationTimeout: 2000 });
    if (status !== 'safe') found.push(`${file}:${line} ${status} ${source}`);
  }
  expect(found).toEqual([]);
});

it('an expression that changes is proven anew', () => {
  const proven = all.filter(isProven);
  expect(proven.length).toBeGreaterThan(20);
  for (const expression of proven) {
    expect(isProven({ ...expression, source: `${expression.source}x?` })).toBe(false);
    expect(isProven({ ...expression, flags: `${expression.flags}d` })).toBe(false);
  }
});

it('sees one that is quadratic', async () => {
  expect((await check('\\s+$', '')).status).toBe('vulnerable');
});

it('each that is listed takes under a second for the worst text of its length', async () => {
  for (const expression of all) {
    const { source, flags, file, line } = expression;
    const row = rowOf(expression);
    if (!row) continue;
    const found = await check(source, flags, { timeout: 20_000 });
    if (found.status !== 'vulnerable') continue;
    const { pumps, suffix } = found.attack;
    const pumped = pumps.map(({ prefix, pump }) => prefix + pump.repeat(row.most / Math.max(1, pump.length)));
    const text = `${pumped.join('').slice(0, row.most)}${suffix}`;
    // Of the processor's time, since others may use the machine.
    const before = process.cpuUsage();
    text.replace(new RegExp(source, flags), '');
    expect(process.cpuUsage(before).user / 1000, `ms, ${file}:${line}`).toBeLessThan(1000);
  }
});

it('each that is listed is there', () => {
  expect(bounded.filter((row) => !all.some((each) => rowOf(each) === row))).toEqual([]);
});

it('those that are put together from strings are known', () => {
  const counts = Object.entries(Object.groupBy(madeExpressions(folder), ({ file }) => file));
  expect(Object.fromEntries(counts.map(([file, lines]) => [file, lines?.length]))).toEqual({
    'extract/declutter.ts': 1,
    'extract/notices.ts': 2,
    'feeds/dates.ts': 3,
    'feeds/markup.ts': 2,
    'feeds/tags.ts': 1,
    'formats/write-document.ts': 2,
    'search/fold.ts': 1,
    'search/letter-variants.ts': 1,
    'store/feeds.ts': 1,
    'white-space.ts': 2,
  });
});
