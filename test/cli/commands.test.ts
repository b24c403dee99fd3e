/** Every command called in this process: its help, what it refuses, and what it does with words as people type them. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openArchive } from '../../functions/cli/archive.ts';
import { noLog } from '../../functions/log.ts';
import { readSettings } from '../../functions/settings.ts';
import { version } from '../../functions/version.ts';
import { call } from '../support/command.ts';
import { harbour, harbourEdited, library, storyPage } from '../support/pages.ts';
import { useFolder } from '../support/use-folder.ts';
import { useSite } from '../support/use-site.ts';

const root = useFolder();
const site = await useSite();
const env: Record<string, string> = {
  ...{ DATA_DIR: join(root, 'data'), PORT: '9', FETCH_ALLOW: '127.0.0.0/8', HOST_PAUSE_MS: '0' },
  FETCH_CONNECT_TO: `:80:127.0.0.1:${site.port},:443:127.0.0.1:${site.port}`,
};

beforeAll(async () => {
  site.serve('http://pier.example/ferry', storyPage(harbour));
  site.serve('http://pier.example/library', storyPage(library));
  const added = await call(['add', 'http://pier.example/ferry', 'http://pier.example/library'], env);
  expect(added.out).toContain('2 URLs: 2 new');
});

test('add reads standard input where no URL is named, and leaves it alone where one is', async () => {
  const list = 'http://pier.example/none-listed\n';
  const listed = await call(['add'], env, list);
  expect(listed.out).toContain('http://pier.example/none-listed');
  const named = await call(['add', 'http://pier.example/none-named'], env, list);
  expect(named.out).toContain('1 URL:');
  expect(named.out).not.toContain('none-listed');
});

const names = ['start', 'demo', 'add', 'search', 'show', 'import', 'export', 'key', 'verify', 'reindex'];
const all = [...names, 'synth', 'deploy', 'destroy'];

test.each(all)('%s --help says what it takes, and does nothing', async (name) => {
  const { status, out, err } = await call([name, '--help'], { DATA_DIR: join(root, 'never') });
  expect([status, err]).toEqual([0, '']);
  expect(out).toMatch(new RegExp(`^nightdesk ${name}`));
});

test.each(names)('%s refuses an option that it does not take, and says where they are listed', async (name) => {
  const { status, err } = await call([name, '--nonsense'], { DATA_DIR: join(root, 'never') });
  expect([status, err]).toEqual([2, `Unknown option '--nonsense'.\nnightdesk ${name} --help says what it takes.\n`]);
});

test.each([['--help'], ['help'], []])('nightdesk %s lists the commands', async (...argv) => {
  const { status, out } = await call(argv);
  expect(status).toBe(0);
  for (const name of all) expect(out).toMatch(new RegExp(`^ {2}${name} {2,}\\w`, 'm'));
});

test.each([['--version'], ['add', '--version']])('%s %s prints the version', async (...argv) => {
  expect(await call(argv)).toEqual({ status: 0, out: `${version}\n`, err: '' });
});

test('a command that there is none of is refused with those that there are', async () => {
  const { status, err } = await call(['frobnicate']);
  expect([status, err]).toEqual([2, expect.stringContaining('There is no command frobnicate.\n\nnightdesk COMMAND')]);
});

test.each([
  { argv: ['add'], says: 'There is nothing to archive.' },
  { argv: ['add', '--file', '/does/not/exist'], says: '/does/not/exist: there is no such file or folder' },
  { argv: ['add', '--file', '/'], says: 'it is a folder' },
  {
    argv: ['add', 'package.json'],
    says: 'package.json is a file. To archive the URLs in it, write --file package.json',
  },
  {
    argv: ['add', '--to', 'http://127.0.0.1:9', 'http://x.example/'],
    says: 'no archive answers at http://127.0.0.1:9',
  },
  { argv: ['import'], says: 'Say what to import.' },
  { argv: ['export'], says: 'Name one folder to write to.' },
  { argv: ['export', 'a', 'b'], says: 'Name one folder to write to.' },
  { argv: ['export', 'a', '--format', 'pdf'], says: 'There is no format pdf; it is tree or warc.' },
  { argv: ['export', 'a', '--table', 't'], says: 'named by both --table and --bucket' },
  { argv: ['search'], says: 'Say what to search for.' },
  { argv: ['search', 'x', '--from', 'yesterday'], says: 'invalid-request' },
  { argv: ['show'], says: 'Name one article, by its id or its address.' },
  { argv: ['key'], says: 'Say what to do: new NAME, list, or revoke ID.' },
  { argv: ['key', 'new'], says: 'Say what to do' },
  { argv: ['key', 'new', 'a', 'b'], says: 'Put quotes around a name of several words.' },
  { argv: ['key', 'new', 'a', '--scope', 'root'], says: 'There is no scope root; it is read, write or admin.' },
  { argv: ['key', 'new', 'line\nbreak'], says: 'A name has 1 to 80 characters' },
  { argv: ['key', 'list', 'x'], says: 'Say what to do' },
  { argv: ['key', 'revoke'], says: 'The id of the key is missing; nightdesk key list shows the ids.' },
  { argv: ['demo'], more: { PORT: 'http' }, says: 'PORT=http must be a whole' },
  { argv: ['start'], more: { PORT: 'http' }, says: 'PORT=http must be a whole number' },
  { argv: ['start'], more: { KEYS: 'yes' }, says: 'KEYS=yes must be one of' },
  { argv: ['start'], more: { ROBOTS: 'maybe' }, says: 'ROBOTS=maybe must be one of: obey, ignore' },
  { argv: ['start'], more: { HOST: 'no-such-host.invalid', KEYS: 'required' }, says: 'no address of this machine' },
])('$argv $more ends with 2 and says: $says', async ({ argv, more, says }) => {
  const { status, err, out } = await call(argv, { ...env, ...more });
  expect([status, out]).toEqual([2, '']);
  expect(err).toContain(says);
  expect(err).not.toMatch(/^ {4}at /m);
});

/** A file, where a folder is wanted. */
function newFile(): string {
  const file = join(mkdtempSync(join(root, 'folder-')), 'file');
  writeFileSync(file, '');
  return file;
}

