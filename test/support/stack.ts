/** The stack's template, made once per test file from bundles that are made once. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type Bundle, type Bundles, bundleAll, type FunctionName, titleOf } from '../../infra/bundles.ts';
import { readContext } from '../../infra/context.ts';
import { NightdeskStack } from '../../infra/stack.ts';

/** Template fragments are read freely in tests; what they hold is what the tests are about. */
// biome-ignore lint/suspicious/noExplicitAny: a type here would only repeat what AWS documents
type Json = any;
export type TemplateJson = { Resources: Record<string, { Type: string; Properties: Json }> };

/** For hooks and tests that bundle or synthesize, ms: seconds of processor time, on machines that do other things too. */
export const synthMs = 180_000;

export type TestStacks = {
  bundles: Bundles;
  stackOf(context?: Record<string, unknown>): NightdeskStack;
  templateOf(context?: Record<string, unknown>): Template;
  remove(): void;
};

/** The flags of cdk.json change what CDK makes, so they are set here as they are for `cdk deploy`. */
const { context: flags } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));

/** A template without the hashes of the bundles, which change with every line of code. */
export function withoutHashes(template: unknown): string {
  return `${JSON.stringify(template, null, 1).replace(/[0-9a-f]{64}/g, '<hash>')}\n`;
}

export async function makeStacks(): Promise<TestStacks> {
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
  const bundles = await bundleAll(dir);
  const stackOf = (context: Record<string, unknown> = {}) =>
    new NightdeskStack(
      new App({ context: flags, outdir: mkdtempSync(join(dir, 'cdk-')) }),
      'Nightdesk',
      readContext((name) => context[name]),
      bundles,
    );
  return {
    bundles,
    stackOf,
    templateOf: (context) => Template.fromStack(stackOf(context)),
    remove: () => rmSync(dir, { recursive: true }),
  };
}

/** All files of a bundle: what AWS loads before it answers for the first time. */
export function bytesOf({ folder }: Bundle): number {
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

type Statement = { Action: string | string[]; Resource: unknown };

/** What a function's policy allows, as `GetItem table`, `Query time` (an index), `GetObject snapshots/*`, `SendMessage queue`. */
export function policyOf({ Resources }: TemplateJson, name: FunctionName): string[] {
  const role = Object.entries(Resources).find(
    ([id, { Type }]) => Type === 'AWS::IAM::Role' && id.startsWith(`Functions${titleOf(name)}Role`),
  );
  if (!role) throw new Error(`the template has no role for ${name}`);
  const statements: Statement[] = role[1].Properties.Policies.flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );
  return statements
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${action.split(':')[1]} ${nameOf(resource)}`)),
    )
    .toSorted();
}

function nameOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  const [, path] = /"\/(?:index\/(\w+))"/.exec(text) ?? /"\/(\w+\/\*)"/.exec(text) ?? [];
  if (path) return path;
  const found = /"(?:Storage(Table|Bucket|Queue)|Functions\w+?(Log))[0-9A-F]{8}"/.exec(text);
  if (!found) throw new Error(`a resource without a name: ${text}`);
  return (found[1] ?? found[2] ?? '').toLowerCase();
}
