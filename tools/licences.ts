/** `npm run licences`: the licence of every installed package, and whether it may be shipped with what is under MIT. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** SPDX names whose terms let a work under MIT include, or be built with, what is under them. */
const compatible = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);
/** Of files that stay files of their own, and tools that are not shipped: what they build is not under their terms. */
const compatibleForDevelopment = new Set(['MPL-2.0', 'CC-BY-4.0']);

/** Packages whose package.json says nothing, by what their readme says: read by us, for this version. */
const saidInReadme: Record<string, string> = { 'isostring 0.0.1': 'MIT' };

export type Licensed = { name: string; version: string; licence: string; isDevelopment: boolean };

type LockedPackage = { version?: string; dev?: boolean; link?: boolean; license?: string };

/** Every package of the lock file that is installed, by its own word in its package.json. Optional ones of other machines are not. */
export function installedLicences(folder: string): Licensed[] {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(lock.packages).flatMap(([path, { dev = false }]) => {
    const file = join(folder, path, 'package.json');
    if (path === '' || !existsSync(file)) return [];
    const { name, version, license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const said = license ?? licenses ?? saidInReadme[`${name} ${version}`];
    return [{ name: String(name), version: String(version), licence: licenceText(said), isDevelopment: dev }];
  });
}

/** Old packages have an object, or a list of which one may be chosen. */
function licenceText(licence: unknown): string {
  if (Array.isArray(licence)) return licence.map(licenceText).join(' OR ');
  if (typeof licence === 'object' && licence !== null && 'type' in licence) return String(licence.type);
  return typeof licence === 'string' ? licence : 'none';
}

/** `A OR B` is fine when one is, `A AND B` when both are (SPDX 2.3, Annex D, without nesting beyond brackets). */
export function isCompatible({ licence, isDevelopment }: Pick<Licensed, 'licence' | 'isDevelopment'>): boolean {
  return licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) =>
      choice
        .split(' AND ')
        .map((name) => name.trim())
        .every((name) => compatible.has(name) || (isDevelopment && compatibleForDevelopment.has(name))),
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = installedLicences(fileURLToPath(new URL('..', import.meta.url)));
  for (const [licence, some] of [...Map.groupBy(all, (each) => each.licence)].sort(
    ([, a], [, b]) => b.length - a.length,
  )) {
    console.log(`${licence} (${some.length})`);
    for (const { name, version, isDevelopment } of some)
      console.log(`  ${name} ${version}${isDevelopment ? ', for development' : ''}`);
  }
  const refused = all.filter((each) => !isCompatible(each));
  for (const { name, licence } of refused) console.error(`${name}: ${licence} is not on the list of tools/licences.ts`);
  process.exitCode = refused.length > 0 ? 1 : 0;
}
