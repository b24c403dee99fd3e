/** Lambda: HTTP API -> the whole Hono app with extraction, for the routes that take files in and for the description of all. */
import { handle } from 'hono/aws-lambda';
import { makeExtractor } from './capture/extractor.ts';
import { makeApp } from './http/app.ts';
import { importRoutes } from './http/import-routes.ts';
import { clock, isBinary, lambdaAccess, lambdaNames, required } from './lambda.ts';
import { makeClients, makeServices } from './store/clients.ts';
import { version } from './version.ts';

const names = { ...lambdaNames(process.env), queueUrl: required(process.env, 'QUEUE_URL') };
const services = makeServices(makeClients(null), names);
// Where the bundle puts it: beside this file.
const extractor = makeExtractor({ threadFile: new URL('./extraction-thread.mjs', import.meta.url) });

export const handler = handle(
  makeApp(
    { ...services, ...clock, version, access: lambdaAccess(process.env) },
    importRoutes({ ...services, ...clock, extractor }),
  ),
  { isContentTypeBinary: isBinary },
);
