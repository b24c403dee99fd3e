/**
 * How good the tests are: small faults are put into the source, one at a time, in a copy of the repository, and the tests that import the
 * changed file are run, but for those that start processes. A fault that no test sees is a test that is missing, or code that does nothing.
 * `--only COUNT,SEED`, and `--only COUNT,SEED,COMMIT` for an earlier commit with its own tests.
 */
import { spawn } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectOf } from '../../vitest.config.ts';
import { seeded } from '../support/random.ts';
import { checkOut } from './beside.ts';
import { printTable } from './measure.ts';

const thisTree = fileURLToPath(new URL('../../', import.meta.url));
/** A fault that makes a test wait for ever is seen, too. */
const mostMs = 900_000;
const notCopied = ['node_modules', 'dist', 'cdk.out', 'data', '.git'];
/** Run by threads, which no test imports: what starts them stands for them. */
const startedBy: [RegExp, string][] = [
  [/^functions\/store\/embedded-(call|dynamodb|port|s3-sqs|thread|socket)\.ts$/, 'functions/store/embedded-servers.ts'],
  [/^functions\/jobs\/extraction-thread\.ts$/, 'functions/jobs/extractor.ts'],
];

type Mutant = { file: string; line: number; before: string; after: string; source: string };

/** What is written -> what is written in its place. Biome puts spaces around operators, and none into types. */
const swaps: [RegExp, (found: string) => string][] = [
  [/ (===|!==) /g, (text) => (text === ' === ' ? ' !== ' : ' === ')],
  [/ (<|<=|>|>=) /g, (text) => (text.includes('=') ? text.replace('=', '') : `${text.trimEnd()}= `)],
  [/ (&&|\|\|) /g, (text) => (text === ' && ' ? ' || ' : ' && ')],
  [/ [+-] (?=[\w(])/g, (text) => (text === ' + ' ? ' - ' : ' + ')],
  [/\b\d[\d_]*\b(?!\.)/g, (text) => String(Number(text.replaceAll('_', '')) + 1)],
  [/\b(true|false)\b/g, (text) => (text === 'true' ? 'false' : 'true')],
  [/\.(some|every)\(/g, (text) => (text === '.some(' ? '.every(' : '.some(')],
  [/\bMath\.(min|max)\(/g, (text) => (text === 'Math.min(' ? 'Math.max(' : 'Math.min(')],
  [/(?<=[(,&|=?:] ?|return )!(?=\w)/g, () => ''],
  [/^ +(await )?\w[\w.]*\([^\n]*\);$/gm, () => ''],
];

export async function bench(only: string[]): Promise<void> {
  const [count = 60, seed = Date.now() % 1e6] = only.slice(0, 2).map(Number);
  const root = only[2] === undefined ? thisTree : checkOut(only[2]);
  const folders = Array.from({ length: Math.min(2, availableParallelism()) }, () => copyRepository(root));
  const mutants = drawMutants(root, { count, random: seeded(seed) });
  await control(folders[0] ?? '');
  // Its own room's tests see most, and are few.
  const left = await sift(folders, mutants, (folder, { file }) => passes(folder, ['run', roomOf(file)]));
  const survivors = await sift(folders, left, (folder, { file }) => {
    const [, starter] = startedBy.find(([files]) => files.test(file)) ?? [];
    const related = ['related', '--run', file, ...(starter ? [starter] : [])];
    return passes(folder, [...related, '--exclude', `${roomOf(file)}*`]);
  });
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  printTable(`Mutants${only[2] === undefined ? '' : ` at ${only[2]}`} (seed ${seed})`, [
    { measure: 'tried', figure: String(mutants.length), wanted: '' },
    { measure: 'seen by the tests of their room', figure: String(mutants.length - left.length), wanted: '' },
    { measure: 'seen by other tests', figure: String(left.length - survivors.length), wanted: '' },
    { measure: 'seen by none', figure: String(survivors.length), wanted: '0, or code that does not matter' },
  ]);
}

/** Where its tests are: a folder, or one file for those that stand alone. */
function roomOf(file: string): string {
  const [, room = '', ...inside] = file.split('/');
  return inside.length > 0 ? `test/${room}/` : `test/${room.replace('.ts', '.test.ts')}`;
}

/** Without a fault all must pass, or every mutant would look caught. */
async function control(folder: string): Promise<void> {
  const passed = await passes(folder, ['related', '--run', 'functions/cli/sample-site.ts']);
  if (!passed) throw new Error('the tests fail without a fault in the source');
}

/** Those that the tests did not see. */
async function sift(
  folders: string[],
  mutants: Mutant[],
  survives: (folder: string, mutant: Mutant) => Promise<boolean>,
): Promise<Mutant[]> {
  const waiting = [...mutants];
  const survivors: Mutant[] = [];
  await Promise.all(
    folders.map(async (folder) => {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const path = join(folder, mutant.file);
        const original = readFileSync(path);
        writeFileSync(path, mutant.source);
        const isLeft = await survives(folder, mutant);
        writeFileSync(path, original);
        if (isLeft) survivors.push(mutant);
        const { file, line, before, after } = mutant;
        console.log(`  ${isLeft ? 'NOT SEEN' : 'seen    '} ${file}:${line}  ${before}  ->  ${after || 'nothing'}`);
      }
    }),
  );
  return survivors;
}

/** Every room as often as the others, and within it every place. */
function drawMutants(root: string, { count, random }: { count: number; random: () => number }): Mutant[] {
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;
  const files = globSync('functions/**/*.ts', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
  // Lambda files are seen by the end-to-end test alone, which needs all bundles anew.
  const inRooms = files.filter((file) => file.split('/').length > 2 || /\/(settings|log|problems)\.ts$/.test(file));
  const rooms = [...Map.groupBy(inRooms.sort(), roomOf).values()];
  return Array.from({ length: count }, (_, n) => {
    const places = (rooms[n % rooms.length] ?? []).flatMap((file) => placesIn(root, file));
    return pick(places);
  });
}

function placesIn(root: string, file: string): Mutant[] {
  const source = readFileSync(join(root, file), 'utf8');
  const code = withoutTexts(source);
  return swaps.flatMap(([expression, swap]) =>
    [...code.matchAll(expression)].flatMap(({ 0: found, index }) => {
      const written = source.slice(index, index + found.length);
      const line = source.slice(0, index).split('\n').length;
      const from = source.lastIndexOf('\n', index) + 1;
      const to = source.indexOf('\n', index + found.length);
      const changed = source.slice(0, index) + swap(written) + source.slice(index + found.length);
      const after = changed.slice(from, to - found.length + swap(written).length).trim();
      return [{ file, line, before: source.slice(from, to).trim(), after, source: changed }];
    }),
  );
}

/** Comments, texts and imports as spaces: what stands there is no operator. */
function withoutTexts(source: string): string {
  const texts =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|^import [^;]*;/gm;
  return source.replace(texts, (text) => text.replace(/[^\n]/g, ' '));
}

function passes(folder: string, args: string[]): Promise<boolean> {
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const tests = globSync('test/**/*.test.ts', { cwd: folder });
  const slow = tests.filter((file) => projectOf(readFileSync(join(folder, file), 'utf8')) === 'process');
  const all = [vitest, ...args, ...slow.flatMap((file) => ['--exclude', file]), '--bail', '1', '--passWithNoTests'];
  const child = spawn(process.execPath, [...all, '--maxWorkers', '1'], { cwd: folder, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), mostMs);
  return new Promise((resolve) =>
    child.once('close', (status) => {
      clearTimeout(timer);
      resolve(status === 0);
    }),
  );
}

function copyRepository(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-mutants-'));
  for (const name of readdirSync(root).filter((name) => !notCopied.includes(name)))
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
