/** `nightdesk demo`: a sample news site and an archive beside it, walked through with real requests and their answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noLog } from '../log.ts';
import { readSettings, SettingsError } from '../settings.ts';
import { DataDirError } from '../store/embedded-servers.ts';
import { startArchive } from './archive.ts';
import { type Context, print, type Run, readArguments } from './context.ts';
import { type SampleSite, startSampleSite } from './sample-site.ts';

export const help = `nightdesk demo [--exit]

Starts a sample news site and an archive on this machine. Posts, lists, reads, edits and removes stories, and prints each
real request with its answer. Then the archive keeps running on PORT (8080), so that you can try it. The demo needs no
internet and keeps nothing: its data is in a temporary folder, which is deleted at the end.

  --exit    end after the last step
`;

type Json = Record<string, unknown>;

export const run: Run = async (args, context) => {
  const { values } = readArguments(args, { options: { exit: { type: 'boolean' } } });
  const { PORT } = context.env;
  const checked = readSettings({ PORT });
  const dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-demo-'));
  const settings = readSettings({ FETCH_ALLOW: '127.0.0.0/8', HOST_PAUSE_MS: '0', PORT, DATA_DIR: dataDir });
  const site = await startSampleSite();
  try {
    const archive = await startArchive(settings, noLog).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      throw new SettingsError(
        `Port ${checked.port} is in use; choose another one: PORT=${checked.port + 1} npm run demo`,
      );
    });
    await Promise.race([
      show(archive.url, { site, context, endsAfterWalk: values.exit === true }),
      endOf(archive.died),
    ]);
    await archive.stop();
    return 0;
  } finally {
    await site.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/** The walk, and then the archive to be tried until the user ends it. */
async function show(
  url: string,
  { site, context, endsAfterWalk }: { site: SampleSite; context: Context; endsAfterWalk: boolean },
): Promise<void> {
  const say: Say = (line) => print(context, line);
  await walk(url, site, say);
  if (endsAfterWalk) return;
  const stopped = context.untilStopped();
  heading(say, `The archive keeps running on ${url}; Ctrl-C ends it. Try:`);
  say(`  curl '${url}/articles?q=%E5%9B%BE%E4%B9%A6%E9%A6%86'\n  curl '${url}/openapi.json'`);
  say(`\nOr open ${url} in a browser.`);
  await stopped;
}

async function endOf(died: Promise<string>): Promise<never> {
  throw new DataDirError(await died);
}

type Say = (line: string) => void;

async function walk(archive: string, site: SampleSite, say: Say): Promise<void> {
  const request = requests(archive, say);
  const [lighthouse = '', bridge = '', library = '', factory = ''] = site.paths;
  const post = (path: string) => request('POST', '/articles', { url: site.url + path });

  heading(say, '1. Archive a story: POST its URL.');
  const first = await post(lighthouse);
  fields(say, first, ['id', 'title', 'authors', 'publishedAt', 'lang', 'wordCount', 'snapshot']);

  heading(say, '2. Several at once.');
  fields(
    say,
    await request(
      'POST',
      '/articles',
      { urls: [bridge, library, factory].map((path) => site.url + path) },
      { wait: true },
    ),
    ['batch', 'items'],
  );

  heading(say, '3. What was published on those days, newest first?');
  const listed = await request('GET', '/articles?from=2024-04-03&to=2024-04-06');
  for (const item of listed.items as Json[]) say(`   ${item.publishedAt}  ${item.title}`);

  heading(say, '4. Search in English: words, a phrase, the beginning of a word.');
  showFound(say, await request('GET', searchPath('"lighthouse keeper" OR estim*')));

  aside(say, 'Search in Chinese: any part of the text; simplified characters find traditional ones.');
  showFound(say, await request('GET', searchPath('图书馆')));

  heading(say, '5. Read one: clean text, and the page as it was served.');
  const found = ((await request('GET', `/articles?url=${encodeURIComponent(site.url + library)}`)).items as Json[])[0];
  const read = await request('GET', `/articles/${found?.id}`);
  say(`   ${String(read.text).split('\n')[0]}`);
  const raw = await fetch(archive + String((read.links as Json).latest));
  say(`\n$ curl -i ${archive}${(read.links as Json).latest}`);
  for (const name of ['memento-datetime', 'content-security-policy', 'unencoded-digest'])
    say(`   ${name}: ${raw.headers.get(name)}`);
  say(`   ${(await raw.text()).split('\n').slice(0, 2).join('\n   ')}`);

  heading(say, '6. The paper edits a story silently. Post it again: the archive keeps both versions.');
  site.edit(bridge, (story) => ({
    ...story,
    title: 'Bridge will cost 65 million, mayor says',
    paragraphs: story.paragraphs.map((text) => text.replace('40 million', '65 million')),
  }));
  const edited = await post(bridge);
  fields(say, edited, ['id', 'title', 'snapshot', 'snapshotCount', 'versionCount']);
  const history = await request('GET', `/articles/${edited.id}/snapshots`);
  for (const item of history.items as Json[]) say(`   ${item.timestamp}  ${item.title}`);

  aside(say, 'The change:');
  const changes = await request('GET', `/articles/${edited.id}/diff`);
  for (const { change, text } of changes.paragraphs as Json[])
    if (change !== 'same') say(`   ${change === 'added' ? '+' : '-'} ${String(text).slice(0, 100)}…`);

  aside(say, 'Search still finds the old words. The answer names the version that has them.');
  showFound(say, await request('GET', searchPath('"40 million"')));

  heading(say, '7. The paper deletes a story. The archive marks it as removed, and still has it.');
  site.remove(factory);
  fields(say, await post(factory), ['status', 'code', 'detail']);
  const removed = await request('GET', '/articles?removed=true');
  for (const item of removed.items as Json[]) say(`   removed ${item.removedAt}  ${item.title}`);
  say(`   ${String((await request('GET', `/articles/${(removed.items as Json[])[0]?.id}`)).text).slice(0, 60)}…`);

  heading(
    say,
    '8. Follow the paper: give its home page, and the archive finds its feed. It then archives new stories every hour.',
  );
  const followed = await request('POST', '/feeds', {
    url: `${site.url}/`,
    name: 'Sample Post',
    tags: ['local'],
  });
  fields(say, followed, ['id', 'url', 'format', 'entries', 'every', 'nextPollAt', 'recheck']);
  site.publish();
  aside(say, 'A new story appears. The next poll would find it; the demo polls now.');
  await request('POST', `/feeds/${followed.id}/poll`);
  const brought = await waitForNew(archive, String(followed.id));
  say(`\n$ curl '${archive}/articles?feed=${followed.id}'`);
  for (const item of brought) say(`   ${item.publishedAt}  ${item.title}  (${(item.tags as string[]).join(', ')})`);
}

