/**
 * What a re-check does for the looks of an article that has them: a version that it found gets its pictures, and of an unchanged page the site
 * is asked whether the picture that stands for the story is still the same. Changes of other pictures under one URL are not seen.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Article } from '../article/article.ts';
import { parseArticleUrl } from '../article/article-url.ts';
import type { FetchedPage } from '../fetch/fetch-page.ts';
import { fileTypeOf } from '../formats/file-type.ts';
import { digestOf } from '../hash.ts';
import { bodyObject, getKnown } from '../store/articles.ts';
import { lastPack, type Pack } from '../store/packs.ts';
import type { CaptureDeps } from './capture-deps.ts';
import { readLed, reread } from './read-page.ts';
import { pictureAccept, requestLooks } from './request-pictures.ts';
import { savePage } from './save.ts';

/** Far more than such a picture has: what is larger is another one in any case. */
const maxBytes = 1024 * 1024;

/**
 * `captureId`: of the re-check. `page`: what the site sent, if it sent anything. Safe to repeat: what a re-check saved is known by its
 * capture, and asked for again where its pack is not there.
 */
export async function recheckLooks(
  deps: CaptureDeps,
  id: string,
  { captureId, page }: { captureId: string; page: FetchedPage | null },
): Promise<void> {
  const article = (await getKnown(deps.store.table, id))?.article;
  const pack = article && (await lastPack(deps.store, id, '9'));
  if (!article || !pack) return;
  const { capture } = article.latest;
  const isOurs = capture.startsWith(`${id}.`) && /^\d{14}$/.test(capture.slice(id.length + 1));
  if (isOurs && pack.timestamp < article.latest.timestamp)
    return requestLooks(deps, { id, timestamp: article.latest.timestamp, extent: pack.extent, isAgain: true });
  if (!(await hasOtherLead(deps, article, pack))) return;
  const now = page ?? (await pageAgain(deps, article));
  if (!now) return;
  const saved = await savePage(deps.store, await readLed(deps, { id: captureId, submitted: null, origin: null }, now), {
    reread: (one, snapshot) => reread(deps, one, snapshot),
  });
  if (saved.status !== 'saved') return;
  deps.log({ event: 'picture changed', article: id, timestamp: saved.timestamp });
  await requestLooks(deps, { id: saved.article.id, timestamp: saved.timestamp, extent: pack.extent, isAgain: true });
}

/** False where the site says nothing by which it could be asked, and where it cannot be had. */
async function hasOtherLead(deps: CaptureDeps, { latest }: Article, { lead }: Pack): Promise<boolean> {
  const { url = '', digest, etag, lastModified } = lead?.asked ?? {};
  const parsed = parseArticleUrl(url);
  if ((!etag && !lastModified) || 'problem' in parsed) return false;
  const result = await deps.courtesy.askPart(parsed.url, {
    ...{ accept: pictureAccept, maxBytes, referer: `${new URL(latest.finalUrl).origin}/` },
    validators: { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) },
  });
  if (!('page' in result)) return false;
  const { body } = result.page;
  return fileTypeOf(body)?.is === 'image' && digestOf(body) !== digest;
}

/** The page of which the site says that it is unchanged, as of now. */
async function pageAgain({ store, now }: CaptureDeps, { id, latest }: Article): Promise<FetchedPage | null> {
  const object = await store.bucket.get(bodyObject(id, latest.digest));
  if (!object) return null;
  const { requestedUrl, finalUrl, redirects, status, headers, headersCut, contentType } = latest;
  return {
    ...{ requestedUrl, finalUrl, redirects, status, headers, headersCut, contentType },
    ...{ body: await promisify(gunzip)(object.bytes), fetchedAtMs: now(), durationMs: 0 },
  };
}
