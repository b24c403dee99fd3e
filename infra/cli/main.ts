/** `nightdesk synth`, `deploy` and `destroy`: the commands that need the CDK, which a release does not bring. */

import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { type Context, print, type Run, readArguments, UsageError } from '../../functions/cli/context.ts';
import { makeBucket } from '../../functions/store/bucket.ts';
import { makeS3 } from '../../functions/store/clients.ts';
import { readOptions, runCdk } from './cdk.ts';
import { deploy, deployHelp } from './deploy.ts';
import { describeStack } from './deployed.ts';
import { destroy, destroyHelp } from './destroy.ts';

type Command = { run: Run; help: string };

const synthHelp = `nightdesk synth

Writes the CloudFormation template of the archive to cdk.out and checks it with the rules of CDK and of cdk-nag. It needs no
AWS account and changes nothing there. Exit status 1: a check failed.
`;

export const synthCommand: Command = {
  help: synthHelp,
  async run(args, context) {
    readArguments(args, { options: {} });
    if ((await runCdk(['synth', '--quiet'])) !== 0) return 1;
    print(context, 'The template is in cdk.out, and every check passed.');
    return 0;
  },
};

export const deployCommand: Command = {
  help: deployHelp,
  run: async (args, context) => {
    const options = readOptions('deploy', args, context.env);
    useProfile(options.profile);
    return deploy(options, partsOf(context));
  },
};

export const destroyCommand: Command = {
  help: destroyHelp,
  run: async (args, context) => {
    const options = readOptions('destroy', args, context.env);
    useProfile(options.profile);
    return destroy(options, { ...partsOf(context), ask: (question) => ask(context, question), empty });
  },
};

function partsOf(context: Context) {
  return { cdk: runCdk, describe: describeStack, say: (line: string) => print(context, line) };
}

/** Read by the SDK, as the CLI reads it. */
function useProfile(profile: string | undefined): void {
  if (profile) process.env.AWS_PROFILE = profile;
}

async function ask({ out, stdin }: Context, question: string): Promise<string> {
  if (!(stdin instanceof Readable))
    throw new UsageError('There is no terminal to ask on; --yes goes on without asking.');
  const lines = createInterface({ input: stdin });
  try {
    out.write(question);
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}

async function empty(bucket: string): Promise<number> {
  const s3 = makeS3(null);
  try {
    return await makeBucket(s3, bucket).removeAll('');
  } finally {
    s3.destroy();
  }
}