test.each([
  { command: 'start', name: 'is a file', folder: newFile },
  { command: 'add', name: 'is a file', folder: newFile },
  { command: 'start', name: 'is below a file', folder: () => join(newFile(), 'folder') },
  ...(process.platform === 'linux'
    ? [{ command: 'start', name: 'is where none can be made', folder: () => '/proc/nightdesk/data' }]
    : []),
])('$command ends with 2 when the data directory $name', async ({ command, folder }) => {
  const DATA_DIR = folder();
  const { status, err } = await call([command, ...(command === 'add' ? ['x.example'] : [])], { ...env, DATA_DIR });
  expect(status).toBe(2);
  expect(err).toMatch(/the archive cannot write to .*; set DATA_DIR to a folder that can be written\n$/);
  expect(err).toContain(DATA_DIR);
});

/** Under /proc a folder cannot be made although the one above it is there; a loop that waits for that would never end. */
test.runIf(process.platform === 'linux').each([
  { name: 'documents', more: [] },
  { name: 'WARC files', more: ['--format', 'warc'] },
])(
  'an export of $name to a place where no folder can be made ends with 2 and names it',
  async ({ more }) => {
    const { status, err } = await call(['export', '/proc/self/x', ...more], env);
    expect([status, err]).toEqual([2, expect.stringContaining('/proc/self/x: there is no such file or folder\n')]);
  },
  10_000,
);

test('an export to a place below a file ends with 2 and names the file', async () => {
  const file = newFile();
  const { status, err } = await call(['export', join(file, 'folder'), '--format', 'warc'], env);
  expect([status, err]).toEqual([2, expect.stringContaining(`${file}: something else is there\n`)]);
});

