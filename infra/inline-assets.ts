/** Style and script that a module reads from beside itself -> strings in its bundle, where there is no file beside it, as small as they get. */
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { type Loader, type Plugin, transform } from 'esbuild';

const reading = /readFileSync\(new URL\('\.\/([\w.-]+)', import\.meta\.url\), 'utf8'\)/g;

export const inlineAssets: Plugin = {
  name: 'inline-assets',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]reader[\\/]assets\.ts$/ }, async ({ path }) => {
      const written = await readFile(path, 'utf8');
      const texts = new Map<string, string>();
      for (const [, file = ''] of written.matchAll(reading)) {
        const loader = extname(file).slice(1) as Loader;
        const source = await readFile(join(dirname(path), file), 'utf8');
        // Our style is written for browsers that nest rules; nothing is translated for older ones.
        texts.set(file, (await transform(source, { loader, minify: true, charset: 'utf8', target: 'esnext' })).code);
      }
      if (texts.size === 0) throw new Error(`${path} reads no file; see infra/inline-assets.ts`);
      const contents = written
        .replace(reading, (_, file: string) => JSON.stringify(texts.get(file)))
        .replace("import { readFileSync } from 'node:fs';\n", '');
      return { contents, loader: 'ts', resolveDir: dirname(path) };
    });
  },
};
