/** Lambda: HTTP API -> the Hono app, all but the routes that take files in, which `importer.ts` has. */
import { handle } from 'hono/aws-lambda';
import { makeApp } from './http/app.ts';
import { clock, isBinary, lambdaAccess, lambdaNames, required } from './lambda.ts';
import { makeClients, makeServices } from './store/clients.ts';
import { version } from './version.ts';

const names = { ...lambdaNames(process.env), queueUrl: required(process.env, 'QUEUE_URL') };
const services = makeServices(makeClients(null), names);

export const handler = handle(makeApp({ ...services, ...clock, version, access: lambdaAccess(process.env) }), {
  isContentTypeBinary: isBinary,
});