test('start ends with 2 when another program has its port', async () => {
  const DATA_DIR = join(root, 'beside');
  const { status, err } = await call(['start'], { ...env, DATA_DIR, PORT: String(site.port) });
  expect([status, err]).toEqual([2, expect.stringContaining(`127.0.0.1:${site.port} is in use by another program`)]);
});

/** What npm hands on of options before which no -- stands: in the environment, and their values as words. */
test.each([
  { argv: ['add', 'x'], npm: { file: 'urls.txt', to: 'http://x' }, took: '--file and --to', write: 'add -- --file …' },
  { argv: ['add', 'x'], npm: { token_description: 'http://x' }, took: '--to', write: 'add -- --to …' },
  { argv: ['add', 'x'], npm: { tag: 'local' }, took: '--tag', write: 'add -- --tag …' },
  { argv: ['search', 'tram'], npm: { json: 'true' }, took: '--json', write: 'search -- --json …' },
  { argv: ['verify'], npm: { json: 'true' }, took: '--json', write: 'verify -- --json …' },
  { argv: ['key', 'new', 'me'], npm: { scope: 'admin' }, took: '--scope', write: 'key -- --scope …' },
  { argv: ['destroy'], npm: { delete_data: 'true' }, took: '--delete-data', write: 'destroy -- --delete-data …' },
  { argv: ['export', 'dir', 'warc'], npm: {}, took: '--format', write: 'export -- --format …' },
])('$argv with $npm, which npm took for itself, says where -- is missing', async ({ argv, npm, took, write }) => {
  const taken = Object.fromEntries(Object.entries(npm).map(([name, value]) => [`npm_config_${name}`, value]));
  const { status, out, err } = await call(argv, { ...env, ...taken, npm_lifecycle_event: argv[0] ?? '' });
  expect([status, out]).toEqual([2, '']);
  expect(err).toContain(`npm took ${took} for itself. Write -- before the options: npm run ${write}\n`);
});

test('a folder called warc behind an option that was handed over is a folder', async () => {
  const { err } = await call(['export', '--from', 'http://127.0.0.1:1', 'warc'], {
    ...env,
    npm_lifecycle_event: 'export',
  });
  expect(err).not.toContain('npm took');
});

test('an option that npm took is missed behind npm run nightdesk, too', async () => {
  const npm = { npm_lifecycle_event: 'nightdesk', npm_config_tag: 'local' };
  const { status, err } = await call(['add', 'x'], { ...env, ...npm });
  expect([status, err]).toEqual([2, expect.stringContaining('npm run nightdesk -- add --tag …\n')]);
  expect(err).toContain('If you did not write it, an .npmrc or the environment sets it: unset npm_config_tag.');
});

test.each([
  { name: 'a scope of packages', npm: { npm_config_scope: '@desk' }, argv: ['key', 'list'] },
  { name: 'a value that is empty', npm: { npm_config_json: '' }, argv: ['key', 'list'] },
  { name: 'a yes to its own questions', npm: { npm_config_yes: 'true' }, argv: ['reindex'] },
  { name: 'what the command got as well', npm: { npm_config_json: 'true' }, argv: ['key', 'list', '--json'] },
])('what npm is set to for itself is no option of ours: $name', async ({ npm, argv }) => {
  const { status, err } = await call(argv, { ...env, ...npm, npm_lifecycle_event: argv[0] ?? '' });
  expect(status).toBe(0);
  expect(err).not.toContain('npm took');
});

test('import says before it begins that there is nothing at a path, and makes no archive', async () => {
  const DATA_DIR = join(root, 'none-made');
  const { status, err } = await call(['import', join(root, 'nowhere')], { ...env, DATA_DIR });
  expect([status, err]).toEqual([2, expect.stringContaining(`There is no file or folder ${join(root, 'nowhere')}.`)]);
  expect(existsSync(DATA_DIR)).toBe(false);
});