/** The feed's articles, once there is one: those that were archived before by hand are not captured again. */
async function waitForNew(archive: string, feed: string): Promise<Json[]> {
  for (;;) {
    const { items } = (await (await fetch(`${archive}/articles?feed=${feed}`)).json()) as { items: Json[] };
    if (items.length > 0) return items;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function searchPath(q: string): string {
  return `/articles?q=${encodeURIComponent(q).replaceAll('%20', '+')}`;
}

/** Titles and snippets, the words that matched in brackets. */
function showFound(say: Say, { items }: Json): void {
  for (const item of items as Json[]) {
    const ranges = item.matches as [number, number][];
    let marked = String(item.snippet);
    for (const [start, end] of ranges.toReversed())
      marked = `${marked.slice(0, start)}[${marked.slice(start, end)}]${marked.slice(end)}`;
    say(`   ${item.title}\n      ${marked.slice(0, 110)}${marked.length > 110 ? '…' : ''}`);
    const past = item.pastVersion as { timestamp: string } | null;
    if (past) say(`      (in the version of ${past.timestamp})`);
  }
}

type Request = (method: string, path: string, body?: unknown, options?: { wait: boolean }) => Promise<Json>;

/** Does a request as curl would, prints it, and gives back the answer's JSON. `wait`: until a batch has come to its end. */
function requests(archive: string, say: Say): Request {
  return async (method, path, body, { wait } = { wait: false }) => {
    const verb = method === 'GET' ? '' : `-X ${method} `;
    const data = body ? ` -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'` : '';
    say(`\n$ curl ${verb}'${archive}${path}'${data}`);
    const init = body
      ? { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
      : { method };
    const response = await fetch(archive + path, init);
    const answer = (await response.json()) as Json;
    say(`   ${response.status} ${response.statusText}`);
    if (wait) await untilDone(archive, String(answer.batch));
    return answer;
  };
}

async function untilDone(archive: string, batch: string): Promise<void> {
  for (;;) {
    const { items } = (await (await fetch(`${archive}/captures?batch=${batch}`)).json()) as { items: Json[] };
    if (!items.some((item) => item.status === 'queued' || item.status === 'running')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function fields(say: Say, answer: Json, names: string[]): void {
  for (const name of names) say(`   ${name}: ${JSON.stringify(answer[name])}`);
}

function aside(say: Say, text: string): void {
  say(`\n    ${text}`);
}

function heading(say: Say, text: string): void {
  say(`\n--- ${text}`);
}
