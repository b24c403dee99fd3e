/** What is installed may be shipped, and runs nothing while it is installed but what package.json names. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { installedLicences, isCompatible } from '../../tools/licences.ts';

const folder = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

it('every installed package has a licence that fits', () => {
  const all = installedLicences(folder);
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter((each) => !isCompatible(each))).toEqual([]);
});

it.each([
  { licence: 'MIT', isDevelopment: false, fits: true },
  { licence: 'GPL-3.0-only', isDevelopment: false, fits: false },
  { licence: 'GPL-3.0-only', isDevelopment: true, fits: false },
  { licence: '(MIT OR GPL-3.0-or-later)', isDevelopment: false, fits: true },
  { licence: 'MIT AND GPL-3.0-or-later', isDevelopment: false, fits: false },
  { licence: 'MPL-2.0', isDevelopment: true, fits: true },
  { licence: 'MPL-2.0', isDevelopment: false, fits: false },
  { licence: 'SEE LICENSE IN LICENSE.md', isDevelopment: false, fits: false },
  { licence: 'none', isDevelopment: false, fits: false },
])('$licence, development $isDevelopment: $fits', ({ licence, isDevelopment, fits }) => {
  expect(isCompatible({ licence, isDevelopment })).toBe(fits);
});

it('the packages that run a script while they are installed are those that package.json allows', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, { hasInstallScript?: boolean }> };
  const withScript = Object.entries(packages).flatMap(([path, { hasInstallScript = false }]) =>
    hasInstallScript ? [path.replace(/^.*node_modules\//, '')] : [],
  );
  expect([...new Set(withScript)].sort()).toEqual(Object.keys(read('package.json').allowScripts).sort());
});

it('every version is locked, with the digest of what was read', () => {
  const { packages } = read('package-lock.json') as {
    packages: Record<string, { integrity?: string; inBundle?: boolean }>;
  };
  // What comes within another package is covered by the digest of that.
  const loose = Object.entries(packages).filter(
    ([path, { integrity, inBundle }]) => path !== '' && !inBundle && !integrity?.startsWith('sha512-'),
  );
  expect(loose.map(([path]) => path)).toEqual([]);
});
