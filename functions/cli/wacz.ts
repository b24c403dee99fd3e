/** The WARCs in a WACZ (Webrecorder's Web Archive Collection Zipped 1.1.1): a ZIP with them below `archive/`. */
import type { Readable } from 'node:stream';
import { openPromise, type ZipFile } from 'yauzl';
import { WarcError } from '../formats/warc-read.ts';

const maxEntries = 100_000;

/** Each with the name that it has in the file, one after the other. Throws WarcError for a damaged ZIP. */
export async function* warcsOf(path: string): AsyncGenerator<{ name: string; open: () => Promise<Readable> }> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw asWarcError(error);
  }
  try {
    let count = 0;
    for await (const entry of zip.eachEntry()) {
      if (++count > maxEntries) throw new WarcError(`it has over ${maxEntries} files`);
      if (!/^archive\/.*\.warc(\.gz)?$/i.test(entry.fileName)) continue;
      if (entry.isEncrypted()) throw new WarcError(`${entry.fileName} in it is encrypted`);
      yield { name: entry.fileName, open: () => zip.openReadStreamPromise(entry).catch(refuse) };
    }
  } catch (error) {
    throw asWarcError(error);
  } finally {
    zip.close();
  }
}

function refuse(error: unknown): never {
  throw asWarcError(error);
}

/** A library's own words for what is wrong with a ZIP have no code; a fault of the file system has one. */
function asWarcError(error: unknown): unknown {
  if (error instanceof WarcError || !(error instanceof Error) || 'code' in error) return error;
  return new WarcError(`its ZIP is damaged: ${error.message}`, { cause: error });
}
