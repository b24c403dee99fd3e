/** The routes that take files in and extract from them: `POST /documents` and `POST /warc`. */
import type { ImportDeps } from '../capture/import-document.ts';
import type { Imports } from './app.ts';
import { postDocuments } from './post-documents.ts';
import { postWarc } from './post-warc.ts';

export function importRoutes(deps: ImportDeps): Imports {
  return [
    { path: '/documents', routes: postDocuments(deps) },
    { path: '/warc', routes: postWarc(deps) },
  ];
}
