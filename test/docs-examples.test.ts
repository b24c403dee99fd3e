/** The documentation shows what happens: its examples are run, and what they print is compared. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startArchive } from '../functions/cli/archive.ts';
import { startSampleSite } from '../functions/cli/sample-site.ts';
import { noLog } from '../functions/log.ts';
import { readSettings } from '../functions/settings.ts';
import { pages, readPage as read, root } from './support/doc-pages.ts';
import { harbour, harbourEdited, library, storyPage } from './support/pages.ts';
import { answer, startSite } from './support/site.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightdesk-docs-'));
/** Holds an `npm` that starts the commands as npm does, without its heading. */
const bin = join(folder, 'bin');

/**
 * Blocks that are marked `sh run` are run, page by page, against an archive that holds two stories of example.org. `…` stands for
 * any text, and in a line of its own for any lines. Ids, times and ports are different each time, and are not compared.
 */
describe('examples', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(() => {
    mkdirSync(bin);
    const script = `[ "$1" = run ] && shift; [ "$1" = --silent ] && shift; name=$1; shift; [ "$1" = -- ] && shift
exec '${process.execPath}' --disable-warning=ExperimentalWarning '${join(root, 'functions/cli/main.ts')}' "$name" "$@"`;
    writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'npm'), 0o755);
  });

  const blocksOf = (page: string) =>
    [...read(page).matchAll(/^```sh run *(.*)\n([\s\S]*?)^```$/gm)].map(([, setUp = '', text = '']) => ({
      setUp,
      text,
    }));

  test.each(pages.filter((page) => blocksOf(page).some(({ setUp }) => setUp !== 'demo')))(
    'of %s do what it shows',
    async (page) => {
      const site = await startSite();
      serve(site, page !== 'docs/getting-started.md');
      const settings = {
        ...{ PORT: '0', DATA_DIR: join(folder, page.replaceAll('/', '-'), 'data'), HOST_PAUSE_MS: '0' },
        ...{ FETCH_ALLOW: '127.0.0.0/8', FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port}`, QUIET: '1' },
      };
      const work = join(folder, page.replaceAll('/', '-'), 'work');
      mkdirSync(work, { recursive: true });
      const archive = await startArchive(readSettings(settings), noLog);
      try {
        if (page !== 'docs/getting-started.md')
          await runShell("npm run add -- 'https://example.org/news/harbour-ferry' https://example.org/news/library", {
            url: archive.url,
            settings,
            work,
          });
        for (const { setUp, text } of blocksOf(page)) {
          if (setUp === 'demo') continue;
          if (setUp === 'edited') site.serve('http://example.org/news/harbour-ferry', storyPage(harbourEdited));
          for (const { command, output } of stepsOf(text))
            expectShown(await runShell(command, { url: archive.url, settings, work }), output, command);
        }
      } finally {
        await archive.stop();
        await site.close();
      }
    },
  );

  test('of the demo do what the pages show', async () => {
    const blocks = pages.flatMap((page) => blocksOf(page).filter(({ setUp }) => setUp === 'demo'));
    expect(blocks.length).toBeGreaterThan(0);
    const site = await startSampleSite();
    const settings = { PORT: '0', DATA_DIR: join(folder, 'demo'), HOST_PAUSE_MS: '0', FETCH_ALLOW: '127.0.0.0/8' };
    const archive = await startArchive(readSettings(settings), noLog);
    try {
      const urls = site.paths.slice(0, 4).map((path) => site.url + path);
      await runShell(`npm run add -- ${urls.join(' ')}`, { url: archive.url, settings, work: folder });
      for (const { command, output } of blocks.flatMap(({ text }) => stepsOf(text)))
        expectShown(await runShell(command, { url: archive.url, settings, work: folder }), output, command);
    } finally {
      await archive.stop();
      await site.close();
    }
  });

  test('the README shows what the demo prints', async () => {
    const [, shown = ''] = /^```text\n(\$ npm run demo[\s\S]*?)^```$/m.exec(read('README.md')) ?? [];
    const [, ...lines] = shown.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    const settings = { PORT: '0', DATA_DIR: join(folder, 'unused') };
    const printed = await runShell('npm run demo -- --exit', { url: 'http://127.0.0.1:0', settings, work: folder });
    expectShown(printed, `…\n${lines.join('\n')}\n…\n`, 'npm run demo -- --exit');
  });

  function serve(site: Awaited<ReturnType<typeof startSite>>, withFeedOfNews: boolean): void {
    site.serve('http://example.org/news/harbour-ferry', storyPage(harbour));
    site.serve('http://example.org/news/library', storyPage(library));
    site.serve(
      'http://example.org/',
      '<!doctype html><title>Example</title><link rel="alternate" type="application/rss+xml" href="/feed.xml"><h1>Example</h1>',
    );
    const item = (path: string, title: string) =>
      `<item><title>${title}</title><link>http://example.org${path}</link><guid>${path}</guid></item>`;
    const feed = `<rss version="2.0"><channel><title>Example News</title><link>http://example.org/</link>${item('/news/library', 'Library')}${withFeedOfNews ? item('/news/harbour-ferry', 'Ferry') : ''}</channel></rss>`;
    site.serve('http://example.org/feed.xml', answer(200, { 'content-type': 'application/rss+xml' }, feed));
  }
});

