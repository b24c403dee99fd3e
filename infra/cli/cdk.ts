/** What `npm run deploy` and `npm run destroy` share: their options, checked before anything runs, and how they run the CDK CLI. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readContext } from '../context.ts';

export const stackName = 'Nightdesk';
const root = fileURLToPath(new URL('../..', import.meta.url));
const cdk = fileURLToPath(new URL('../../node_modules/.bin/cdk', import.meta.url));

/** Runs `cdk` with these arguments on the terminal of the user; its exit status. */
export type RunCdk = (args: string[]) => Promise<number>;

export const runCdk: RunCdk = (args) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cdk, ...args], { cwd: root, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

/** Something that the user can put right; the message says how. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export type Options = {
  isHelp: boolean;
  deleteData: boolean;
  yes: boolean;
  profile: string | undefined;
  /** `name=value`, as given. */
  settings: string[];
};

/** For one's own machine only: there loopback is the owner's, on AWS it hands out credentials. */
const ofOneMachine = ['FETCH_ALLOW', 'FETCH_CONNECT_TO', 'FETCH_PROXY'];

/** Throws UsageError for what is not an option, a setting that does not exist, and a value that a setting does not take. */
export function readOptions(args: string[], env: Record<string, string | undefined>): Options {
  const { values, positionals } = parsed(args);
  const context = new Map<string, string>();
  for (const text of positionals) {
    const [name = '', ...value] = text.split('=');
    if (value.length === 0) throw new UsageError(`${text} is no setting; write name=value, as publicRead=true.`);
    context.set(name, value.join('='));
  }
  const known = readContext((name) => context.get(name));
  for (const name of context.keys())
    if (!(name in known))
      throw new UsageError(`There is no setting ${name}; there are ${Object.keys(known).join(', ')}.`);
  for (const name of ofOneMachine)
    if (env[name]) throw new UsageError(`${name} is for an archive on one machine; unset it, and deploy again.`);
  return {
    isHelp: values.help === true,
    deleteData: values['delete-data'] === true,
    yes: values.yes === true,
    profile: values.profile,
    settings: positionals,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        profile: { type: 'string' },
        'delete-data': { type: 'boolean' },
        yes: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n--help says what there is.`);
  }
}

/** The options of the CDK CLI that stand for ours. */
export function cdkOptions({ profile, settings }: Pick<Options, 'profile' | 'settings'>): string[] {
  return [...(profile ? ['--profile', profile] : []), ...settings.flatMap((setting) => ['--context', setting])];
}
