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

function isWiring(file: string): boolean {
  return /^functions\/([^/]+|cli\/.*)$/.test(file);
}

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
  expect(neighbours('functions/capture/extract.ts', 'all')).toContain('functions/capture/prune.ts');
  expect(neighbours('functions/capture/kind.ts', 'all')).toContain('functions/capture/norm.ts');
  expect(neighbours('functions/capture/html-check.ts', 'all')).toEqual(['functions/problems.ts']);
  expect(neighbours('functions/capture/html-check.ts', 'at run time')).toEqual([]);
  expect(neighbours('functions/capture/extractor.ts', 'all')).toContain('functions/capture/extraction-thread.ts');
  expect(pure).toContain('functions/capture/charset.ts');
});

test('every relative import names a file with its extension', () => {
  const dangling = files.flatMap((file) => neighbours(file, 'all').filter((next) => !existsSync(join(root, next))));
  expect(dangling).toEqual([]);
});

test('imports go one way', () => {
  expect(cycle(files)).toBeNull();
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

test('nothing but the wiring imports http', () => {
  const importing = files.filter((file) => neighbours(file, 'all').some((next) => next.startsWith('functions/http/')));
  expect(importing.filter((file) => !isWiring(file) && !file.startsWith('functions/http/'))).toEqual([]);
  expect(importing).not.toEqual([]);
});

test('nothing imports the wiring of a process', () => {
  const entries = ['functions/api.ts', 'functions/worker.ts', 'functions/sweeper.ts', 'functions/indexer.ts', 'start'];
  expect(
    files.filter((file) => !isWiring(file) && neighbours(file, 'all').some((next) => entries.includes(next))),
  ).toEqual([]);
});

test('every file begins by saying what it is', () => {
  expect(
    files.filter((file) => !file.endsWith('.mjs') && !readFileSync(join(root, file), 'utf8').startsWith('/**')),
  ).toEqual([]);
});

test('the version is that of package.json', () => {
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject({ version });
});
