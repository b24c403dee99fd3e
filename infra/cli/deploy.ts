/** `npm run deploy`: the archive in the user's own AWS account, made or brought up to date. */
import { cdkOptions, contextOf, type Options, type RunCdk, stackName } from './cdk.ts';
import type { Deployed, Describe } from './deployed.ts';

export const deployHelp = `nightdesk deploy [SETTING=VALUE ...] [--profile NAME]

Puts the archive into your AWS account, or updates the archive that is there to this code: an HTTP API, five Lambda functions, a
DynamoDB table, an S3 bucket, two queues, schedules, alarms and a dashboard, in one CloudFormation stack with the name
Nightdesk. The first deployment takes about five minutes. Every update keeps the archived pages.

It needs AWS credentials, as the AWS CLI does (environment, --profile or AWS_PROFILE), and a region (AWS_REGION). The first
deployment into a region also makes a stack for CDK itself, CDKToolkit.

  publicRead=true         reading takes no key; writing always does
  publicUrl=https://NAME  the address of a domain of yours in front of the archive, for links
  alarmEmail=YOU@EXAMPLE  send alarms to this address; confirm the first mail that AWS sends there
  workerConcurrency=20    how many Lambdas archive at once; 5 if not set. A new account may run ten in all
  hostPauseMs=2000        the pause between two fetches from one host, in ms; 1000 if not set
  robots=ignore           fetch pages that robots.txt forbids; robots.txt is obeyed if not set
  noarchive=obey          leave out pages that ask not to be archived
  pictures=off            keep no pictures and styles of pages; those of the story are kept if not set, page keeps all
  userAgent=TEXT          the name that the archive gives to the sites that it fetches
  removeData=true         destroying the stack also destroys the archived pages

  --profile NAME          the AWS profile to use

A setting stays until you give another value; publicRead= resets it. Costs: docs/costs.md. npm run destroy removes the archive.
`;

export type Deploying = { cdk: RunCdk; describe: Describe; say: (line: string) => void };

/** The exit status. Throws UsageError when AWS cannot be asked, or a setting is wrong. */
export async function deploy({ settings, profile }: Options, { cdk, describe, say }: Deploying): Promise<number> {
  const before = await describe(stackName);
  const context = contextOf(before?.settings ?? {}, settings);
  const told = [...context].map(([name, value]) => `${name}=${value}`).join(' ');
  say(before ? `Updating the archive in ${before.account}, ${before.region}. Settings: ${told}` : 'A new archive.');
  if ((await describe('CDKToolkit')) === null) {
    say('First, once for this account and region, the stack of CDK itself:');
    const status = await cdk(['bootstrap', ...cdkOptions(profile, context)]);
    if (status !== 0) {
      say('Nothing was deployed. The messages above say why.');
      return status;
    }
  }
  const status = await deployStack(profile, context, cdk);
  if (status !== 0) {
    say(
      before
        ? 'The deployment failed and was rolled back; the archived pages are unchanged. The messages above say why.'
        : 'The deployment failed and was rolled back; an empty table and bucket remain. The messages above say why.',
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
    `At most ${outputs.WorkersAtMost} Lambdas archive at once. The account needs a quota of twice as many, or answers wait: see docs/limits.md.`,
    '',
    'The first key, shown once:',
    `  ${as}npm run --silent key -- new desk --scope admin --table ${outputs.TableName}`,
    'Then:',
    `  NIGHTDESK_KEY=nd_… npm run add -- --to ${outputs.Url} https://example.org/a-story`,
  ];
}
