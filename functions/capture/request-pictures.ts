/** A snapshot whose pictures are to be kept: due before its capture ends, so that nobody forgets, and sent after. */
import type { Pictures } from '../article/pictures.ts';
import { toIso } from '../article/times.ts';
import type { Capture } from '../store/captures.ts';
import { enqueue } from '../store/enqueue.ts';
import { getFeed } from '../store/feeds.ts';
import { lastPack, nameAgain } from '../store/packs.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { firstDueMs } from './request-capture.ts';
import type { SavedPage } from './try-capture.ts';

/**
 * Safe to repeat: one entry and one message do what several do. An unchanged page looks as it did, so what is kept of its looks is named by the
 * new snapshot too, by which lists find it; if nothing is, as of a story that a feed brought, a person's request keeps it now.
 */
export async function requestPictures(
  deps: Pick<CaptureDeps, 'store' | 'queue' | 'now' | 'pictures'>,
  { article, timestamp, snapshot }: SavedPage,
  { origin }: Pick<Capture, 'origin'>,
): Promise<void> {
  const isPage = /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(article.latest.contentType);
  if (!isPage) return;
  const last = snapshot === 'unchanged' ? await lastPack(deps.store, article.id, timestamp) : null;
  if (last) {
    if (last.timestamp !== timestamp) await nameAgain(deps.store.table, { id: article.id, timestamp }, last);
    return;
  }
  const extent = await extentOf(deps, origin);
  if (extent !== 'off') await requestLooks(deps, { id: article.id, timestamp, extent, isAgain: false });
}

/** What is sent with a request for a picture. */
export const pictureAccept = 'image/avif,image/webp,image/*;q=0.9,*/*;q=0.1';

/** `isAgain`: the picture that stands for the story may have changed where it is. Safe to repeat, as `requestPictures`. */
export async function requestLooks(
  deps: Pick<CaptureDeps, 'store' | 'queue' | 'now'>,
  { id, timestamp, extent, isAgain }: { id: string; timestamp: string; extent: 'story' | 'page'; isAgain: boolean },
): Promise<void> {
  const due = {
    ...({ kind: 'pictures', id: `${id}.${timestamp}.${extent}${isAgain ? '.again' : ''}`, sends: 1 } as const),
    dueAt: toIso(deps.now() + firstDueMs),
  };
  await enqueue(deps, [{ due }], async () => true);
}

/** What the request says, or its feed; else what people ask for is kept as the setting says, and of what feeds bring nothing. */
async function extentOf(
  { store, pictures = 'off' }: Pick<CaptureDeps, 'store' | 'pictures'>,
  origin: Capture['origin'],
): Promise<Pictures> {
  if (origin?.pictures) return origin.pictures;
  const feed = origin?.feed ? await getFeed(store.table, origin.feed) : null;
  return feed ? (feed.pictures ?? 'off') : pictures;
}

export function readJobId(
  text: string,
): { id: string; timestamp: string; extent: 'story' | 'page'; isAgain: boolean } | null {
  const [, id, timestamp, extent, again] = /^([\w-]{22})\.(\d{14})\.(story|page)(\.again)?$/.exec(text) ?? [];
  return id && timestamp ? { id, timestamp, extent: extent as 'story' | 'page', isAgain: again !== undefined } : null;
}
