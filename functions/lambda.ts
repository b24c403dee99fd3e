/** The common part of the Lambdas: the names from the template, their clients, their log, and their fetching. */
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonLog } from './log.ts';
import { readSettings, type Settings, SettingsError } from './settings.ts';
import { makeClients, makeServices } from './store/clients.ts';
import { checkFormat } from './store/format.ts';

/** A Lambda answers with at most 6 MB, and bytes count four thirds in base64. */
const maxAnswerBytes = 4 * 1024 * 1024;

type Env = Record<string, string | undefined>;

// Not console.log: Lambda puts a time and an id before its lines, and metrics count only lines of JSON.
export const lambdaLog = jsonLog((line) => process.stdout.write(`${line}\n`), Date.now);
export const clock = { now: Date.now, sleep: (ms: number) => sleep(ms).then(() => undefined), log: lambdaLog };

/** The extraction thread, where the bundle puts it: beside the function. */
export const extractionThread = new URL('./extraction-thread.mjs', import.meta.url);

/** Table, bucket and queue, of an archive that this code may open. Throws FormatError for one that it must not. */
export async function lambdaServices(env: Env): Promise<ReturnType<typeof makeServices>> {
  const services = makeServices(makeClients(null), { ...lambdaNames(env), queueUrl: required(env, 'QUEUE_URL') });
  await checkFormat(services.store.table);
  return services;
}

/** A variable that the template sets. Throws SettingsError without it. */
function required(env: Env, name: string): string {
  const value = env[name];
  if (!value) throw new SettingsError(`${name} is not set; the stack sets it`);
  return value;
}

export function lambdaNames(env: Env) {
  return { tableName: required(env, 'TABLE_NAME'), bucketName: required(env, 'BUCKET_NAME') };
}

/**
 * The settings for fetching. Throws SettingsError for those of one's own machine: in a Lambda, loopback is the service
 * that hands out jobs and credentials.
 */
export function fetchSettings(env: Env): Settings {
  for (const name of ['FETCH_ALLOW', 'FETCH_CONNECT_TO'])
    if (env[name] && env.AWS_LAMBDA_FUNCTION_NAME) throw new SettingsError(`${name} is refused on AWS; remove it`);
  return readSettings(env);
}

/** The settings of the API: the pause of hosts, its public address, and who may read; it always asks for keys. Throws SettingsError for a wrong value. */
export function apiSettings(env: Env) {
  const { hostPauseMs, publicUrl } = readSettings(env);
  return { hostPauseMs, publicUrl, maxAnswerBytes, access: { publicRead: env.PUBLIC_READ === 'true' } };
}

/**
 * Types that go to the gateway in base64: all except our own JSON. The gateway would read an archived page in GB 18030 as UTF-8
 * text, and damage it.
 */
export function isBinary(contentType: string): boolean {
  return !/^application\/(problem\+)?json/.test(contentType);
}
