/** `npm run key` and the commands that send a key, as processes of their own. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { numberedStory, storyPage } from '../support/pages.ts';
import { run } from '../support/process.ts';
import { useFolder } from '../support/use-folder.ts';
import { useProcess } from '../support/use-process.ts';
import { useSite } from '../support/use-site.ts';

const dir = useFolder();
const site = await useSite();
site.serve('http://news.example/1', storyPage(numberedStory(1)));
const FETCH_CONNECT_TO = `:80:127.0.0.1:${site.port}`;
const archive = await useProcess({ DATA_DIR: dir, KEYS: 'required', FETCH_CONNECT_TO });

async function command(file: string, args: string[], env: Record<string, string> = {}) {
  const running = run(file, args, { DATA_DIR: dir, ...env });
  const status = await running.ended;
  return { status, output: running.output() };
}

test('a key is made while the archive runs, opens it to the commands, and is revoked', async () => {
  const without = await command('add', ['http://news.example/1', '--to', archive.url]);
  expect(without.status).toBe(2);
  expect(without.output).toContain('key-missing');
  expect(without.output).toContain('NIGHTDESK_KEY');

  const made = await command('key', ['new', 'hourly script', '--scope', 'write']);
  const key = /^nd_\S+$/m.exec(made.output)?.[0] ?? '';
  const id = /Key (\S+) "hourly script" has the scope write/.exec(made.output)?.[1] ?? '';
  expect(made.status).toBe(0);

  const added = await command('add', ['http://news.example/1', '--to', archive.url], { NIGHTDESK_KEY: key });
  expect(added).toMatchObject({ status: 0 });
  expect(added.output).not.toContain(key);
  const tree = join(dir, 'tree');
  const exported = await command('export', [tree, '--from', archive.url], { NIGHTDESK_KEY: key });
  expect(exported).toMatchObject({ status: 0 });

  const listed = await command('key', ['list']);
  expect(listed.output).toMatch(new RegExp(`^${id} {2}write {2}made \\S+ {2}last used \\d\\S+ {2}hourly script$`, 'm'));
  expect(listed.output).not.toContain(key);
  expect(archive.output()).not.toContain(key);

  const revoked = await command('key', ['revoke', id]);
  expect(revoked.output).toContain('within a minute');
  expect((await command('key', ['list'])).output).toContain('revoked 2');
});

test('an id that no key has is said so', async () => {
  expect(await command('key', ['revoke', 'abcdefabcdef'])).toMatchObject({ status: 1 });
});
