/** The words of `nightdesk NAME ...` -> the command, run, and what went wrong with it in words. */

import { codeOf } from '../error-code.ts';
import { version } from '../version.ts';
import { type Context, type Run, UsageError } from './context.ts';
import { expectedMessage } from './expected.ts';
import { swallowedByNpm } from './swallowed-by-npm.ts';

type Command = { about: string; load: () => Promise<{ run: Run; help: string }> };

/** Loaded one at a time: what one command needs does not slow the start of another. */
const commands: Record<string, Command> = {
  start: { about: 'run the archive on this machine', load: () => import('./start.ts') },
  demo: { about: 'watch it work, without internet; nothing is kept', load: () => import('./demo.ts') },
  add: { about: 'archive URLs', load: () => import('./add.ts') },
  search: { about: 'find articles by words', load: () => import('./search.ts') },
  show: { about: 'read one article', load: () => import('./show.ts') },
  import: { about: 'import documents, WARC files or another archive', load: () => import('./import.ts') },
  export: { about: 'write the archive as documents or WARC files', load: () => import('./export.ts') },
  key: { about: 'make, list and revoke keys', load: () => import('./key.ts') },
  verify: { about: 'check everything that is stored', load: () => import('./verify.ts') },
  reextract: { about: 'read old articles with the present extractor', load: () => import('./reextract.ts') },
  reindex: { about: 'rebuild the search index', load: () => import('./reindex.ts') },
  synth: { about: 'check the AWS stack without an account', load: async () => (await infra()).synthCommand },
  deploy: { about: 'put the archive into your AWS account', load: async () => (await infra()).deployCommand },
  destroy: { about: 'remove the archive from your AWS account', load: async () => (await infra()).destroyCommand },
};

const infra = () => import('../../infra/cli/main.ts');

const help = `nightdesk COMMAND [OPTIONS]

${Object.entries(commands)
  .map(([name, { about }]) => `  ${name.padEnd(11)}${about}`)
  .join('\n')}

  nightdesk COMMAND --help    what a command takes
  nightdesk --version         the version

In a clone, npm run COMMAND -- OPTIONS does the same. Exit status: 0 when everything is done, 1 when a part of it failed,
2 when the command could not begin. Settings are environment variables: docs/settings.md.
`;

/** Runs the command that `argv` names; its exit status. Throws only for a fault of ours. */
export async function runCommand([name, ...args]: string[], context: Context): Promise<number> {
  if (name === '--version' || args.includes('--version')) return printed(context, `${version}\n`);
  if (name === undefined || name === '--help' || name === 'help') return printed(context, help);
  const command = commands[name];
  if (!command) return refused(context, `There is no command ${name}.\n\n${help}`);
  try {
    const { run, help: ofCommand } = await command.load();
    if (args.includes('--help')) return printed(context, ofCommand);
    const swallowed = swallowedByNpm({ name, args, help: ofCommand, env: context.env });
    return swallowed === null ? await run(args, context) : refused(context, swallowed);
  } catch (error) {
    const message = messageOf(error, name);
    if (message === null) throw error;
    return refused(context, message);
  }
}

function printed({ out }: Context, text: string): number {
  out.write(text);
  return 0;
}

function refused({ err }: Context, message: string): number {
  err.write(`${message}\n`);
  return 2;
}

/** A fault that the user can repair, in words; null for a fault of ours, which keeps its stack trace. */
function messageOf(error: unknown, name: string): string | null {
  if (error instanceof UsageError) return `${error.message}\nnightdesk ${name} --help says what it takes.`;
  if (codeOf(error) === 'ERR_MODULE_NOT_FOUND')
    return `nightdesk ${name} needs packages that a release does not contain: run it in a clone of the repository, after npm install.`;
  return expectedMessage(error);
}
