/** `npm run deploy` and `npm run destroy`, as far as there is no account: what is asked, what is refused, what CDK is told. */
import { describe, expect, test, vi } from 'vitest';
import { awsProblem } from '../../functions/cli/aws-problem.ts';
import { makeBucket } from '../../functions/store/bucket.ts';
import { readOptions } from '../../infra/cli/cdk.ts';
import { deploy } from '../../infra/cli/deploy.ts';
import type { Deployed } from '../../infra/cli/deployed.ts';
import { destroy } from '../../infra/cli/destroy.ts';
import { call } from '../support/command.ts';
import { useServices } from '../support/use.ts';

const stack = (settings: Record<string, unknown> = {}): Deployed => ({
  account: '123456789012',
  region: 'eu-west-1',
  outputs: { Url: 'https://abc', TableName: 'T1', BucketName: 'B1', WorkersAtMost: '5', DashboardUrl: 'https://board' },
  settings,
});

/**
 * Stands for the CDK CLI and for CloudFormation, which need an account: writes down what it is told, answers with these statuses
 * in turn, and has the stacks that are there at the beginning and those that were made.
 */
function account(stacks: Record<string, Deployed>, statuses: number[] = []) {
  const told: string[][] = [];
  const said: string[] = [];
  const cdk = async (args: string[]) => {
    told.push(args);
    const status = statuses.shift() ?? 0;
    if (status === 0 && args[0] === 'deploy') stacks.Nightdesk ??= stack();
    return status;
  };
  const parts = { cdk, describe: async (name: string) => stacks[name] ?? null, say: (line: string) => said.push(line) };
  return { told, said, parts, text: () => said.join('\n'), commands: () => told.map(([command]) => command) };
}

const toDeploy = (...args: string[]) => readOptions('deploy', args, {});
const toDestroy = (...args: string[]) => readOptions('destroy', args, {});

describe('deploy', () => {
  test('prepares a new account, deploys with the settings and the profile, and says what to do next', async () => {
    const { told, text, parts, commands } = account({});
    expect(await deploy(toDeploy('publicRead=true', '--profile', 'desk'), parts)).toBe(0);
    expect(commands()).toEqual(['bootstrap', 'deploy']);
    expect(told[1]).toEqual([
      ...['deploy', 'Nightdesk', '--require-approval', 'never'],
      ...['--profile', 'desk', '--context', 'publicRead=true'],
    ]);
    expect(text()).toContain('The archive is at https://abc');
    expect(text()).toContain(
      'AWS_REGION=eu-west-1 AWS_PROFILE=desk npm run --silent key -- new desk --scope admin --table T1',
    );
  });

  test('an update keeps the settings of before, takes new ones over them, and takes back what is given as nothing', async () => {
    const before = { publicRead: true, alarmEmail: 'desk@example.org', workerConcurrency: 20 };
    const { told, text, parts } = account({ Nightdesk: stack(before), CDKToolkit: stack() });
    expect(await deploy(toDeploy('workerConcurrency=30', 'alarmEmail='), parts)).toBe(0);
    expect(told).toEqual([
      [
        ...['deploy', 'Nightdesk', '--require-approval', 'never'],
        ...['--context', 'publicRead=true', '--context', 'workerConcurrency=30'],
      ],
    ]);
    expect(text()).toContain('123456789012, eu-west-1. Settings: publicRead=true workerConcurrency=30');
  });

  test.each([
    [[1], 1, 'Nothing was deployed'],
    [[0, 3], 3, 'an empty table and bucket remain'],
  ])('what fails with %j ends with that status', async (statuses, status, message) => {
    const { text, parts } = account({}, statuses);
    expect(await deploy(toDeploy(), parts)).toBe(status);
    expect(text()).toContain(message);
  });

  test.each([
    [['publicRead'], {}, 'publicRead is not a setting; write name=value'],
    [['publicread=true'], {}, 'There is no setting publicread; there are publicRead,'],
    [['publicRead=yes'], {}, 'Context publicRead=yes must be true or false'],
    [['fetchAllow=127.0.0.0/8'], {}, 'fetchAllow is for an archive on one machine'],
    [['--delete-data'], {}, "Unknown option '--delete-data'"],
    [[], { FETCH_ALLOW: '127.0.0.0/8' }, 'FETCH_ALLOW is for an archive on one machine; unset it'],
    [[], { FETCH_CONNECT_TO: ':80:127.0.0.1:1' }, 'FETCH_CONNECT_TO is for an archive on one machine; unset it'],
  ])('%j with %j is refused before anything runs', (args, env, message) => {
    expect(() => readOptions('deploy', args, env)).toThrow(message);
  });
});

