/** `cdk synth` and `cdk deploy`: the app, its one stack, and the checks that it must pass. */
import { App } from 'aws-cdk-lib';
import { readContext } from './context.ts';
import { NightdeskStack } from './stack.ts';

const app = new App();
new NightdeskStack(
  app,
  'Nightdesk',
  readContext((name) => app.node.tryGetContext(name)),
);
