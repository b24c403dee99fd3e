/** The common part of `npm run deploy` and `npm run destroy`: their options, checked before anything runs, and the CDK CLI. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readArguments, UsageError } from '../../functions/cli/context.ts';
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

export type Options = {
  deleteData: boolean;
  yes: boolean;
  profile: string | undefined;
  /** The settings of this call; an empty text resets a setting. */
  settings: Record<string, string>;
};

/** For one's own machine only: there loopback is the owner's, on AWS it hands out credentials. */
const ofOneMachine = ['FETCH_ALLOW', 'FETCH_CONNECT_TO', 'FETCH_PROXY'];

/** Throws UsageError for what is not an option, and for what is meant for one machine. */
export function readOptions(
  command: 'deploy' | 'destroy',
  args: string[],
  env: Record<string, string | undefined>,
): Options {
  const { values, positionals } = parsed(command, args);
  const settings: Record<string, string> = {};
  for (const text of positionals) {
    const [name = '', ...value] = text.split('=');
    if (command === 'destroy') throw new UsageError(`npm run destroy takes no settings, such as ${text}.`);
    if (value.length === 0)
      throw new UsageError(`${text} is not a setting; write name=value, such as publicRead=true.`);
    settings[name] = value.join('=');
  }
  if (command === 'deploy')
    for (const name of ofOneMachine)
      if (env[name]) throw new UsageError(`${name} is for an archive on one machine; unset it, and deploy again.`);
  const options = {
    deleteData: values['delete-data'] === true,
    yes: values.yes === true,
    profile: values.profile as string | undefined,
    settings,
  };
  contextOf({}, settings);
  return options;
}

function parsed(command: 'deploy' | 'destroy', args: string[]) {
  const flag = { type: 'boolean' } as const;
  const options = {
    profile: { type: 'string' } as const,
    ...(command === 'destroy' ? { 'delete-data': flag, yes: flag } : {}),
  };
  const { values, positionals } = readArguments(args, { allowPositionals: true, options });
  return { values: values as Record<string, string | boolean | undefined>, positionals };
}

/**
 * The context for CDK: the settings of cdk.json, over them those of the last deployment, over them those of this call.
 * Throws UsageError for an unknown setting and for a wrong value.
 */
export function contextOf(before: Record<string, unknown>, now: Record<string, string>): Map<string, string> {
  const context = new Map<string, string>();
  const { context: written } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  // CDK's own flags are named after their package.
  const own = Object.entries(written as Record<string, unknown>).filter(([name]) => !/[/:]/.test(name));
  for (const [name, value] of [...own, ...Object.entries(before), ...Object.entries(now)]) {
    if (value === '') context.delete(name);
    else context.set(name, String(value));
  }
  try {
    const known = readContext((name) => context.get(name));
    for (const name of [...context.keys(), ...Object.keys(now)])
      if (!(name in known))
        throw new UsageError(`There is no setting ${name}; there are ${Object.keys(known).join(', ')}.`);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return context;
}

/** The options of the CDK CLI that stand for ours. */
export function cdkOptions(profile: string | undefined, context: Map<string, string>): string[] {
  return [
    ...(profile ? ['--profile', profile] : []),
    ...[...context].flatMap(([name, value]) => ['--context', `${name}=${value}`]),
  ];
}
