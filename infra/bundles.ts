/** The functions' bundles, one folder each: what is deployed, what the end-to-end test drives, and what the budgets are held to. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { inlineAssets } from './inline-assets.ts';
import { packSuffixes } from './pack-suffixes.ts';

export const functionNames = ['api', 'importer', 'worker', 'sweeper', 'indexer'] as const;
export type FunctionName = (typeof functionNames)[number];

/** The name of a function in the template. */
export function titleOf(name: FunctionName): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** `metafile`: by esbuild's account what went into it. */
export type Bundle = { folder: string; metafile: Metafile };
export type Bundles = Record<FunctionName, Bundle>;

/** Those that extract bring the thread that they do it in as a file of its own. */
const extracting: readonly FunctionName[] = ['importer', 'worker'];
const source = (file: string) => fileURLToPath(new URL(`../functions/${file}`, import.meta.url));
/** The replacement of a package of which we use a part. */
const slim = (name: string) => fileURLToPath(new URL(`slim/${name}.mjs`, import.meta.url));

/**
 * Files that packages ask for when they are needed, which here they never are: charsets that `TextDecoder` reads, parsers of HTTP
 * for processors without SIMD and one that is tried out, and what tells one browser from another. A third of the worker.
 */
const neverNeeded =
  /[\\/](iconv-lite[\\/]encodings[\\/]tables[\\/](cp936|eucjp|gbk-added|shiftjis)\.json|undici[\\/]lib[\\/](milo[\\/](no-)?simd|llhttp[\\/]llhttp-wasm)\.js|bowser[\\/][^\\/]+\.m?js)$/;

/** What describes routes, which the importer does. */
const ofDescriptions = /[\\/]@valibot[\\/]to-json-schema[\\/].*\.m?js$/;

const leaveOut = (filters: RegExp[]): Plugin => ({
  name: 'leave-out',
  setup({ onLoad }) {
    for (const filter of filters)
      onLoad({ filter }, ({ path }) => ({
        contents: `throw new Error('left out of the bundle: ${path.replace(/^.*node_modules/, '').replaceAll('\\', '/')}');`,
        loader: 'js',
      }));
  },
});

/** Bundles every function into `<dir>/<name>`. */
export async function bundleAll(dir: string): Promise<Bundles> {
  const made = functionNames.map(async (name) => [name, await bundle(name, join(dir, name))] as const);
  return Object.fromEntries(await Promise.all(made)) as Bundles;
}

async function bundle(name: FunctionName, folder: string): Promise<Bundle> {
  const { metafile } = await build({
    entryPoints: [
      { in: source(`${name}.ts`), out: 'index' },
      ...(extracting.includes(name) ? [{ in: source('jobs/extraction-thread.ts'), out: 'extraction-thread' }] : []),
    ],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Modules first: of a package in CommonJS nothing can be left out.
    mainFields: ['module', 'main'],
    // Code that the thread and its function share is in the bundle once.
    splitting: true,
    alias: {
      undici: slim('undici'),
      '@aws-sdk/credential-provider-node': slim('credentials'),
    },
    plugins: [leaveOut(name === 'api' ? [neverNeeded, ofDescriptions] : [neverNeeded]), inlineAssets, packSuffixes],
    // Packages in CommonJS ask for Node's own modules by `require`, which a module has not.
    banner: {
      js: "import{createRequire as requireFrom$}from'node:module';const require=requireFrom$(import.meta.url);",
    },
    // Asked for by hono-openapi for schemas of libraries that we do not use.
    external: ['zod', 'zod/*'],
    legalComments: 'none',
    // Escaped, a Chinese character takes six bytes and not three.
    charset: 'utf8',
    logLevel: 'error',
    metafile: true,
  });
  return { folder, metafile };
}
