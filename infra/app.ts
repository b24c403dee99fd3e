/** `cdk synth` and `cdk deploy`: the app, its one stack, and the checks that it must pass. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundleAll } from './bundles.ts';
import { readContext } from './context.ts';
import { NightdeskStack } from './stack.ts';

const app = new App();
const settings = readContext((name) => app.node.tryGetContext(name));
new NightdeskStack(app, 'Nightdesk', settings, await bundleAll(mkdtempSync(join(tmpdir(), 'nightdesk-'))));