type Step = { command: string; output: string };

/** `$ ` begins a command; a here-document belongs to it; the rest is its output. */
function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  let until: string | null = null;
  for (const line of text.split('\n')) {
    const step = steps.at(-1);
    if (until !== null && step) {
      step.command += `\n${line}`;
      if (line === until) until = null;
    } else if (line.startsWith('$ ')) {
      steps.push({ command: line.slice(2), output: '' });
    } else if (step && /\\$/.test(step.command) && step.output === '') {
      step.command += `\n${line}`;
    } else if (step) step.output += `${line}\n`;
    until ??= step !== steps.at(-1) ? (/<<'?(\w+)'?/.exec(line)?.[1] ?? null) : null;
  }
  return steps;
}

type Where = { url: string; settings: Record<string, string>; work: string };

/** The pages write https, and the sites of tests have no certificate. */
async function runShell(command: string, { url, settings, work }: Where): Promise<string> {
  const { PORT: _port, DATA_DIR: _dir, QUIET: _quiet, NIGHTDESK_KEY: _key, ...outer } = process.env;
  const script = command
    .replaceAll('https://example.org', 'http://example.org')
    .replaceAll('https%3A%2F%2Fexample.org', 'http%3A%2F%2Fexample.org')
    .replaceAll('http://127.0.0.1:8080', url);
  const env = { ...outer, ...settings, PORT: new URL(url).port, PATH: `${bin}:${process.env.PATH}` };
  const { stdout } = await promisify(execFile)('bash', ['-c', `{ ${script}\n} 2>&1 || true`], { cwd: work, env });
  return stdout.replaceAll('http://example.org', 'https://example.org');
}

/** Without what is different each time. */
function stable(text: string): string {
  return (
    text
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:8080')
      .replace(/20[23]\d-[01]\d-[0-3]\dT[\d:]+\.\d{3}Z/g, (time) => (time < '2025' ? time : 'TIME'))
      .replace(/(?<!\d)20(2[6-9]|3\d)\d{10}(?!\d)/g, 'TIMESTAMP')
      .replace(/nd_[\w-]{43}/g, 'nd_KEY')
      .replace(/(?<![\w-])(?=[\w-]*[A-Z])[\w-]{22}\.[0-9A-HJKMNP-TV-Z]{26}(?![\w-])/g, 'CAPTURE')
      .replace(/(?<![\w-])[0-9A-HJKMNP-TV-Z]{26}(?![\w-])/g, 'BATCH')
      .replace(/(?<![\w-])(?=[\w-]*[A-Z])[\w-]{22}(?![\w-])/g, 'ID')
      .replace(/(?<![\w-])[0-9a-f]{12}(?![\w-])/g, 'KEYID')
      .replace(/[\d.]+ s \(\d+\/s\)/g, 'SECONDS')
      // Pages end in any order.
      .replace(
        /(?:^(?:first|new|unchanged|failed) {2,}.*\n){2,}/gm,
        (lines) => `${lines.trim().split('\n').sort().join('\n')}\n`,
      )
      .trimEnd()
  );
}

function expectShown(printed: string, shown: string, command: string): void {
  const pattern = stable(shown)
    .split('\n')
    .map((line) => (line.trim() === '…' ? '[^]*?' : line.split('…').map(escaped).join('.*')))
    .join('\n')
    // A line of its own stands for no line, too.
    .replaceAll('[^]*?\n', '(?:[^]*?\n)?')
    .replaceAll('\n[^]*?', '(?:\n[^]*?)?');
  if (!new RegExp(`^${pattern}$`).test(stable(printed)))
    expect(`$ ${command}\n${stable(printed)}`).toBe(`$ ${command}\n${stable(shown)}`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
