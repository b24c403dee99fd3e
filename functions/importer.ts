/** Lambda: HTTP API -> the whole Hono app with parsers and extraction, for files, pages as they were, and the description of all routes. */
import { handle } from 'hono/aws-lambda';
import { makeApp } from './http/app.ts';
import { importRoutes } from './http/import-routes.ts';
import { makeExtractor } from './jobs/extractor.ts';
import { apiSettings, clock, extractionThread, isBinary, lambdaServices } from './lambda.ts';
import { fileRoutes } from './reader/file-routes.ts';
import { reader } from './reader/reader.ts';
import { version } from './version.ts';

const services = await lambdaServices(process.env);
const extractor = makeExtractor({ threadFile: extractionThread });

const parts = { ...services, ...clock, version, ...apiSettings(process.env) };
const imports = [...importRoutes({ ...parts, extractor }), ...fileRoutes({ ...parts, extractor })];

export const handler = handle(makeApp(parts, imports, reader(parts)), { isContentTypeBinary: isBinary });
