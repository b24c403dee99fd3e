/** The documentation is true: its links lead somewhere, its tables are complete, and its commands exist. */
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemCodes } from '../functions/problems.ts';
import { readSettings } from '../functions/settings.ts';
import { settingRows } from '../functions/settings-table.ts';
import { readContext } from '../infra/context.ts';
import { generated, generatedPages, helpOf } from '../tools/docs.ts';
import { pages, readPage as read, root } from './support/doc-pages.ts';

/** The text of a page without its fenced and indented code. */
function prose(page: string): string {
  return read(page)
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/^ {4}.*$/gm, '');
}

/** The anchor that GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

describe('links', () => {
  test.each(pages)('of %s lead to files and headings that exist', (page) => {
    const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(
      ([, link, source]) => link ?? source ?? '',
    );
    const broken = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  test('lead from the README to every page of docs/', () => {
    const readme = read('README.md');
    expect(globSync('docs/*.md', { cwd: root }).filter((page) => !readme.includes(`](${page}`))).toEqual([]);
  });
});

describe('tables', () => {
  /** How many rows of a page's tables begin with this code. */
  const rows = (page: string, name: string) => read(page).split(`\n| \`${name}\``).length - 1;

  test.each(generatedPages)('of %s are what npm run docs writes', async (page) => {
    expect(await generated(page, read(page))).toBe(read(page));
  });

  test.each(problemCodes)('the problem %s has one row', (code) => {
    expect(rows('docs/problems.md', code)).toBe(1);
  });

  test('every variable that is read has one row, and there is no other', () => {
    const names = new Set<string>();
    const env = new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_, name) => {
          names.add(String(name));
          return undefined;
        },
      },
    );
    readSettings(env);
    expect(settingRows.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const name of names) expect(rows('docs/settings.md', name)).toBe(1);
  });

  test('the defaults that are named are those that hold', () => {
    const named = settingRows.flatMap(({ name, byDefault }) => (byDefault === null ? [] : [[name, byDefault]]));
    expect(readSettings(Object.fromEntries(named))).toEqual(readSettings({}));
  });

  test.each(Object.keys(readContext(() => undefined)))('the setting %s of the AWS stack has one row', (name) => {
    expect(rows('docs/aws.md', name)).toBe(1);
  });
});

describe('commands', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  /** Everything that pages show as code: blocks and words in backticks. */
  const code = (page: string) =>
    [...read(page).matchAll(/^```[\s\S]*?^```$|^ {4}.*$|`[^`\n]+`/gm)].map(([text]) => text).join('\n');
  const shown = pages
    .filter((page) => page !== 'CHANGELOG.md')
    .flatMap((page) =>
      [
        ...code(page).matchAll(
          /(?:npm run (?:--silent )?|(?<![/\w.-])nightdesk )([a-z]+)((?:(?!npm run|nightdesk |&&)[^`\n|;#])*)/g,
        ),
      ].map(([text, name = '', rest = '']) => ({ text: text.trim(), page, name, rest })),
    );
  const helps = new Map<string, string>();

  test('are found', () => {
    expect(shown.length).toBeGreaterThan(50);
  });

  test.each(shown)('$text, in $page', async ({ text, name, rest }) => {
    const isCommand = read('docs/commands.md').includes(`\n## ${name}\n`);
    expect(isCommand || (text.startsWith('npm run') && name in scripts)).toBe(true);
    if (!isCommand) return;
    if (!helps.has(name)) helps.set(name, await helpOf(name));
    const options = [...rest.matchAll(/(?<=\s)--([a-z][a-z-]*)/g)].map(([option]) => option);
    const unknown = options.filter((option) => option !== '--help' && !helps.get(name)?.includes(option));
    expect(unknown).toEqual([]);
  });
});
