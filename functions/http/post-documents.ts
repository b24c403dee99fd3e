/** `POST /documents`: one document, or many as a form or a tar -> the archive, and what became of each. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { forEachAtOnce } from '../at-once.ts';
import { isDocumentFile, maxDocumentBytes, tooLarge } from '../capture/document-name.ts';
import { type ImportDeps, type Imported, importDocument } from '../capture/import-document.ts';
import { TarError, tarFiles } from '../formats/tar.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { describe } from './describe.ts';
import { importedView, maxImportMs, maxUnpackedBytes, outOfTime } from './import-answer.ts';
import * as schemas from './import-schemas.ts';
import { problemResponse } from './problem-response.ts';
import { bodyBytes } from './request-body.ts';
import { valid } from './validate.ts';

/** `contentType`: what its sender says that it is. `bytes: null`: there are more of them than is kept. */
type Named = { name: string | null; contentType?: string } & ({ bytes: Uint8Array | null } | { problem: Problem });

const lostField: Problem = { code: 'not-utf8', detail: 'the field is text that is not UTF-8; send it as a file' };
const maxDocuments = 500;
/** So many are saved side by side: more of them only wait for the storage. */
const maxAtOnce = 8;

export function postDocuments(deps: ImportDeps): Hono {
  return new Hono().post(
    '/',
    describe(
      'Import one Markdown document, or many as a multipart form, a tar or a tar.gz',
      {
        200: {
          description: 'The outcome of each document; or the one document, which was there already',
          schema: schemas.importedList,
        },
        201: { description: 'One document, kept', schema: schemas.imported },
      },
      [
        'invalid-request',
        'body-too-large',
        'unsupported-media-type',
        'not-utf8',
        'bad-document',
        'bad-archive-file',
        ['taken-down', 409],
      ],
      schemas.documentBody,
      ['text/markdown', 'application/octet-stream', 'multipart/form-data', 'application/x-tar', 'application/gzip'],
    ),
    valid('query', v.strictObject({ name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))) })),
    async (c) => {
      const { name = null } = c.req.valid('query');
      const contentType = c.req.header('content-type') ?? '';
      const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
      if (/^(text\/(markdown|x-markdown|plain)|application\/octet-stream)$/.test(type))
        return answerOne(c, await importDocument(deps, { bytes: await bodyBytes(c), name, sentAs: contentType }));
      if (name !== null)
        throw new ProblemError(
          'invalid-request',
          'parameter "name": only for a single document; files in a form or a tar have their own names',
        );
      if (type === 'multipart/form-data') return answerAll(c, await importAll(deps, filesOfForm(c)));
      if (/^application\/(x-tar|gzip|x-gzip|x-gtar|x-compressed-tar|tar\+gzip)$/.test(type))
        return answerAll(c, await importAll(deps, filesOfTar(c)));
      throw new ProblemError(
        'unsupported-media-type',
        `the body came as ${type || 'no type at all'}; send text/markdown, application/octet-stream, multipart/form-data, application/x-tar or application/gzip`,
      );
    },
  );
}

function answerOne(c: Context, imported: Imported): Response {
  if ('problem' in imported)
    return problemResponse(c, {
      problem: imported.problem,
      extra: {},
      status: imported.problem.code === 'taken-down' ? 409 : undefined,
    });
  const view = importedView(imported);
  return imported.snapshot === 'unchanged'
    ? c.json(view, 200)
    : c.json(view, 201, { location: `/articles/${imported.article}` });
}

function answerAll(c: Context, items: { name: string | null; imported: Imported }[]): Response {
  if (items.length === 0) throw new ProblemError('invalid-request', 'the body holds no files');
  return c.json(
    { items: items.map(({ name, imported }) => ({ ...(name === null ? {} : { name }), ...importedView(imported) })) },
    200,
  );
}

/** In the order they came. One bad file does not spoil the rest. */
async function importAll(deps: ImportDeps, files: AsyncIterable<Named>) {
  const untilMs = deps.now() + maxImportMs;
  const items: { name: string | null; imported: Imported }[] = [];
  await forEachAtOnce(files, maxAtOnce, async (file, at) => {
    if (at >= maxDocuments)
      throw new ProblemError(
        'body-too-large',
        `at most ${maxDocuments} documents at a time; the first ${maxDocuments} were kept, send the rest in further requests`,
      );
    items[at] = { name: file.name, imported: await outcomeOf(deps, file, untilMs) };
  });
  return items;
}

async function outcomeOf(deps: ImportDeps, file: Named, untilMs: number): Promise<Imported> {
  if ('problem' in file) return { problem: file.problem };
  const { name, contentType = null, bytes } = file;
  if (bytes === null) return { problem: tooLarge };
  return deps.now() > untilMs ? { problem: outOfTime } : importDocument(deps, { bytes, name, sentAs: contentType });
}

async function* filesOfForm(c: Context): AsyncGenerator<Named> {
  const body = await bodyBytes(c);
  for (const [field, value] of await form(c, body)) {
    if (typeof value === 'string')
      yield isAsSent(value, body) ? { name: field, bytes: Buffer.from(value) } : { name: field, problem: lostField };
    else
      yield {
        name: value.name,
        contentType: value.type,
        bytes: value.size > maxDocumentBytes ? null : new Uint8Array(await value.arrayBuffer()),
      };
  }
}

/** A field that is no file was read as UTF-8, which may have put U+FFFD in the place of what is none. */
function isAsSent(value: string, body: Uint8Array): boolean {
  return !value.includes('\ufffd') || Buffer.from(body.buffer).includes(value);
}

async function form(c: Context, body: Uint8Array<ArrayBuffer>): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': c.req.header('content-type') ?? '' } }).formData();
  } catch (error) {
    if (error instanceof TypeError)
      throw new ProblemError('invalid-request', `the form cannot be read: ${error.message}`);
    throw error;
  }
}

/** Files in a tar that are no documents by their name, as pictures and the `._` files of macOS, are passed over. */
async function* filesOfTar(c: Context): AsyncGenerator<Named> {
  const body = await bodyBytes(c);
  try {
    for await (const file of tarFiles([body], { maxFileBytes: maxDocumentBytes, maxBytes: maxUnpackedBytes })) {
      if (isDocumentFile(file.name)) yield file;
    }
  } catch (error) {
    if (error instanceof TarError) throw new ProblemError('bad-archive-file', error.message);
    throw error;
  }
}
