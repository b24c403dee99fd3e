/** The reader in a bundle: the files that it reads from beside itself as strings, and its templates without the space that people need. */
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type Loader, type Plugin, transform } from 'esbuild';

const reading = /readFileSync\(new URL\('\.\/([\w.-]+)', import\.meta\.url\), 'utf8'\)/g;

export const inlineAssets: Plugin = {
  name: 'inline-assets',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]reader[\\/][\w-]+\.ts$/ }, async ({ path }) => {
      const written = await readFile(path, 'utf8');
      const isAssets = /[\\/]assets\.ts$/.test(path);
      const contents = isAssets ? await withAssets(path, written) : written;
      // What the lines of templates begin with is for those who read the source.
      return { contents: contents.replace(/^[ \t]+/gm, ''), loader: 'ts', resolveDir: dirname(path) };
    });
  },
};

/** A third of its size; unpacking takes less than loading the rest. */
function packed(text: string): string {
  return brotliCompressSync(text).toString('base64');
}

async function withAssets(path: string, written: string): Promise<string> {
  const texts = new Map<string, string>();
  for (const [, file = ''] of written.matchAll(reading)) {
    const loader = extname(file).slice(1) as Loader;
    const source = await readFile(join(dirname(path), file), 'utf8');
    // Our style is written for browsers that nest rules; nothing is translated for older ones.
    texts.set(file, (await transform(source, { loader, minify: true, charset: 'utf8', target: 'esnext' })).code);
  }
  if (texts.size === 0) throw new Error(`${path} reads no file; see infra/inline-assets.ts`);
  return written
    .replace(reading, (_, file: string) => `unpacked('${packed(texts.get(file) ?? '')}')`)
    .replace(
      "import { readFileSync } from 'node:fs';\n",
      "import { brotliDecompressSync } from 'node:zlib';\nconst unpacked = (text: string) => brotliDecompressSync(Buffer.from(text, 'base64')).toString();\n",
    );
}
