/** The stack's settings: context of cdk.json or `--context name=value`, checked before anything is made. */
import * as v from 'valibot';

const flag = v.union([
  v.boolean(),
  v.pipe(
    v.picklist(['true', 'false']),
    v.transform((text) => text === 'true'),
  ),
]);
const schemas = {
  publicRead: v.optional(flag, false),
  publicUrl: v.optional(v.pipe(v.string(), v.regex(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?$/))),
  alarmEmail: v.optional(v.pipe(v.string(), v.email())),
  removeData: v.optional(flag, false),
  workerConcurrency: v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number))]),
      v.integer(),
      v.minValue(2),
      v.maxValue(1000),
    ),
    5,
  ),
  hostPauseMs: v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number))]),
      v.integer(),
      v.minValue(0),
      v.maxValue(600_000),
    ),
    1000,
  ),
  robots: v.optional(v.picklist(['obey', 'ignore']), 'obey'),
  noarchive: v.optional(v.picklist(['ignore', 'obey']), 'ignore'),
  pictures: v.optional(v.picklist(['story', 'off', 'page']), 'story'),
  userAgent: v.optional(v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,500}$/))),
} as const;

const takes: Record<keyof typeof schemas, string> = {
  publicRead: 'true or false: whether reading takes no key',
  publicUrl: 'an https:// address without a path: where others reach the archive, behind a domain of yours',
  alarmEmail: 'an e-mail address that alarms are sent to',
  removeData: 'true or false: whether destroying the stack also destroys what it holds',
  workerConcurrency:
    'a whole number from 2 to 1000: how many workers run at once. A new account may have ten Lambdas in all, and 5 leaves the API its half',
  hostPauseMs: 'a whole number from 0 to 600000: the pause between two fetches from one host',
  robots: 'obey or ignore',
  noarchive: 'ignore or obey',
  pictures: 'story, off or page',
  userAgent: '1 to 500 printable ASCII characters',
};

export type StackSettings = { [Name in keyof typeof schemas]: v.InferOutput<(typeof schemas)[Name]> };

/** For one's own machine only: in a Lambda, loopback is the service that hands out jobs and credentials. */
const refused = ['fetchAllow', 'fetchConnectTo', 'FETCH_ALLOW', 'FETCH_CONNECT_TO', 'HOST', 'PORT', 'DATA_DIR'];

/** Throws an Error that names the setting and says what it takes. `get`: the context's value, undefined when there is none. */
export function readContext(get: (name: string) => unknown): StackSettings {
  for (const name of refused)
    if (get(name) !== undefined)
      throw new Error(`${name} is for an archive on one machine; take it out of the context.`);
  const read = <Name extends keyof typeof schemas>(name: Name) => {
    const parsed = v.safeParse(schemas[name], get(name));
    if (!parsed.success) throw new Error(`Context ${name}=${String(get(name))} must be ${takes[name]}.`);
    return parsed.output;
  };
  return {
    publicRead: read('publicRead') as boolean,
    publicUrl: read('publicUrl') as string | undefined,
    alarmEmail: read('alarmEmail') as string | undefined,
    removeData: read('removeData') as boolean,
    workerConcurrency: read('workerConcurrency') as number,
    hostPauseMs: read('hostPauseMs') as number,
    robots: read('robots') as 'obey' | 'ignore',
    noarchive: read('noarchive') as 'ignore' | 'obey',
    pictures: read('pictures') as 'story' | 'off' | 'page',
    userAgent: read('userAgent') as string | undefined,
  };
}
