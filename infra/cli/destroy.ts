/** `npm run destroy`: takes the stack away, and leaves what is archived unless it is told otherwise. */
import { cdkOptions, type Options, type RunCdk, stackName } from './cdk.ts';
import { deployStack } from './deploy.ts';

export const destroyHelp = `npm run destroy [-- --delete-data] [--profile NAME] [--yes]

Takes the archive's stack out of your AWS account. The table and the bucket stay, with everything that is archived, and cost
what stored bytes cost; npm run verify, and the commands of the AWS CLI, still reach them.

  --delete-data    deletes what is archived, too: the table and every object of the bucket. There is no way back
  --profile NAME   the AWS profile to use
  --yes            do not ask
  --help           this text

To keep what is archived without AWS, export it first: npm run export -- DIR --format warc --from URL
`;

export type Destroying = {
  cdk: RunCdk;
  say: (line: string) => void;
  /** What the user answers. */
  ask: (question: string) => Promise<string>;
  /** Deletes every object of a bucket; how many there were. */
  empty: (bucket: string) => Promise<number>;
};

/** The exit status: 1 when it was not confirmed. */
export async function destroy(options: Options, { cdk, say, ask, empty }: Destroying): Promise<number> {
  const { deleteData, yes } = options;
  const question = deleteData
    ? `Everything that is archived will be deleted, and cannot be had back. Type ${stackName} to go on: `
    : `The API and the schedules go, the table and the bucket stay. Type ${stackName} to go on: `;
  if (!yes && (await ask(question)) !== stackName) {
    say('Nothing was changed.');
    return 1;
  }
  if (deleteData) {
    // Until then table and bucket are told to outlive the stack, and the table to refuse its deletion.
    const deployed = await deployStack({ ...options, settings: ['removeData=true'] }, cdk);
    if ('status' in deployed) {
      say('Nothing was deleted. What was wrong stands above.');
      return deployed.status;
    }
    // CloudFormation deletes no bucket that holds anything.
    say(`Deleted ${await empty(deployed.BucketName)} objects.`);
  }
  const status = await cdk(['destroy', stackName, '--force', ...cdkOptions(options)]);
  if (status !== 0) {
    say(
      deleteData
        ? 'The stack is not all gone. If the bucket was not empty, something was archived meanwhile: run this again.'
        : 'The stack is not all gone. If it was deployed with removeData=true, run this with --delete-data.',
    );
    return status;
  }
  say(
    deleteData
      ? 'The archive is gone.'
      : 'The stack is gone; the table and the bucket are there. What they hold is yours to keep, to verify, or to delete.',
  );
  return 0;
}
