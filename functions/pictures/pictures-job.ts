/** The job that keeps what a page looked like: it reads a stored snapshot, fetches what that names, and writes one pack. */
import type { CaptureDeps } from '../capture/capture-deps.ts';
import { readJobId } from '../capture/request-pictures.ts';
import { stopwatch } from '../stopwatch.ts';
import { getKnown, getSnapshot } from '../store/articles.ts';
import { removeDue } from '../store/due.ts';
import type { Job } from '../store/job.ts';
import { getPack } from '../store/packs.ts';
import { wantedOfPage } from './collect.ts';
import { type AskPart, fetchParts } from './fetch-parts.ts';
import { keepPack } from './keep-pack.ts';
import { lastParts } from './last-parts.ts';
import type { PagePicture } from './rewrite-page.ts';
import { storedPage } from './stored-page.ts';

/** It may run twice: what is there by then is left as it is. A takedown in between purges its prefix once more. */
export async function picturesJob(deps: CaptureDeps & { askPart: AskPart }, job: Job): Promise<void> {
  const { store, now, log } = deps;
  const named = readJobId(job.id);
  const article = named && (await getKnown(store.table, named.id))?.article;
  const snapshot = named && article && (await getSnapshot(store.table, article, named.timestamp));
  if (!named || !article || !snapshot || (await getPack(store.table, named.id, named.timestamp)))
    return removeDue(store.table, job);
  const text = await storedPage(store, { id: article.id, snapshot });
  if (text === null) return removeDue(store.table, job);
  const steps = stopwatch(now);
  const lead = article.versionOf === snapshot.timestamp ? article.image : null;
  const { wanted, leads, pictures, times } = wantedOfPage(text, snapshot.finalUrl, { extent: named.extent, lead });
  steps.mark('collect');
  const earlier = wanted.length > 0 ? await lastParts(store, article.id, snapshot.timestamp) : null;
  const asksFor = new Set([lead, ...sameAs(earlier?.pack.lead?.asked?.url, pictures)]);
  const { parts, missing, asked } = await fetchParts({ ask: deps.askPart, now }, wanted, {
    page: snapshot.finalUrl,
    known: async ({ url }) => earlier?.parts.get(url) ?? null,
    isAsked: (url) => named.isAgain && asksFor.has(url),
  });
  steps.mark('fetch');
  if (parts.length > 0 || missing.length > 0) {
    await keepPack(store, { id: article.id, snapshot, extent: named.extent }, { parts, missing, leads, times });
    steps.mark('save');
  }
  log({
    ...{ event: 'pictures kept', article: article.id, timestamp: snapshot.timestamp, ms: steps.times() },
    ...{ parts: parts.length, missing: missing.length, asked },
  });
  return removeDue(store.table, job);
}

/** All addresses of a picture that a page shows in one place. */
function sameAs(url: string | undefined, pictures: PagePicture[]): (string | null)[] {
  if (url === undefined) return [];
  const same = pictures.filter(({ all }) => all.includes(url));
  return [url, ...same.flatMap((picture) => [picture.url, picture.small])];
}
