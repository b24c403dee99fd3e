/** The public suffix list of tldts in a bundle: packed, since as source text its numbers are an eighth of the API. */
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { Plugin } from 'esbuild';

type Value = Uint8Array | Uint16Array | Uint32Array | string | number;

export const packSuffixes: Plugin = {
  name: 'pack-suffixes',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]tldts[\\/]dist[\\/]es6[\\/]src[\\/]data[\\/]trie\.js$/ }, async ({ path }) => {
      // What the module exports is data alone; a new kind of it fails here, and not in a function.
      const values = Object.entries((await import(pathToFileURL(path).href)) as Record<string, Value>);
      const json = JSON.stringify(Object.fromEntries(values.map(([name, value]) => [name, plainOf(value)])));
      const packed = brotliCompressSync(json).toString('base64');
      const exported = values.map(([name, value]) => `export const ${name} = ${madeOf(name, value)};`);
      const contents = `import { brotliDecompressSync } from 'node:zlib';
const data = JSON.parse(brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString());
${exported.join('\n')}`;
      return { contents, loader: 'js' };
    });
  },
};

function plainOf(value: Value): string | number | number[] {
  return typeof value === 'object' ? [...value] : value;
}

function madeOf(name: string, value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return `data.${name}`;
  if (!ArrayBuffer.isView(value)) throw new Error(`tldts exports ${name}, which is no text, number or list of numbers`);
  return `new ${value.constructor.name}(data.${name})`;
}
