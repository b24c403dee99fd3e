/** The entry of `npm run deploy` and `npm run destroy`. */
import { createInterface } from 'node:readline/promises';
import { awsProblem } from '../../functions/cli/aws-problem.ts';
import { makeBucket } from '../../functions/store/bucket.ts';
import { makeS3 } from '../../functions/store/clients.ts';
import { readOptions, runCdk, UsageError } from './cdk.ts';
import { deploy, deployHelp } from './deploy.ts';
import { describeStack } from './deployed.ts';
import { destroy, destroyHelp } from './destroy.ts';

const [command, ...args] = process.argv.slice(2);

try {
  process.exitCode = await main();
} catch (error) {
  const message = error instanceof UsageError ? error.message : awsProblem(error);
  if (message === null) throw error;
  console.error(message);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const isDestroy = command === 'destroy';
  const options = readOptions(isDestroy ? 'destroy' : 'deploy', args, process.env);
  if (options.isHelp) {
    console.log(isDestroy ? destroyHelp : deployHelp);
    return 0;
  }
  // Read by the SDK, as the CLI reads it.
  if (options.profile) process.env.AWS_PROFILE = options.profile;
  const parts = { cdk: runCdk, describe: describeStack, say: console.log };
  return isDestroy ? destroy(options, { ...parts, ask, empty }) : deploy(options, parts);
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    process.stdout.write(question);
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
