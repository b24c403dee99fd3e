/** `npm run deploy`: the archive in the user's own AWS account, made or brought up to date. */
import { cdkOptions, contextOf, type Options, type RunCdk, stackName } from './cdk.ts';
import type { Deployed, Describe } from './deployed.ts';

export const deployHelp = `nightdesk deploy [SETTING=VALUE ...] [--profile NAME]

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
  noarchive=obey          pages that ask not to be archived are not
  userAgent=TEXT          what the archive calls itself to the sites that it fetches
  removeData=true         destroying the stack destroys what is archived, too

  --profile NAME          the AWS profile to use

A setting holds until another value is given; publicRead= takes it back. Costs: README, "What it costs". npm run destroy
takes the archive away again.
`;

export type Deploying = { cdk: RunCdk; describe: Describe; say: (line: string) => void };

/** The exit status. Throws UsageError when AWS cannot be asked, or a setting is wrong. */
export async function deploy({ settings, profile }: Options, { cdk, describe, say }: Deploying): Promise<number> {
  const before = await describe(stackName);
  const context = contextOf(before?.settings ?? {}, settings);
  const told = [...context].map(([name, value]) => `${name}=${value}`).join(' ');
  say(before ? `Updating the archive in ${before.account}, ${before.region}. Settings: ${told}` : 'A new archive.');
  if ((await describe('CDKToolkit')) === null) {
    say('What CDK needs in this account and region, once:');
    const status = await cdk(['bootstrap', ...cdkOptions(profile, context)]);
    if (status !== 0) {
      say('Nothing was deployed. What was wrong stands above.');
      return status;
    }
  }
  const status = await deployStack(profile, context, cdk);
  if (status !== 0) {
    say(
      before
        ? 'The deployment failed and was taken back; what is archived is as it was. What was wrong stands above.'
        : 'The deployment failed and was taken back, but for an empty table and bucket. What was wrong stands above.',
    );
    return status;
  }
  const after = await describe(stackName);
  if (!after) throw new Error(`there is no stack ${stackName} after its deployment`);
  for (const line of next(after, profile)) say(line);
  return 0;
}

/** The stack as this code has it; the status of CDK. */
export function deployStack(profile: string | undefined, context: Map<string, string>, cdk: RunCdk): Promise<number> {
  return cdk(['deploy', stackName, '--require-approval', 'never', ...cdkOptions(profile, context)]);
}

function next({ outputs, region }: Deployed, profile: string | undefined): string[] {
  const as = `AWS_REGION=${region} ${profile ? `AWS_PROFILE=${profile} ` : ''}`;
  return [
    '',
    `The archive is at ${outputs.Url}`,
    `  dashboard   ${outputs.DashboardUrl}`,
    `  table       ${outputs.TableName}`,
    `  bucket      ${outputs.BucketName}`,
    `At most ${outputs.WorkersAtMost} Lambdas archive at once. The account needs twice as many, or answers wait: see README, "Limits".`,
    '',
    'The first key, shown once:',
    `  ${as}npm run --silent key -- new desk --scope admin --table ${outputs.TableName}`,
    'Then:',
    `  NIGHTDESK_KEY=nd_… npm run add -- --to ${outputs.Url} https://example.org/a-story`,
  ];
}
