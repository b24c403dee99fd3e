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
  console.log(`\n${title}\n`);
  console.log(
    markdownTable(
      ['measure', 'figure', 'wanted'],
      rows.map(({ measure, figure, wanted }) => [measure, figure, wanted]),
    ),
  );
}

/** A table whose columns are as wide as what they hold. */
export function markdownTable(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0), title.length));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}
