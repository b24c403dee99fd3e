/** `cdk synth` and `cdk deploy`: the app, its one stack, and the checks that it must pass. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundleAll } from './bundles.ts';
import { readContext } from './context.ts';
import { NightdeskStack } from './stack.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const settings = readContext((name) => app.node.tryGetContext(name));
const dir = mkdtempSync(join(tmpdir(), 'nightdesk-'));
try {
  new NightdeskStack(app, 'Nightdesk', settings, await bundleAll(dir));
  // Copies the bundles to where the CDK CLI takes them from.
  app.synth();
} finally {
  rmSync(dir, { recursive: true });
}
