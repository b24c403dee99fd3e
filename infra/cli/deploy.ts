/** `npm run deploy`: the archive in the user's own AWS account, made or brought up to date. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdkOptions, type Options, type RunCdk, stackName } from './cdk.ts';

export const deployHelp = `npm run deploy [-- SETTING=VALUE ...] [--profile NAME]

Puts the archive into your AWS account, or brings the one that is there up to date with this code: an HTTP API, five Lambda
functions, a DynamoDB table, an S3 bucket, two queues, schedules, alarms and a dashboard, in one CloudFormation stack with the
name Nightdesk. It takes about five minutes the first time. What is archived stays through every update.

Before: AWS credentials, as for the AWS CLI (environment, --profile or AWS_PROFILE), and a region (AWS_REGION). Nothing else is
installed. The first deployment into a region also makes what CDK itself needs there, a stack called CDKToolkit.

  publicRead=true         reading takes no key (writing always does)
  alarmEmail=YOU@EXAMPLE  alarms are sent there, once you have confirmed the mail that comes first
  workerConcurrency=20    how many Lambdas archive at once, 5 if not set: a new account may have ten in all
  hostPauseMs=2000        the pause between two fetches from one host, in ms, 1000 if not set
  robots=ignore           robots.txt is not asked; it is obeyed if not set
  userAgent=TEXT          what the archive calls itself to the sites that it fetches
  removeData=true         destroying the stack destroys what is archived, too

  --profile NAME          the AWS profile to use
  --help                  this text

A setting holds for this deployment: the next one without it takes it back. To keep it, write it into "context" in cdk.json.
Costs: README, "What it costs". npm run destroy takes it away again.
`;

export type Outputs = {
  Url: string;
  TableName: string;
  BucketName: string;
  WorkersAtMost: string;
  DashboardUrl: string;
};

/** The exit status. */
export async function deploy(options: Options, cdk: RunCdk, say: (line: string) => void): Promise<number> {
  say('What CDK needs in this account and region (once):');
  const bootstrapped = await cdk(['bootstrap', ...cdkOptions(options)]);
  if (bootstrapped !== 0) {
    say('Nothing was deployed. Are there AWS credentials and a region? See npm run deploy -- --help.');
    return bootstrapped;
  }
  const deployed = await deployStack(options, cdk);
  if ('status' in deployed) {
    say('The deployment failed and was taken back; what is archived is as it was. What was wrong stands above.');
    return deployed.status;
  }
  for (const line of next(deployed, options)) say(line);
  return 0;
}

/** The stack as this code has it; what it puts out, or the status that CDK failed with. */
export async function deployStack(options: Options, cdk: RunCdk): Promise<Outputs | { status: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-deploy-'));
  try {
    const file = join(dir, 'outputs.json');
    const status = await cdk([
      ...['deploy', stackName, '--require-approval', 'never', '--outputs-file', file],
      ...cdkOptions(options),
    ]);
    if (status !== 0) return { status };
    const outputs = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Outputs>)[stackName];
    if (!outputs) throw new Error(`CDK wrote no outputs of ${stackName}`);
    return outputs;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function next({ Url, TableName, BucketName, WorkersAtMost, DashboardUrl }: Outputs, { profile }: Options): string[] {
  const as = profile ? `AWS_PROFILE=${profile} ` : '';
  return [
    '',
    `The archive is at ${Url}`,
    `  dashboard   ${DashboardUrl}`,
    `  table       ${TableName}`,
    `  bucket      ${BucketName}`,
    `At most ${WorkersAtMost} Lambdas archive at once. The account needs twice as many, or answers wait: see README, "Limits".`,
    '',
    'The first key, shown once:',
    `  ${as}npm run --silent key -- new desk --scope admin --table ${TableName}`,
    'Then:',
    `  NIGHTDESK_KEY=nd_… npm run add -- --to ${Url} https://example.org/a-story`,
  ];
}
