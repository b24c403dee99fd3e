/** `POST /documents`: one document, or many as a form or a tar -> the archive, and what became of each. */
import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import { isDocumentFile } from '../capture/document-name.ts';
import { type ImportDeps, type Imported, importDocument } from '../capture/import-document.ts';
import { TarError, tarFiles } from '../formats/tar.ts';
import { ProblemError } from '../problems.ts';
import { describe } from './describe.ts';
import { problemBody, problemResponse } from './problem-response.ts';
import * as schemas from './schemas.ts';
import { valid } from './validate.ts';
import { snapshotUrl } from './views.ts';

type Named = { name: string | null; bytes: Uint8Array | null };

const maxDocuments = 500;
const maxFileBytes = 4 * 1024 * 1024;
/** What a tar.gz of one request may unpack to. */
const maxUnpackedBytes = 64 * 1024 * 1024;
/** So many are saved side by side: more of them only wait for the storage. */
const maxAtOnce = 8;
/** The gateway gives an answer up after 30 s; what was not begun by then is for the next request. */
const maxMs = 20_000;

export function postDocuments(deps: ImportDeps): Hono {
  return new Hono().post(
    '/',
    describe(
      'Import one Markdown document, or many as a multipart form, a tar or a tar.gz',
      {
        200: {
          description: 'What became of each; or of the one, which was there already',
          schema: schemas.importedList,
        },
        201: { description: 'One document, kept', schema: schemas.imported },
      },
      ['invalid-request', 'body-too-large', 'unsupported-media-type', 'bad-document', 'bad-archive-file', 'taken-down'],
      schemas.documentBody,
      ['text/markdown', 'multipart/form-data', 'application/x-tar', 'application/gzip'],
    ),
    valid('query', v.strictObject({ name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))) })),
    async (c) => {
      const { name = null } = c.req.valid('query');
      const type = (c.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
      if (/^text\/(markdown|x-markdown|plain)$/.test(type)) {
        return answerOne(c, await importDocument(deps, new Uint8Array(await c.req.arrayBuffer()), name));
      }
      if (name !== null)
        throw new ProblemError(
          'invalid-request',
          'parameter "name": it names one document; files in a form or a tar have names',
        );
      if (type === 'multipart/form-data') return answerAll(c, await importAll(deps, filesOfForm(c)));
      if (/^application\/(x-tar|gzip|x-gzip|x-gtar|x-compressed-tar|tar\+gzip)$/.test(type))
        return answerAll(c, await importAll(deps, filesOfTar(c)));
      throw new ProblemError(
        'unsupported-media-type',
        `the body came as ${type || 'no type at all'}; send text/markdown, multipart/form-data, application/x-tar or application/gzip`,
      );
    },
  );
}

function answerOne(c: Context, imported: Imported): Response {
  if ('problem' in imported)
    return problemResponse(c, imported.problem, {}, imported.problem.code === 'taken-down' ? 409 : undefined);
  const view = importedView(null, imported);
  return imported.snapshot === 'unchanged'
    ? c.json(view, 200)
    : c.json(view, 201, { location: `/articles/${imported.article}` });
}

function answerAll(c: Context, items: { name: string | null; imported: Imported }[]): Response {
  if (items.length === 0) throw new ProblemError('invalid-request', 'the body holds no files');
  return c.json({ items: items.map(({ name, imported }) => importedView(name, imported)) }, 200);
}

function importedView(name: string | null, imported: Imported) {
  const named = name === null ? {} : { name };
  if ('problem' in imported) return { ...named, problem: problemBody(imported.problem) };
  const { article, url, timestamp, snapshot } = imported;
  return { ...named, article, url, snapshot, snapshotUrl: snapshotUrl(article, timestamp) };
}

/** In the order they came. One bad file does not spoil the rest. */
async function importAll(deps: ImportDeps, files: AsyncIterable<Named>) {
  const untilMs = deps.now() + maxMs;
  const items: { name: string | null; imported: Imported }[] = [];
  const running = new Set<Promise<void>>();
  const importOne = async (at: number, { name, bytes }: Named): Promise<void> => {
    items[at] = { name, imported: await outcomeOf(deps, bytes, name, untilMs) };
  };
  const faults: unknown[] = [];
  let count = 0;
  try {
    for await (const file of files) {
      if (count === maxDocuments)
        throw new ProblemError(
          'body-too-large',
          `at most ${maxDocuments} documents at a time; the first ${maxDocuments} were kept, send the rest in further requests`,
        );
      const job: Promise<void> = importOne(count++, file)
        .catch((error: unknown) => void faults.push(error))
        .finally(() => running.delete(job));
      running.add(job);
      if (running.size >= maxAtOnce) await Promise.race(running);
      if (faults.length > 0) break;
    }
  } finally {
    // Whatever ends the body, nothing goes on behind the answer.
    await Promise.all(running);
  }
  if (faults.length > 0) throw faults[0];
  return items;
}

async function outcomeOf(
  deps: ImportDeps,
  bytes: Uint8Array | null,
  name: string | null,
  untilMs: number,
): Promise<Imported> {
  if (bytes === null) {
    const detail = `a document may have at most ${maxFileBytes / 1024 / 1024} MB`;
    return { problem: { code: 'bad-document', detail } };
  }
  if (deps.now() > untilMs)
    return { problem: { code: 'unavailable', detail: 'this request had no time left for it; send it again' } };
  return importDocument(deps, bytes, name);
}

async function* filesOfForm(c: Context): AsyncGenerator<Named> {
  for (const [field, value] of await form(c)) {
    if (typeof value === 'string') yield { name: field, bytes: Buffer.from(value) };
    else
      yield { name: value.name, bytes: value.size > maxFileBytes ? null : new Uint8Array(await value.arrayBuffer()) };
  }
}

async function form(c: Context): Promise<FormData> {
  try {
    return await c.req.formData();
  } catch (error) {
    if (error instanceof TypeError)
      throw new ProblemError('invalid-request', `the form cannot be read: ${error.message}`);
    throw error;
  }
}

/** Files in a tar that are no documents by their name, as pictures and the `._` files of macOS, are passed over. */
async function* filesOfTar(c: Context): AsyncGenerator<Named> {
  const body = new Uint8Array(await c.req.arrayBuffer());
  try {
    for await (const file of tarFiles([body], { maxFileBytes, maxBytes: maxUnpackedBytes })) {
      if (isDocumentFile(file.name)) yield file;
    }
  } catch (error) {
    if (error instanceof TarError) throw new ProblemError('bad-archive-file', error.message);
    throw error;
  }
}
