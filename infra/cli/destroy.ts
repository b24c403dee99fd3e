/** `npm run destroy`: takes the stack away, and leaves what is archived unless it is told otherwise. */
import { cdkOptions, contextOf, type Options, type RunCdk, stackName } from './cdk.ts';
import { deployStack } from './deploy.ts';
import type { Describe } from './deployed.ts';

export const destroyHelp = `nightdesk destroy [--delete-data] [--profile NAME] [--yes]

Takes the archive's stack out of your AWS account. The table and the bucket stay, with everything that is archived, and cost
what stored bytes cost; npm run export and npm run verify still reach them, with --table and --bucket.

  --delete-data    deletes what is archived, too: the table and every object of the bucket. There is no way back
  --profile NAME   the AWS profile to use
  --yes            do not ask

To keep what is archived without AWS, export it first: npm run export -- DIR --format warc --from URL
`;

export type Destroying = {
  cdk: RunCdk;
  describe: Describe;
  say: (line: string) => void;
  /** What the user answers; nothing when nobody is there. */
  ask: (question: string) => Promise<string>;
  /** Deletes every object of a bucket; how many there were. */
  empty: (bucket: string) => Promise<number>;
};

/** The exit status: 1 when it was not confirmed, or nothing is there. Throws UsageError when AWS cannot be asked. */
export async function destroy(options: Options, { cdk, describe, say, ask, empty }: Destroying): Promise<number> {
  const { deleteData, yes, profile } = options;
  const there = await describe(stackName);
  if (!there) {
    say(`There is no stack ${stackName} in this account and region. What an earlier one left is deleted by its names:`);
    for (const line of byHand('TABLE', 'BUCKET')) say(line);
    return 1;
  }
  const { account, region, outputs, settings } = there;
  const { TableName: table = '', BucketName: bucket = '' } = outputs;
  if (!deleteData && settings.removeData === true) {
    say('It was deployed with removeData=true: its end would be the end of the table, too. Say --delete-data if you');
    say('want that; if not, run this first: npm run deploy -- removeData=false');
    return 1;
  }
  const what = deleteData
    ? 'Everything that is archived will be deleted, and cannot be had back.'
    : `The API and the schedules go, the table ${table} and the bucket ${bucket} stay.`;
  if (!yes && (await ask(`Account ${account}, ${region}. ${what} Type ${stackName} to go on: `)) !== stackName) {
    say('Nothing was changed.');
    return 1;
  }
  const context = contextOf(settings, deleteData ? { removeData: 'true' } : {});
  if (deleteData) {
    // Until then table and bucket are told to outlive the stack, and the table to refuse its deletion.
    const status = await deployStack(profile, context, cdk);
    if (status !== 0) {
      say('Nothing was deleted. What was wrong stands above.');
      return status;
    }
    // CloudFormation deletes no bucket that holds anything.
    say(`Deleted ${await empty(bucket)} objects.`);
  }
  const status = await cdk(['destroy', stackName, '--force', ...cdkOptions(profile, context)]);
  if (status !== 0) {
    say('The stack is not all gone. What was wrong stands above; if the bucket was not empty, run this again.');
    return status;
  }
  if (deleteData) say('The archive is gone.');
  else {
    say('The stack is gone; the table and the bucket are there. To read them: npm run export -- DIR --format warc');
    say(`--table ${table} --bucket ${bucket}. To delete them:`);
    for (const line of byHand(table, bucket)) say(line);
  }
  return 0;
}

function byHand(table: string, bucket: string): string[] {
  return [
    `  aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled`,
    `  aws dynamodb delete-table --table-name ${table}`,
    `  aws s3 rb --force s3://${bucket}`,
  ];
}
