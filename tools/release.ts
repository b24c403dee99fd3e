/** What `npm pack` packs: the commands as plain JavaScript in dist/, since Node strips no types below node_modules. */
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { inlineAssets } from '../infra/inline-assets.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = (file: string) => join(root, 'functions', file);

/** Threads are files of their own, named by the file that starts them; here those are compiled, too. */
const compiledThreads: Plugin = {
  name: 'compiled-threads',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](embedded-servers|extractor)\.ts$/ }, async ({ path }) => {
      const written = await readFile(path, 'utf8');
      const contents = written.replace(/(new URL\('\.\/[\w-]+)\.ts(', import\.meta\.url\))/g, '$1.mjs$2');
      if (contents === written) throw new Error(`${path} names no thread; see tools/release.ts`);
      return { contents, loader: 'ts' };
    });
  },
};

/** What deploys needs the CDK, which a release does not bring: its commands find no file, and say so. */
const withoutInfra: Plugin = {
  name: 'without-infra',
  setup({ onResolve }) {
    onResolve({ filter: /[\\/]infra[\\/]/ }, () => ({ path: './infra.mjs', external: true }));
  },
};

/** Writes the folder anew. One commit makes the same bytes each time. */
export async function release(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: [source('cli/main.ts'), source('jobs/extraction-thread.ts'), source('store/embedded-thread.ts')],
    // Comments name files from here, wherever the command was run.
    absWorkingDir: root,
    outdir: folder,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    // Commands load what they need when they need it, and share it with the threads.
    splitting: true,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node22.19',
    format: 'esm',
    // A trace of a fault names functions and lines that can be read.
    minify: false,
    plugins: [compiledThreads, withoutInfra, inlineAssets],
    logLevel: 'error',
  });
  const launcher = join(folder, 'nightdesk.mjs');
  copyFileSync(join(root, 'tools/nightdesk.mjs'), launcher);
  chmodSync(launcher, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await release(join(root, 'dist'));
