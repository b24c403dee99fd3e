/** `npm run docs`: writes the parts of docs/ that are made from the code, each between two markers that name it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../functions/cli/run-command.ts';
import { aboutProblem, type ProblemCode, problemCodes } from '../functions/problems.ts';
import { settingRows } from '../functions/settings-table.ts';
import { problemNotes } from './problem-notes.ts';

/** The pages with a made part, from the root of the repository, and the name of that part. */
const parts: { page: string; name: string; make: () => string | Promise<string> }[] = [
  { page: 'docs/problems.md', name: 'request problems', make: () => problemTable((code) => !isOfCapture(code)) },
  { page: 'docs/problems.md', name: 'capture problems', make: () => problemTable(isOfCapture) },
  { page: 'docs/settings.md', name: 'settings', make: settingTable },
  { page: 'docs/commands.md', name: 'commands', make: commandTexts },
];

export const generatedPages = [...new Set(parts.map(({ page }) => page))];

/** The text of a page with its made parts as the code has them now. Throws Error when a marker is missing. */
export async function generated(page: string, text: string): Promise<string> {
  let result = text;
  for (const { name, make } of parts.filter((part) => part.page === page)) {
    const [begin, end] = [`<!-- begin ${name}: npm run docs -->`, `<!-- end ${name} -->`];
    const [before, after] = [result.indexOf(begin), result.indexOf(end)];
    if (before < 0 || after < before) throw new Error(`${page} lacks the markers of ${name}: ${begin} and ${end}`);
    result = `${result.slice(0, before + begin.length)}\n\n${(await make()).trimEnd()}\n\n${result.slice(after)}`;
  }
  return result;
}

/** Codes from `url-refused` on say how a capture or a poll ended; `functions/problems.ts` lists them last. */
function isOfCapture(code: ProblemCode): boolean {
  return problemCodes.indexOf(code) >= problemCodes.indexOf('url-refused');
}

function problemTable(belongs: (code: ProblemCode) => boolean): string {
  const rows = problemCodes.filter(belongs).map((code) => {
    const { status, title, retry } = aboutProblem(code);
    const note = problemNotes[code];
    return [
      `\`${code}\``,
      String(status),
      note ? `${title}. ${note}` : title,
      ...(isOfCapture(code) ? [retry ? 'yes' : 'no'] : []),
    ];
  });
  const head = ['code', 'status', 'meaning', ...(rows[0]?.length === 4 ? ['tried again'] : [])];
  return table(head, rows);
}

function settingTable(): string {
  return table(
    ['variable', 'default', 'takes', 'meaning'],
    settingRows.map(({ name, byDefault, takes, means }) => [
      `\`${name}\``,
      byDefault === null ? '' : `\`${byDefault}\``,
      takes,
      means,
    ]),
  );
}

/** A table as `npm run format` leaves it: cells of a column are of one width. */
function table(head: string[], rows: string[][]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}

/** The help of each command under a heading of its own, in the order in which `nightdesk --help` lists them. */
async function commandTexts(): Promise<string> {
  const names = [...(await helpOf()).matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name = '']) => name);
  const texts = await Promise.all(
    names.map(async (name) => `## ${name}\n\n\`\`\`text\n${(await helpOf(name)).trimEnd()}\n\`\`\``),
  );
  return texts.join('\n\n');
}

/** What `nightdesk NAME --help` prints; `nightdesk --help` without a name. */
export async function helpOf(...argv: string[]): Promise<string> {
  let text = '';
  await runCommand([...argv, '--help'], {
    env: {},
    out: { write: (part: string) => (text += part) },
    err: { write: (part: string) => (text += part) },
    stdin: Object.assign(Readable.from([]), { isTTY: true }),
    now: Date.now,
    untilStopped: () => Promise.resolve(),
  });
  return text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const page of generatedPages) {
    const file = fileURLToPath(new URL(`../${page}`, import.meta.url));
    const before = readFileSync(file, 'utf8');
    const after = await generated(page, before);
    if (after !== before) writeFileSync(file, after);
    console.log(`${after === before ? 'unchanged' : 'written  '} ${page}`);
  }
}
