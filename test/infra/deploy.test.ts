/** `npm run deploy` and `npm run destroy`, as far as there is no account: what is asked, what is refused, what CDK is told. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { makeBucket } from '../../functions/store/bucket.ts';
import { readOptions } from '../../infra/cli/cdk.ts';
import { deploy } from '../../infra/cli/deploy.ts';
import { destroy } from '../../infra/cli/destroy.ts';
import { startServices } from '../support/archive.ts';

const run = promisify(execFile);
const outputs = {
  Url: 'https://abc.execute-api.us-east-1.amazonaws.com',
  TableName: 'T1',
  BucketName: 'B1',
  WorkersAtMost: '5',
  DashboardUrl: 'https://console',
};

/** Stands for the CDK CLI, which needs an account: writes down what it is told, and answers with these statuses in turn. */
function recorder(statuses: number[] = []) {
  const told: string[][] = [];
  const said: string[] = [];
  const cdk = async (args: string[]) => {
    told.push(args);
    const file = args[args.indexOf('--outputs-file') + 1];
    if (args.includes('--outputs-file') && file) writeFileSync(file, JSON.stringify({ Nightdesk: outputs }));
    return statuses.shift() ?? 0;
  };
  return { told, said, cdk, say: (line: string) => said.push(line), commands: () => told.map(([command]) => command) };
}

const optionsOf = (...args: string[]) => readOptions(args, {});

describe('deploy', () => {
  test('prepares the account, deploys with the settings and the profile, and says what to do next', async () => {
    const { told, said, cdk, say } = recorder();
    expect(await deploy(optionsOf('publicRead=true', '--profile', 'desk'), cdk, say)).toBe(0);
    expect(told[0]).toEqual(['bootstrap', '--profile', 'desk', '--context', 'publicRead=true']);
    expect(told[1]?.slice(0, 4)).toEqual(['deploy', 'Nightdesk', '--require-approval', 'never']);
    expect(told[1]?.slice(-4)).toEqual(['--profile', 'desk', '--context', 'publicRead=true']);
    const text = said.join('\n');
    expect(text).toContain(`The archive is at ${outputs.Url}`);
    expect(text).toContain('AWS_PROFILE=desk npm run --silent key -- new desk --scope admin --table T1');
  });

  test('without credentials nothing is deployed, and it says what is missing', async () => {
    const { said, cdk, say, commands } = recorder([1]);
    expect(await deploy(optionsOf(), cdk, say)).toBe(1);
    expect(commands()).toEqual(['bootstrap']);
    expect(said.at(-1)).toContain('Are there AWS credentials and a region?');
  });

  test('a deployment that fails ends with the status of CDK', async () => {
    const { said, cdk, say } = recorder([0, 3]);
    expect(await deploy(optionsOf(), cdk, say)).toBe(3);
    expect(said.at(-1)).toContain('what is archived is as it was');
  });

  test.each([
    [['publicRead'], {}, 'publicRead is no setting; write name=value'],
    [['publicread=true'], {}, 'There is no setting publicread; there are publicRead,'],
    [['publicRead=yes'], {}, 'Context publicRead=yes must be true or false'],
    [['fetchAllow=127.0.0.0/8'], {}, 'fetchAllow is for an archive on one machine'],
    [['--delete'], {}, "Unknown option '--delete'"],
    [[], { FETCH_ALLOW: '127.0.0.0/8' }, 'FETCH_ALLOW is for an archive on one machine; unset it'],
    [[], { FETCH_CONNECT_TO: ':80:127.0.0.1:1' }, 'FETCH_CONNECT_TO is for an archive on one machine; unset it'],
  ])('%j with %j is refused before anything runs', (args, env, message) => {
    expect(() => readOptions(args, env)).toThrow(message);
  });

  test.each(['deploy', 'destroy'])('%s --help says what it does, and a wrong option ends with 2', async (command) => {
    const main = (...args: string[]) => run(process.execPath, ['infra/cli/main.ts', command, ...args]);
    expect((await main('--help')).stdout).toContain(`npm run ${command} [-- `);
    await expect(main('--nonsense')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--help says') });
  });
});

describe('destroy', () => {
  const never = async (): Promise<never> => {
    throw new Error('not to be called');
  };

  test('what is archived stays, unless told otherwise', async () => {
    const { said, cdk, say, told } = recorder();
    expect(await destroy(optionsOf(), { cdk, say, ask: async () => 'Nightdesk', empty: never })).toBe(0);
    expect(told).toEqual([['destroy', 'Nightdesk', '--force']]);
    expect(said.at(-1)).toContain('the table and the bucket are there');
  });

  test('nothing happens until it is confirmed', async () => {
    const { said, cdk, say, told } = recorder();
    expect(await destroy(optionsOf('--delete-data'), { cdk, say, ask: async () => 'yes', empty: never })).toBe(1);
    expect([told, said]).toEqual([[], ['Nothing was changed.']]);
  });

  test('to delete the data the bucket is emptied between a deployment that lets it go and the end', async () => {
    const { said, cdk, say, commands, told } = recorder();
    const steps: string[] = [];
    const empty = async (bucket: string) => {
      steps.push(`${commands().join()} then ${bucket}`);
      return 7;
    };
    expect(await destroy(optionsOf('--delete-data', '--yes'), { cdk, say, ask: never, empty })).toBe(0);
    expect(steps).toEqual(['deploy then B1']);
    expect(told[0]).toContain('removeData=true');
    expect(commands()).toEqual(['deploy', 'destroy']);
    expect(said).toEqual(['Deleted 7 objects.', 'The archive is gone.']);
  });

  test('when that deployment fails nothing is deleted', async () => {
    const { cdk, say, commands } = recorder([1]);
    expect(await destroy(optionsOf('--delete-data', '--yes'), { cdk, say, ask: never, empty: never })).toBe(1);
    expect(commands()).toEqual(['deploy']);
  });

  test('emptying takes every object of a bucket, of more than one page', async () => {
    const services = await startServices();
    const bucket = makeBucket(services.embedded.clients.s3, services.embedded.names.bucketName);
    const object = { bytes: Buffer.from('x'), contentType: 'text/plain', contentEncoding: null };
    await Promise.all(Array.from({ length: 1100 }, (_, n) => bucket.put(`snapshots/${n}/x`, object)));
    expect(await bucket.removeAll('')).toBe(1100);
    await services.close();
  });
});
