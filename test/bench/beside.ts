/**
 * A benchmark of this tree and of an earlier commit, in turn, so that both meet the same machine: each figure's median here, there, and
 * how many times the other it is. `--only COMMIT,BENCH,PAIRS,PARTS…`; the commit is checked out in `.bench/COMMIT`, with its own packages.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printTable, quantile } from './measure.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What is measured -> the numbers that stand in its row, one list a run. */
type Measured = Map<string, number[][]>;

export async function bench([commit, name, pairs = '1', ...parts]: string[]): Promise<void> {
  if (!commit || !name) throw new Error('Say which: npm run bench -- beside --only COMMIT,BENCH,PAIRS');
  const there = checkOut(commit);
  const [ours, theirs]: [Measured, Measured] = [new Map(), new Map()];
  for (let pair = 0; pair < Number(pairs); pair++) {
    // Neither is always first: what a disk or a thermal limit does over time meets both.
    const turns: [string, Measured][] = [
      [root, ours],
      [there, theirs],
    ];
    for (const [folder, measured] of pair % 2 === 0 ? turns : turns.reverse()) {
      addRows(measured, runBench(folder, name, parts));
      console.log(`  pair ${pair + 1}: ${folder === root ? 'this tree' : commit} is done`);
    }
  }
  const rows = [...ours].flatMap(([measure, runs]) => {
    const others = theirs.get(measure);
    return others ? [{ measure, figure: `${compared(runs, others)}`, wanted: '' }] : [];
  });
  printTable(`${name} here / at ${commit} (ratio), medians of ${pairs} pairs (Node ${process.version})`, rows);
}

/** The folder of the commit, where its own packages are installed and its benches find ../shared as ours do. */
export function checkOut(commit: string): string {
  const folder = join(root, '.bench', commit);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  execFileSync('git', ['worktree', 'add', '--detach', folder, commit], { cwd: root, stdio: 'inherit' });
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  const shared = join(root, '.bench/shared');
  if (!existsSync(shared)) symlinkSync(join(root, '../shared'), shared);
  return folder;
}

function runBench(folder: string, name: string, parts: string[]): string {
  const only = parts.length > 0 ? ['--only', parts.join()] : [];
  return execFileSync('npm', ['run', '-s', 'bench', '--', name, ...only], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** Rows of the tables that were printed: their first two cells. */
function addRows(measured: Measured, output: string): void {
  for (const [, measure = '', figure = ''] of output.matchAll(/^\| (.+?) +\| (.+?) +\|/gm)) {
    const numbers = figure.match(/(?<![\w.])\d+(\.\d+)?/g)?.map(Number) ?? [];
    if (numbers.length > 0) measured.set(measure, [...(measured.get(measure) ?? []), numbers]);
  }
}

function compared(ours: number[][], theirs: number[][]): string {
  const count = Math.min(...[...ours, ...theirs].map((numbers) => numbers.length));
  return Array.from({ length: count }, (_, n) => {
    const [here, there] = [ours, theirs].map((runs) =>
      quantile(
        runs.map((numbers) => numbers[n] ?? Number.NaN),
        0.5,
      ),
    );
    return `${here} / ${there} (${((here ?? 0) / (there ?? 0)).toFixed(2)})`;
  }).join('; ');
}