describe('destroy', () => {
  const never = async (): Promise<never> => {
    throw new Error('not to be called');
  };
  const confirmed = async () => 'Nightdesk';

  test('what is archived stays, unless told otherwise', async () => {
    const { told, text, parts } = account({ Nightdesk: stack() });
    expect(await destroy(toDestroy(), { ...parts, ask: confirmed, empty: never })).toBe(0);
    expect(told).toEqual([['destroy', 'Nightdesk', '--force']]);
    expect(text()).toContain('the table and the bucket are there');
    expect(text()).toContain('aws s3 rb --force s3://B1');
  });

  test('nothing happens until it is confirmed, by somebody who was told where', async () => {
    const { told, said, parts } = account({ Nightdesk: stack() });
    let asked = '';
    const ask = async (question: string) => {
      asked = question;
      return '';
    };
    expect(await destroy(toDestroy('--delete-data'), { ...parts, ask, empty: never })).toBe(1);
    expect(asked).toContain('Account 123456789012, eu-west-1. All archived pages will be deleted');
    expect([told, said]).toEqual([[], ['Nothing was changed.']]);
  });

  test('a stack that would take its table along is not destroyed by the way', async () => {
    const { told, text, parts } = account({ Nightdesk: stack({ removeData: true }) });
    expect(await destroy(toDestroy('--yes'), { ...parts, ask: never, empty: never })).toBe(1);
    expect(told).toEqual([]);
    expect(text()).toContain('npm run deploy -- removeData=false');
  });

  test('where there is no stack nothing is made to be deleted', async () => {
    const { told, text, parts } = account({});
    expect(await destroy(toDestroy('--delete-data', '--yes'), { ...parts, ask: never, empty: never })).toBe(1);
    expect(told).toEqual([]);
    expect(text()).toContain('To delete the table and bucket of an earlier stack');
  });

  test('to delete the data the bucket is emptied between a deployment that lets it go and the end', async () => {
    const { said, parts, commands, told } = account({ Nightdesk: stack({ robots: 'ignore' }) });
    const steps: string[] = [];
    const empty = async (bucket: string) => {
      steps.push(`${commands().join()} then ${bucket}`);
      return 7;
    };
    expect(await destroy(toDestroy('--delete-data', '--yes'), { ...parts, ask: never, empty })).toBe(0);
    expect(steps).toEqual(['deploy then B1']);
    expect(told[0]?.slice(-4)).toEqual(['--context', 'robots=ignore', '--context', 'removeData=true']);
    expect(commands()).toEqual(['deploy', 'destroy']);
    expect(said).toEqual(['Deleted 7 objects.', 'The archive is gone.']);
  });

  test('when that deployment fails nothing is deleted', async () => {
    const { parts, commands } = account({ Nightdesk: stack() }, [1]);
    expect(await destroy(toDestroy('--delete-data', '--yes'), { ...parts, ask: never, empty: never })).toBe(1);
    expect(commands()).toEqual(['deploy']);
  });

  test('settings are refused, since they would change nothing', () => {
    expect(() => toDestroy('publicRead=true')).toThrow('npm run destroy takes no settings, such as publicRead=true');
  });

  test('emptying takes every object of a bucket, of more than one page', async () => {
    const services = await useServices();
    const bucket = makeBucket(services.embedded.clients.s3, services.embedded.names.bucketName);
    const object = { bytes: Buffer.from('x'), contentType: 'text/plain', contentEncoding: null };
    for (let at = 0; at < 1050; at += 50)
      await Promise.all(Array.from({ length: 50 }, (_, n) => bucket.put(`snapshots/${at + n}/x`, object)));
    expect(await bucket.removeAll('')).toBe(1050);
  });
});

describe('the commands', () => {
  test.each(['deploy', 'destroy', 'synth'])(
    '%s --help says what it does, and a wrong option ends with 2',
    async (command) => {
      expect(await call([command, '--help'])).toMatchObject({
        status: 0,
        out: expect.stringContaining(`nightdesk ${command}`),
      });
      expect(await call([command, '--nonsense'])).toMatchObject({
        status: 2,
        err: `Unknown option '--nonsense'.\nnightdesk ${command} --help says what it takes.\n`,
      });
    },
  );

  test.each(['deploy', 'destroy'])('%s without a region or credentials says what is missing', async (command) => {
    // Nothing of this shell that could be an account.
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', '/nowhere');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    expect(await call([command])).toEqual({
      status: 2,
      out: '',
      err: 'No AWS region is set; set one: AWS_REGION=us-east-1\n',
    });
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    expect(await call([command])).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^There are no AWS credentials: .*Set AWS_PROFILE/),
    });
    vi.unstubAllEnvs();
  });
});

test.each([
  ['AccessDeniedException', 'These AWS credentials may not do that: no'],
  ['ExpiredTokenException', 'AWS does not accept these credentials: no'],
  ['ResourceNotFoundException', 'AWS has no such table or bucket in this region: no'],
  ['TypeError', null],
])('of %s the user is told: %s', (name, told) => {
  expect(awsProblem(Object.assign(new Error('no'), { name }))).toBe(told);
});
