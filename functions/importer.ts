/** Lambda: HTTP API -> the whole Hono app with extraction, for the routes of files and for the description of all. */
import { handle } from 'hono/aws-lambda';
import { makeApp } from './http/app.ts';
import { importRoutes } from './http/import-routes.ts';
import { makeExtractor } from './jobs/extractor.ts';
import { apiSettings, clock, extractionThread, isBinary, lambdaServices } from './lambda.ts';
import { version } from './version.ts';

const services = await lambdaServices(process.env);
const extractor = makeExtractor({ threadFile: extractionThread });

export const handler = handle(
  makeApp(
    { ...services, ...clock, version, ...apiSettings(process.env) },
    importRoutes({ ...services, ...clock, extractor }),
  ),
  { isContentTypeBinary: isBinary },
);
