/** `npm run synth`: without an account, with all checks, and the template is the one that all other tests are about. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeStacks, synthMs, type TestStacks, withoutHashes } from '../support/stack.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'nightdesk-synth-'));
let stacks: TestStacks;

/** Nothing of this shell that could be an account: no profile, no region, no files of a home. */
const synth = (...args: string[]) =>
  run(process.execPath, [join(root, 'node_modules/.bin/cdk'), 'synth', '--quiet', '--output', outDir, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: outDir, AWS_EC2_METADATA_DISABLED: 'true' },
  });

beforeAll(async () => {
  stacks = await makeStacks();
}, synthMs);
afterAll(() => {
  stacks.remove();
  rmSync(outDir, { recursive: true });
});

test(
  'the template is made without an account, passes every check, and is the one that the tests are about',
  async () => {
    await synth();
    const template = JSON.parse(readFileSync(join(outDir, 'Nightdesk.template.json'), 'utf8'));
    expect(withoutHashes(template)).toBe(withoutHashes(stacks.templateOf().toJSON()));
  },
  synthMs,
);

test(
  'a context that is wrong stops it with what the setting takes',
  async () => {
    const env = { PATH: process.env.PATH, CDK_CONTEXT_JSON: '{"workerConcurrency":"0"}', CDK_OUTDIR: outDir };
    await expect(run(process.execPath, ['infra/app.ts'], { cwd: root, env })).rejects.toThrow(
      'Context workerConcurrency=0 must be a whole number from 2 to 1000',
    );
  },
  synthMs,
);

const hasCfnLint = spawnSync('cfn-lint', ['--version']).status === 0;
test.skipIf(!hasCfnLint)('cfn-lint, where it is installed, finds nothing', async () => {
  // W3005: a dependency that is written and would follow from a reference, as CDK writes them.
  await run('cfn-lint', ['--ignore-checks', 'W3005', '--', join(outDir, 'Nightdesk.template.json')]);
});

test(
  'the template is the one that was read last: update the file with `npx vitest -u test/infra` and read what changed',
  async () => {
    await expect(withoutHashes(stacks.templateOf().toJSON())).toMatchFileSnapshot('../fixtures/template.json');
  },
  synthMs,
);
