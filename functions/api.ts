/** Lambda: HTTP API -> the Hono app, all but the routes of files, which `importer.ts` has. */
import { handle } from 'hono/aws-lambda';
import { makeApp } from './http/app.ts';
import { apiSettings, clock, isBinary, lambdaServices } from './lambda.ts';
import { version } from './version.ts';

const services = await lambdaServices(process.env);

export const handler = handle(makeApp({ ...services, ...clock, version, ...apiSettings(process.env) }), {
  isContentTypeBinary: isBinary,
});
