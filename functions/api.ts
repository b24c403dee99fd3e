/** Lambda: HTTP API -> the Hono app, all but the routes of files, which `importer.ts` has. */
import { handle } from 'hono/aws-lambda';
import { makeApp } from './http/app.ts';
import { apiSettings, clock, isBinary, lambdaServices } from './lambda.ts';
import { reader } from './reader/reader.ts';
import { version } from './version.ts';

const services = await lambdaServices(process.env);

const parts = { ...services, ...clock, version, ...apiSettings(process.env) };

export const handler = handle(makeApp(parts, [], reader(parts)), { isContentTypeBinary: isBinary });
