/** The command that an archive without keys prints makes the key in the folder that the archive has. */
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { firstKey } from '../../functions/cli/first-key.ts';

const command = 'npm run --silent key -- new me --scope admin';

test.each([
  { name: 'of the default folder none', dataDir: resolve('./data'), ends: `run: ${command}` },
  { name: 'another folder', dataDir: '/srv/archive', ends: `run: DATA_DIR=/srv/archive ${command}` },
  { name: 'spaces', dataDir: '/srv/my news', ends: `run: DATA_DIR='/srv/my news' ${command}` },
  { name: 'quotes', dataDir: "/srv/it's $HOME", ends: `run: DATA_DIR='/srv/it'\\''s $HOME' ${command}` },
])('a shell takes the folder as it is: $name', ({ dataDir, ends }) => {
  expect(firstKey(dataDir, 'linux')).toBe(
    `Others can reach this address, so every request needs a key. To make the first key, ${ends}`,
  );
});

test('on Windows, whose shells set variables in two ways, the folder is named in words', () => {
  expect(firstKey('C:\\my news', 'win32')).toContain(`set DATA_DIR to C:\\my news and run: ${command}`);
});