describe('add', () => {
  test.each([
    ['pier.example/none', 'https://pier.example/none'],
    ['pier.example:81/none', 'https://pier.example:81/none'],
    ['例子.example/none', 'https://例子.example/none'],
    ['localhost:81', 'https://localhost:81'],
  ])('takes %s, without https://, for %s', async (typed, url) => {
    const FETCH_CONNECT_TO = `${env.FETCH_CONNECT_TO},:81:127.0.0.1:${site.port}`;
    const { out } = await call(['add', '--json', typed], { ...env, FETCH_CONNECT_TO });
    expect(JSON.parse(out)).toMatchObject([{ url, status: 'failed' }]);
  });

  test('prints what became of each as JSON', async () => {
    const { status, out } = await call(['add', '--json', 'http://pier.example/ferry', 'nonsense'], env);
    expect([status, JSON.parse(out)]).toEqual([
      1,
      expect.arrayContaining([
        expect.objectContaining({ url: 'http://pier.example/ferry', status: 'succeeded', snapshot: 'unchanged' }),
        expect.objectContaining({
          url: 'nonsense',
          status: 'failed',
          problem: expect.objectContaining({ code: 'url-refused' }),
        }),
      ]),
    ]);
  });
});

test('an export of nothing says so', async () => {
  const DATA_DIR = join(root, 'empty');
  await call(['add', 'nonsense'], { ...env, DATA_DIR });
  const { out } = await call(['export', join(root, 'nothing'), '--format', 'warc'], { ...env, DATA_DIR });
  expect(out).toBe('There is nothing to export.\n');
});

describe('search and show', () => {
  test('words find an article, and its id shows it', async () => {
    const found = await call(['search', 'harbour', 'ferry'], env);
    expect(found.status).toBe(0);
    expect(found.out).toContain('Harbour ferry returns after nine years\n            http://pier.example/ferry\n');
    const id = /nightdesk show (\S+)/.exec(found.out)?.[1] ?? '';
    const shown = await call(['show', id], env);
    expect(shown.out.split('\n')[0]).toBe('Harbour ferry returns after nine years');
    expect(shown.out).toMatch(/^http:\/\/pier\.example\/ferry\n(first )?archived /m);
    expect((await call(['show', 'http://pier.example/ferry'], env)).out).toBe(shown.out);
  });

  test('words in one argument are a phrase, and nothing found ends with 1', async () => {
    expect((await call(['search', 'harbour ferry'], env)).status).toBe(0);
    const none = await call(['search', 'ferry harbour nine'], env);
    expect([none.status, none.out, none.err]).toEqual([1, '', expect.stringContaining('Nothing was found.')]);
  });

  test.each([
    { argv: ['harbour', '-library'], found: 0 },
    { argv: ['-sandwiches', 'harbour'], found: 1 },
    { argv: ['harbour', '-two hundred people', '--limit', '5'], found: 1 },
    { argv: ['harbour', '-site:pier.example'], found: 1 },
    { argv: ['ferry', '-圖書館'], found: 0 },
    { argv: ['harbour -sandwiches'], found: 1 },
    { argv: ['author:mara ferry'], found: 0 },
    { argv: ['site:pier.example ferry'], found: 0 },
  ])('$argv leaves out and narrows as a query does, and ends with $found', async ({ argv, found }) => {
    expect((await call(['search', ...argv], env)).status).toBe(found);
  });

  test('an option without its value is missed, and takes no -word for it', async () => {
    const { status, err } = await call(['search', 'harbour', '--site', '-mill'], env);
    expect([status, err]).toEqual([2, expect.stringContaining("Option '--site' argument is ambiguous.")]);
  });

  test('JSON is the answer of the API', async () => {
    const { out } = await call(['search', '--json', '圖書館'], env);
    expect(JSON.parse(out)).toMatchObject({ items: [{ url: 'http://pier.example/library' }], next: null });
    const shown = await call(['show', '--json', 'http://pier.example/library'], env);
    expect(JSON.parse(shown.out)).toMatchObject({ url: 'http://pier.example/library', text: expect.any(String) });
  });
});

