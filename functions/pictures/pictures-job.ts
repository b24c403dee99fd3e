/** The job that keeps what a page looked like: it reads a stored snapshot, fetches what that names, and writes one pack. */
import { gunzipSync } from 'node:zlib';
import type { CaptureDeps } from '../capture/capture-deps.ts';
import { readJobId } from '../capture/request-pictures.ts';
import { decodeHtml } from '../extract/charset.ts';
import { stopwatch } from '../stopwatch.ts';
import { bodyObject, getKnown, getSnapshot } from '../store/articles.ts';
import { removeDue } from '../store/due.ts';
import type { Job } from '../store/job.ts';
import { getPack, lastPack, packBytes, putPack } from '../store/packs.ts';
import { wantedOfPage } from './collect.ts';
import { type AskPart, fetchParts } from './fetch-parts.ts';
import { readPack, writePack } from './pack.ts';

/** It may run twice: what is there by then is left as it is. A takedown in between purges its prefix once more. */
export async function picturesJob(deps: CaptureDeps & { askPart: AskPart }, job: Job): Promise<void> {
  const { store, now, log } = deps;
  const named = readJobId(job.id);
  const article = named && (await getKnown(store.table, named.id))?.article;
  const snapshot = named && article && (await getSnapshot(store.table, article, named.timestamp));
  if (!named || !article || !snapshot || (await getPack(store.table, named.id, named.timestamp)))
    return removeDue(store.table, job);
  const object = await store.bucket.get(bodyObject(article.id, snapshot.digest));
  if (!object) return removeDue(store.table, job);
  const steps = stopwatch(now);
  const { text } = decodeHtml(
    gunzipSync(object.bytes),
    `${snapshot.contentType.split(';')[0]}; charset=${snapshot.charset}`,
  );
  const lead = article.versionOf === snapshot.timestamp ? article.image : null;
  const wanted = wantedOfPage(text, snapshot.finalUrl, { extent: named.extent, lead });
  steps.mark('collect');
  const last = wanted.length > 0 ? await lastPack(store, article.id, snapshot.timestamp) : null;
  const earlier = last && (await packBytes(store, article.id, last.digest));
  const known = earlier ? (await readPack(earlier)).parts : new Map();
  const { parts, missing, asked } = await fetchParts({ ask: deps.askPart, now }, wanted, {
    page: snapshot.finalUrl,
    known,
  });
  steps.mark('fetch');
  if (parts.length > 0 || missing.length > 0) {
    const { bytes } = await writePack(
      { id: article.id, timestamp: snapshot.timestamp, fetchedAt: snapshot.fetchedAt, url: snapshot.finalUrl },
      parts,
      missing,
    );
    // Whoever took it down meanwhile purges once more, later than any job takes.
    if ((await getKnown(store.table, article.id))?.article)
      await putPack(
        store,
        { id: article.id, timestamp: snapshot.timestamp },
        { bytes, of: snapshot.digest, parts: parts.length, missing: missing.length },
      );
    steps.mark('save');
  }
  log({
    ...{ event: 'pictures kept', article: article.id, timestamp: snapshot.timestamp, ms: steps.times() },
    ...{ parts: parts.length, missing: missing.length, asked },
  });
  return removeDue(store.table, job);
}
