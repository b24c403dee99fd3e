/** `npm run destroy`: removes the stack, and keeps the archived pages unless `--delete-data` is given. */
import { cdkOptions, contextOf, type Options, type RunCdk, stackName } from './cdk.ts';
import { deployStack } from './deploy.ts';
import type { Describe } from './deployed.ts';

export const destroyHelp = `nightdesk destroy [--delete-data] [--profile NAME] [--yes]

Removes the archive's stack from your AWS account. The table and the bucket stay, with all archived pages, and you pay for the
stored bytes. npm run export and npm run verify can still read them, with --table and --bucket.

  --delete-data    also delete the table and every object of the bucket. This cannot be undone
  --profile NAME   the AWS profile to use
  --yes            do not ask

To keep the archived pages without AWS, export them first: npm run export -- DIR --format warc --from URL
`;

export type Destroying = {
  cdk: RunCdk;
  describe: Describe;
  say: (line: string) => void;
  /** The answer of the user; empty when there is no user. */
  ask: (question: string) => Promise<string>;
  /** Deletes every object of a bucket; how many there were. */
  empty: (bucket: string) => Promise<number>;
};

/** The exit status: 1 when it was not confirmed, or nothing is there. Throws UsageError when AWS cannot be asked. */
export async function destroy(options: Options, { cdk, describe, say, ask, empty }: Destroying): Promise<number> {
  const { deleteData, yes, profile } = options;
  const there = await describe(stackName);
  if (!there) {
    say(
      `There is no stack ${stackName} in this account and region. To delete the table and bucket of an earlier stack, use their names:`,
    );
    for (const line of byHand('TABLE', 'BUCKET')) say(line);
    return 1;
  }
  const { account, region, outputs, settings } = there;
  const { TableName: table = '', BucketName: bucket = '' } = outputs;
  if (!deleteData && settings.removeData === true) {
    say(
      'It was deployed with removeData=true, so removing the stack would also delete the table. Use --delete-data if you',
    );
    say('want that; if not, run this first: npm run deploy -- removeData=false');
    return 1;
  }
  const what = deleteData
    ? 'All archived pages will be deleted. This cannot be undone.'
    : `The API and the schedules go, the table ${table} and the bucket ${bucket} stay.`;
  if (!yes && (await ask(`Account ${account}, ${region}. ${what} Type ${stackName} to go on: `)) !== stackName) {
    say('Nothing was changed.');
    return 1;
  }
  const context = contextOf(settings, deleteData ? { removeData: 'true' } : {});
  if (deleteData) {
    // Until then the template keeps table and bucket after the stack, and protects the table from deletion.
    const status = await deployStack(profile, context, cdk);
    if (status !== 0) {
      say('Nothing was deleted. The messages above say why.');
      return status;
    }
    // CloudFormation deletes no bucket that holds anything.
    say(`Deleted ${await empty(bucket)} objects.`);
  }
  const status = await cdk(['destroy', stackName, '--force', ...cdkOptions(profile, context)]);
  if (status !== 0) {
    say('A part of the stack is still there. The messages above say why; if the bucket was not empty, run this again.');
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
