/** The rules of the house, read off the imports: one way, AWS in the store only, pure rooms pure, http for the wiring alone. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { version } from '../functions/version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which of a file's imports are read: all, or those that are there when it runs (`import type` leaves nothing). */
type Which = 'all' | 'at run time';

const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
const expression = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const thread = /\bnew URL\(\s*['"](\.[^'"]+\.ts)['"]\s*,\s*import\.meta\.url\s*\)/g;

/** Specifiers as they are written; a thread that a file starts counts as imported. */
function importsOf(file: string, which: Which): string[] {
  const source = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const statements = [...source.matchAll(statement)]
    .filter(([, type]) => which === 'all' || !type)
    .map(([, , path]) => path);
  const others = [...source.matchAll(expression), ...source.matchAll(thread)].map(([, path]) => path);
  return [...statements, ...others].filter((path) => path !== undefined);
}

/** The file that a relative specifier names, from the root; null for a package or a built-in module. */
function fileOf(from: string, specifier: string): string | null {
  return specifier.startsWith('.') ? relative(root, join(root, dirname(from), specifier)) : null;
}

function neighbours(file: string, which: Which): string[] {
  return importsOf(file, which)
    .map((specifier) => fileOf(file, specifier))
    .filter((path) => path !== null);
}

/** `start` and all that it imports, directly or not. */
function reachable(start: string[], which: Which): string[] {
  const seen = new Set(start);
  for (const file of seen) for (const next of neighbours(file, which)) seen.add(next);
  return [...seen].sort();
}

/** The first cycle, as the files along it; null where imports go one way. */
function cycle(files: string[]): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of neighbours(file, 'all')) {
      const found = visit(next, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return null;
  };
  for (const file of files) {
    const found = visit(file, []);
    if (found) return found;
  }
  return null;
}

/** The rooms of `functions/`, a floor a line, from the top: a file imports from floors below its own, and from its own room. */
const floors = [
  // The Lambda files put their function together; `cli/main.ts` does it for one machine.
  ['lambdas'],
  ['cli'],
  ['reader'],
  ['http'],
  ['jobs'],
  ['feeds', 'pictures'],
  ['capture'],
  ['fetch', 'extract', 'search'],
  ['store'],
  ['article'],
  ['formats'],
  ['roots'],
];
const lambdas = ['api', 'importer', 'worker', 'sweeper', 'indexer', 'lambda'].map((name) => `functions/${name}.ts`);

function roomOf(file: string): string {
  const [, room, ...inside] = file.split('/');
  if (inside.length > 0) return room ?? '';
  return lambdas.includes(file) ? 'lambdas' : 'roots';
}

const floorOf = (file: string) => floors.findIndex((rooms) => rooms.includes(roomOf(file)));

const files = globSync('functions/**/*.{ts,mjs}', { cwd: root })
  .filter((file) => !file.endsWith('.d.ts'))
  .sort();
const pure = reachable(
  [
    'functions/capture/extract.ts',
    'functions/feeds/parse.ts',
    'functions/feeds/discover.ts',
    'functions/feeds/entry-key.ts',
    ...files.filter((file) => file.startsWith('functions/formats/')),
  ],
  'at run time',
);

test('the walk finds files, imports of several lines, types and threads', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(neighbours('functions/capture/extract.ts', 'all')).toContain('functions/extract/prune.ts');
  expect(neighbours('functions/extract/find-kind.ts', 'all')).toContain('functions/article/norm.ts');
  expect(neighbours('functions/fetch/html-check.ts', 'all')).toContain('functions/problems.ts');
  expect(neighbours('functions/fetch/html-check.ts', 'at run time')).toEqual(['functions/formats/file-type.ts']);
  expect(neighbours('functions/jobs/extractor.ts', 'all')).toContain('functions/jobs/extraction-thread.ts');
  expect(pure).toContain('functions/extract/charset.ts');
});

test('every relative import names a file with its extension', () => {
  const dangling = files.flatMap((file) => neighbours(file, 'all').filter((next) => !existsSync(join(root, next))));
  expect(dangling).toEqual([]);
});

test('imports go one way', () => {
  expect(cycle(files)).toBeNull();
});

test('every room is on a floor, and no import runs up or across, types included', () => {
  const known = floors.flat();
  expect(files.filter((file) => !known.includes(roomOf(file)))).toEqual([]);
  const wrong = files.flatMap((file) =>
    neighbours(file, 'all')
      .filter(
        (next) => next.startsWith('functions/') && roomOf(next) !== roomOf(file) && floorOf(next) <= floorOf(file),
      )
      .map((next) => `${file} -> ${next}`),
  );
  expect(wrong).toEqual([]);
});

test('no room has more than 18 % of the lines', () => {
  const linesOf = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length;
  const all = files.reduce((sum, file) => sum + linesOf(file), 0);
  const shares = [...Map.groupBy(files, roomOf)].map(
    ([room, own]) => [room, own.reduce((sum, file) => sum + linesOf(file), 0) / all] as const,
  );
  expect(shares.filter(([, share]) => share > 0.18)).toEqual([]);
});

test('ARCHITECTURE.md lists the rooms from the top, with what each imports', () => {
  const rows = floors.flat().map((room) => {
    const own = files.filter((file) => roomOf(file) === room);
    const used = new Set(
      own
        .flatMap((file) => neighbours(file, 'all'))
        .filter((next) => next.startsWith('functions/'))
        .map(roomOf),
    );
    return [room, floors.flat().filter((other) => other !== room && other !== 'roots' && used.has(other))];
  });
  const table = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const written = [...table.matchAll(/^\| `functions\/(?:(\w+)\/|\*\.ts`, (\w+))[^|]*\|[^|]*\| ([^|]*?) *\|$/gm)].map(
    ([, folder, root, uses]) => [folder ?? root, uses === 'nothing' ? [] : (uses ?? '').split(', ')],
  );
  expect(written).toEqual(rows);
});

test('only the store knows AWS', () => {
  const knowing = files.filter((file) =>
    importsOf(file, 'all').some((specifier) => /^@(aws-sdk|smithy)\//.test(specifier)),
  );
  expect(knowing.filter((file) => !file.startsWith('functions/store/'))).toEqual([]);
  expect(knowing).not.toEqual([]);
});

test('the pure rooms do no input or output', () => {
  const effects = /^(node:(?!crypto$|net$|stream$|zlib$)|undici|@aws-sdk\/|fauxqs|dynalite)/;
  const impure = pure.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    return importsOf(file, 'at run time')
      .filter(
        (specifier) =>
          effects.test(specifier) ||
          (specifier === 'node:net' &&
            !/import \{ (BlockList|isIP)(, (BlockList|isIP))* \} from 'node:net'/.test(source)),
      )
      .map((specifier) => `${file}: ${specifier}`);
  });
  expect(impure).toEqual([]);
  expect(pure.filter((file) => /^functions\/(store|http)\//.test(file))).toEqual([]);
});

test('the pure rooms read no clock and no environment', () => {
  const reading = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bprocess\.env\b|\bMath\.random\(/;
  expect(pure.filter((file) => reading.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

test('every file begins by saying what it is', () => {
  expect(
    files.filter((file) => !file.endsWith('.mjs') && !readFileSync(join(root, file), 'utf8').startsWith('/**')),
  ).toEqual([]);
});

test('the version is that of package.json', () => {
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject({ version });
});