test.each([
  { wanted: 'nowhere.example/none', says: 'https://nowhere.example/none is not in the archive; nightdesk add' },
  { wanted: 'abcdefghijklmnopqrstuv', says: 'unknown-article' },
])('show $wanted, which is not there, ends with 1 and says: $says', async ({ wanted, says }) => {
  const { status, out, err } = await call(['show', wanted], env);
  expect([status, out, err]).toEqual([1, '', expect.stringContaining(says)]);
});

test('show says of a story that was taken down that it was, whoever asks by id or address, and how that is lifted', async () => {
  const gone = { ...env, DATA_DIR: join(root, 'gone') };
  await call(['add', 'http://pier.example/ferry'], gone);
  const { id } = JSON.parse((await call(['show', '--json', 'http://pier.example/ferry'], gone)).out);
  const archive = await openArchive(readSettings(gone), noLog);
  expect((await archive.app.request(`/articles/${id}`, { method: 'DELETE' })).status).toBe(204);
  await archive.stop();
  for (const wanted of [id, 'http://pier.example/ferry', 'www.pier.example/ferry/']) {
    const { status, out, err } = await call(['show', wanted], gone);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('taken-down: the article was taken down at ');
    expect(err).toContain(`a PATCH of /articles/${id} with {"takenDown": false}`);
    expect(err).not.toContain('is not in the archive');
  }
});

describe('a story that was edited', () => {
  const edits = { ...env, DATA_DIR: join(root, 'edits') };

  beforeAll(async () => {
    site.serve('http://edits.example/tram', storyPage(harbour));
    await call(['add', 'http://edits.example/tram'], edits);
    site.serve('http://edits.example/tram', storyPage(harbourEdited));
    await call(['add', 'http://edits.example/tram'], edits);
  });

  test('is found by what only an earlier version says, and search says so', async () => {
    const { out } = await call(['search', 'eleven pupils'], edits);
    expect(out).toContain(`${harbourEdited.title}\n`);
    expect(out).toMatch(/eleven pupils.*\n {12}\(only in the earlier version of \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)\n/);
    expect((await call(['search', 'engine'], edits)).out).not.toContain('only in');
  });

  test('is shown with the time of its first capture and with that of the version that is shown', async () => {
    const { out } = await call(['show', 'http://edits.example/tram'], edits);
    const [, first = '', shown = ''] = /^first archived (\S+), shown as of (\S+), 2 versions$/m.exec(out) ?? [];
    expect(out).toContain('the engine failed');
    expect(Date.parse(shown)).toBeGreaterThan(Date.parse(first));
  });
});

test('import, export, key, verify and reindex print JSON, too', async () => {
  const file = join(root, 'story.md');
  writeFileSync(file, '<!--1712173501000-->\n[A story](http://old.example/story)\n------\n\nWords of a story\n');
  const json = async (...argv: string[]) => JSON.parse((await call([...argv, '--json'], env)).out);
  expect(await json('import', file)).toMatchObject({ first: 1, failed: [] });
  expect(await json('export', join(root, 'tree'))).toMatchObject({ written: 3, failed: 0 });
  expect(await json('export', join(root, 'warc'), '--format', 'warc')).toMatchObject({ snapshots: 4 });
  const made = await json('key', 'new', 'desk', '--scope', 'read');
  expect(made).toMatchObject({ name: 'desk', scope: 'read', key: expect.stringMatching(/^nd_/) });
  expect(await json('key', 'list')).toEqual([expect.objectContaining({ id: made.id, revokedAt: null })]);
  expect(await json('reindex')).toMatchObject({ articles: 3 });
  expect(await json('verify')).toMatchObject({ articles: 3, problems: { snapshots: [], index: [], left: [] } });
});

test('a list of URLs may be in UTF-16, as shells of Windows write it', async () => {
  const list = '\ufeffhttp://pier.example/ferry\r\npier.example/library # old\r\n';
  const file = join(root, 'urls.txt');
  for (const bytes of [Buffer.from(list, 'utf16le'), Buffer.from(list, 'utf16le').swap16(), Buffer.from(list)]) {
    writeFileSync(file, bytes);
    expect((await call(['add', '--file', file], env)).out).toContain('2 URLs: 0 new');
  }
});
