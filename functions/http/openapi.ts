/** `GET /openapi.json`: what every route takes and answers, made from the schemas that validate. On AWS the importer has it, with what makes it. */
import { Hono } from 'hono';
import { generateSpecs } from 'hono-openapi';
import { version } from '../version.ts';
import { documentOperation, markdownOperation } from './article.ts';
import { noQuery } from './validate.ts';

/** `app`: the whole of the API. */
export function openApi(app: Hono): Hono {
  return new Hono().get('/openapi.json', noQuery, async (c) => c.json(await openApiDocument(app)));
}

/** Made from the schemas that validate. Written by hand is only the one path that the router tells from another by its ending. */
async function openApiDocument(app: Hono) {
  const document = await generateSpecs(app, {
    documentation: {
      openapi: '3.1.0',
      info: { title: 'Nightdesk', version, description: 'A news archive: post a URL, keep the page, find it by date.' },
    },
    excludeStaticFile: false,
    exclude: ['/openapi.json'],
    defaultValidationErrorResponse: false,
  });
  return {
    ...document,
    paths: {
      ...document.paths,
      '/articles/{id}.md': { get: documentOperation },
      '/articles/{id}.markdown': { get: markdownOperation },
    },
  };
}
