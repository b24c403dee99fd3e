/** `npm run demo`: a sample news site and an archive beside it, walked through with real requests and their answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startArchive } from '../archive.ts';
import { noLog } from '../log.ts';
import { argumentsOrExit, giveUp, settingsOrExit } from './command.ts';
import { startSampleSite } from './sample-site.ts';

const help = `npm run demo [-- --exit]

Starts a sample news site and an archive on this machine, posts, lists, reads, edits and removes stories with the real
requests and answers printed, and leaves the archive running on PORT (8080) to be tried. Needs no internet, keeps
nothing: its data is in a temporary folder that goes when it ends.

  --exit    end after the walk
  --help    this text
`;

type Json = Record<string, unknown>;

const { values } = argumentsOrExit({ options: { exit: { type: 'boolean' }, help: { type: 'boolean' } } });
if (values.help) console.log(help);
else await main();

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-demo-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const site = await startSampleSite();
  const settings = settingsOrExit({
    FETCH_ALLOW: '127.0.0.0/8',
    HOST_PAUSE_MS: '0',
    PORT: process.env.PORT,
    DATA_DIR: dataDir,
  });
  const archive = await startArchive(settings, noLog).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    giveUp(`Port ${settings.port} is in use; choose another one: PORT=${settings.port + 1} npm run demo`);
  });
  void archive.died.then(giveUp);
  const end = async () => {
    await archive.stop();
    await site.close();
    process.exit(0);
  };
  process.once('SIGINT', () => void end());
  process.once('SIGTERM', () => void end());

  await walk(archive.url, site);
  if (values.exit) return end();
  say(`The archive goes on running on ${archive.url}; Ctrl-C ends it. Try:`);
  console.log(`  curl '${archive.url}/articles?q=%E5%9B%BE%E4%B9%A6%E9%A6%86'\n  curl '${archive.url}/openapi.json'`);
}

async function walk(archive: string, site: Awaited<ReturnType<typeof startSampleSite>>): Promise<void> {
  const [lighthouse = '', bridge = '', library = '', factory = ''] = site.paths;
  const post = (path: string) => request(archive, 'POST', '/articles', { url: site.url + path });

  say('1. Archive a story: POST its URL.');
  const first = await post(lighthouse);
  show(first, ['id', 'title', 'authors', 'publishedAt', 'lang', 'wordCount', 'snapshot']);

  say('2. Several at once.');
  show(
    await request(
      archive,
      'POST',
      '/articles',
      { urls: [bridge, library, factory].map((path) => site.url + path) },
      { wait: true },
    ),
    ['batch', 'items'],
  );

  say('3. What was published on those days, newest first?');
  const listed = await request(archive, 'GET', '/articles?from=2024-04-03&to=2024-04-06');
  for (const item of listed.items as Json[]) console.log(`   ${item.publishedAt}  ${item.title}`);

  say('4. Search, in English: words, a phrase, the beginning of a word.');
  showFound(await request(archive, 'GET', searchPath('"lighthouse keeper" OR estim*')));

  aside('In Chinese: any piece of the text, simplified for traditional.');
  showFound(await request(archive, 'GET', searchPath('图书馆')));

  say('5. Read one: clean text, and the page as it was served.');
  const found = (
    (await request(archive, 'GET', `/articles?url=${encodeURIComponent(site.url + library)}`)).items as Json[]
  )[0];
  const read = await request(archive, 'GET', `/articles/${found?.id}`);
  console.log(`   ${String(read.text).split('\n')[0]}`);
  const raw = await fetch(archive + String((read.links as Json).latest));
  console.log(`\n$ curl -i ${archive}${(read.links as Json).latest}`);
  for (const name of ['memento-datetime', 'content-security-policy', 'unencoded-digest'])
    console.log(`   ${name}: ${raw.headers.get(name)}`);
  console.log(`   ${(await raw.text()).split('\n').slice(0, 2).join('\n   ')}`);

  say('6. The paper edits a story without a word. Post it again: both versions are kept.');
  site.edit(bridge, (story) => ({
    ...story,
    title: 'Bridge will cost 65 million, mayor says',
    paragraphs: story.paragraphs.map((text) => text.replace('40 million', '65 million')),
  }));
  const edited = await post(bridge);
  show(edited, ['id', 'title', 'snapshot', 'snapshotCount', 'versionCount']);
  const history = await request(archive, 'GET', `/articles/${edited.id}/snapshots`);
  for (const item of history.items as Json[]) console.log(`   ${item.timestamp}  ${item.title}`);

  aside('What it changed:');
  const changes = await request(archive, 'GET', `/articles/${edited.id}/diff`);
  for (const { change, text } of changes.paragraphs as Json[])
    if (change !== 'same') console.log(`   ${change === 'added' ? '+' : '-'} ${String(text).slice(0, 100)}…`);

  aside('What the paper took back stays findable, and the answer says which version said it.');
  showFound(await request(archive, 'GET', searchPath('"40 million"')));

  say('7. The paper deletes a story. The archive says so, and still has it.');
  site.remove(factory);
  show(await post(factory), ['status', 'code', 'detail']);
  const removed = await request(archive, 'GET', '/articles?removed=true');
  for (const item of removed.items as Json[]) console.log(`   removed ${item.removedAt}  ${item.title}`);
  console.log(
    `   ${String((await request(archive, 'GET', `/articles/${(removed.items as Json[])[0]?.id}`)).text).slice(0, 60)}…`,
  );

  say('8. Follow the paper: give its home page, and its feed is found. What is new is archived by itself, each hour.');
  const followed = await request(archive, 'POST', '/feeds', {
    url: `${site.url}/`,
    name: 'Sample Post',
    tags: ['local'],
  });
  show(followed, ['id', 'url', 'format', 'entries', 'every', 'nextPollAt', 'recheck']);
  site.publish();
  aside('A new story appears. The next poll would find it; here it is made now.');
  await request(archive, 'POST', `/feeds/${followed.id}/poll`);
  const brought = await waitForNew(archive, String(followed.id));
  console.log(`\n$ curl '${archive}/articles?feed=${followed.id}'`);
  for (const item of brought)
    console.log(`   ${item.publishedAt}  ${item.title}  (${(item.tags as string[]).join(', ')})`);
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
function showFound({ items }: Json): void {
  for (const item of items as Json[]) {
    const ranges = item.matches as [number, number][];
    let marked = String(item.snippet);
    for (const [start, end] of ranges.toReversed())
      marked = `${marked.slice(0, start)}[${marked.slice(start, end)}]${marked.slice(end)}`;
    console.log(`   ${item.title}\n      ${marked.slice(0, 110)}${marked.length > 110 ? '…' : ''}`);
    const past = item.pastVersion as { timestamp: string } | null;
    if (past) console.log(`      (in the version of ${past.timestamp})`);
  }
}

/** Does a request as curl would, prints it, and gives back the answer's JSON. `wait`: until a batch has come to its end. */
async function request(
  archive: string,
  method: string,
  path: string,
  body?: unknown,
  { wait } = { wait: false },
): Promise<Json> {
  console.log(
    `\n$ curl ${method === 'GET' ? '' : `-X ${method} `}'${archive}${path}'${body ? ` -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'` : ''}`,
  );
  const init = body
    ? { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    : { method };
  const response = await fetch(archive + path, init);
  const answer = (await response.json()) as Json;
  console.log(`   ${response.status} ${response.statusText}`);
  for (let pending = wait; pending; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { items } = (await (await fetch(`${archive}/captures?batch=${answer.batch}`)).json()) as { items: Json[] };
    pending = items.some((item) => item.status === 'queued' || item.status === 'running');
  }
  return answer;
}

function show(answer: Json, names: string[]): void {
  for (const name of names) console.log(`   ${name}: ${JSON.stringify(answer[name])}`);
}

function aside(text: string): void {
  console.log(`\n    ${text}`);
}

function say(text: string): void {
  console.log(`\n--- ${text}`);
}
