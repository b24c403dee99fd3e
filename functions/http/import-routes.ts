/** The routes that bring much with them: those that files go in and out by (documents, WARC and OPML), and the description of all routes. */
import type { ImportDeps } from '../capture/import-document.ts';
import type { Requests } from '../capture/request-capture.ts';
import type { Imports } from './app.ts';
import { feedsOpml } from './feeds-opml.ts';
import { getDocuments } from './get-documents.ts';
import { openApi } from './openapi.ts';
import { postDocuments } from './post-documents.ts';
import { postWarc } from './post-warc.ts';
import { snapshotPages } from './snapshot-pages.ts';

/** `maxAnswerBytes`: what an answer may have, where that is bounded. */
export function importRoutes(deps: ImportDeps & Requests & { maxAnswerBytes?: number | undefined }): Imports {
  return [
    { path: '/documents', routes: postDocuments(deps) },
    { path: '/documents', routes: getDocuments(deps.store) },
    { path: '/warc', routes: postWarc(deps) },
    { path: '/', routes: feedsOpml(deps) },
    ...snapshotPages(deps.store, deps.maxAnswerBytes === undefined),
    { path: '/', routes: openApi },
  ];
}
