/** Quantiles, memory and tables for the benchmarks. */
import { readFileSync } from 'node:fs';

export function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/** Anonymous resident memory of a process in MB: what is not a mapped file. */
export function anonymousMb(pid: number): number {
  const kb = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1024;
}

export type Row = { measure: string; figure: string; wanted: string };

export function printTable(title: string, rows: Row[]): void {
  const width = (key: keyof Row) => Math.max(...rows.map((row) => row[key].length), key.length);
  const line = (row: Row) =>
    `| ${row.measure.padEnd(width('measure'))} | ${row.figure.padEnd(width('figure'))} | ${row.wanted.padEnd(width('wanted'))} |`;
  console.log(`\n${title}\n`);
  console.log(line({ measure: 'measure', figure: 'figure', wanted: 'wanted' }));
  console.log(
    `|${'-'.repeat(width('measure') + 2)}|${'-'.repeat(width('figure') + 2)}|${'-'.repeat(width('wanted') + 2)}|`,
  );
  for (const row of rows) console.log(line(row));
}
