/**
 * What a test of the archive begins with: a table, a bucket and a queue of its file's own, on services that all files of a vitest
 * worker share, and a site. What is used is closed when the file has ended.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Embedded, startEmbedded } from '../../functions/store/embedded.ts';
import { type ArchiveOptions, freshServices, makeTestArchive, type TestArchive, type TestServices } from './archive.ts';
import type { Site } from './site.ts';
import { useSite } from './use-site.ts';

export { useSite };

/** Kept for the next file: the worker's modules are loaded once. They end with the worker. */
let shared: Promise<Embedded> | null = null;

export async function useServices(): Promise<TestServices> {
  shared ??= start();
  return freshServices({ embedded: await shared });
}

export async function useArchive(
  options: Omit<ArchiveOptions, 'site'> = {},
): Promise<{ services: TestServices; site: Site; archive: TestArchive }> {
  const [services, site] = await Promise.all([useServices(), useSite()]);
  const archive = makeTestArchive(services, { site, ...options });
  afterAll(() => archive.close());
  return { services, site, archive };
}

function start(): Promise<Embedded> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  return startEmbedded(dataDir);
}
