/** The deployed stack: its outputs, its place and its settings. It is read before anything is changed. */
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { awsProblem } from '../../functions/cli/aws-problem.ts';
import { SettingsError } from '../../functions/settings.ts';

export type Deployed = {
  account: string;
  region: string;
  outputs: Record<string, string>;
  /** As `readContext` gave them; those that were left out then are absent. */
  settings: Record<string, unknown>;
};

/** Null when there is no such stack. Throws SettingsError when AWS cannot be asked. */
export type Describe = (stackName: string) => Promise<Deployed | null>;

export const describeStack: Describe = async (stackName) => {
  const client = new CloudFormationClient({ maxAttempts: 2 });
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const [stack] = Stacks;
    if (!stack) return null;
    const outputs = Object.fromEntries(
      (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    );
    const [, , , region = '', account = ''] = stack.StackId?.split(':') ?? [];
    return { account, region, outputs, settings: JSON.parse(outputs.Settings ?? '{}') };
  } catch (error) {
    if (error instanceof CloudFormationServiceException && /does not exist/.test(error.message)) return null;
    const problem = awsProblem(error);
    if (problem) throw new SettingsError(problem);
    throw error;
  } finally {
    client.destroy();
  }
};
