/** The functions' bundles, one folder each: what is deployed, what the end-to-end test drives, and what the budgets are held to. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';

export const functionNames = ['api', 'importer', 'worker', 'sweeper', 'indexer'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Those that extract bring the thread that they do it in as a file of its own. */
const extracting: readonly FunctionName[] = ['importer', 'worker'];
const source = (file: string) => fileURLToPath(new URL(`../functions/${file}`, import.meta.url));

/** Bundles a function into `<dir>/<name>`; the folder, and by esbuild's account what went into it. */
export function bundle(name: FunctionName, dir: string): { folder: string; metafile: Metafile } {
  const folder = join(dir, name);
  mkdirSync(folder, { recursive: true });
  const { metafile } = buildSync({
    entryPoints: [
      { in: source(`${name}.ts`), out: 'index' },
      ...(extracting.includes(name) ? [{ in: source('capture/extraction-thread.ts'), out: 'extraction-thread' }] : []),
    ],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages in CommonJS ask for Node's own modules by `require`, which a module has not.
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    // Asked for by hono-openapi for schemas of libraries that we do not use.
    external: ['zod', 'zod/*'],
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
  });
  return { folder, metafile };
}
