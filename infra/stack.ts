/** The whole archive as one stack: what is kept, the functions, the way in, the clock, and who watches. */
import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as events from 'aws-cdk-lib/aws-lambda-event-sources';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import type { Bundles } from './bundles.ts';
import type { StackSettings } from './context.ts';
import { Functions } from './functions.ts';
import { HttpEntry } from './http-entry.ts';
import { Storage } from './storage.ts';
import { Watch } from './watch.ts';

export class NightdeskStack extends Stack {
  constructor(scope: App, id: string, settings: StackSettings, bundles: Bundles) {
    super(scope, id, { description: 'Nightdesk, a news archive' });
    const storage = new Storage(this, 'Storage', settings);
    const { byName } = new Functions(this, 'Functions', storage, settings, bundles);
    byName.worker.addEventSource(
      new events.SqsEventSource(storage.queue, {
        batchSize: 10,
        maxConcurrency: settings.workerConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    const caller = new iam.Role(this, 'Caller', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com'),
      inlinePolicies: {
        calls: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: [byName.sweeper.functionArn, byName.indexer.functionArn],
            }),
          ],
        }),
      },
    });
    const role = caller.withoutPolicyUpdates();
    const schedule = (name: string, every: scheduler.ScheduleExpression, target: targets.LambdaInvoke) =>
      new scheduler.Schedule(this, name, { schedule: every, target });
    // Lambda itself would try again twice, and for six hours: a function that fails would have all of the account's runs.
    for (const one of [byName.sweeper, byName.indexer])
      one.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    const minute = scheduler.ScheduleExpression.rate(Duration.minutes(1));
    // The next minute does the work of a missed one.
    const once = { role, retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    schedule('Sweep', minute, new targets.LambdaInvoke(byName.sweeper, once));
    schedule('Index', minute, new targets.LambdaInvoke(byName.indexer, once));
    schedule(
      'Clean',
      scheduler.ScheduleExpression.rate(Duration.days(1)),
      new targets.LambdaInvoke(byName.indexer, {
        role,
        input: scheduler.ScheduleTargetInput.fromObject({ task: 'clean' }),
      }),
    );
    const entry = new HttpEntry(this, 'Http', byName);
    const { dashboardName } = new Watch(this, 'Watch', {
      storage,
      functions: byName,
      api: entry.api,
      alarmEmail: settings.alarmEmail,
    });

    new CfnOutput(this, 'Url', { value: entry.api.apiEndpoint, description: 'The address of the archive' });
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards/dashboard/${dashboardName}`,
      description: 'Is it archiving, what fails, what does it cost',
    });
    new CfnOutput(this, 'TableName', {
      value: storage.table.tableName,
      description: 'For the first key: npm run key -- new NAME --scope admin --table TABLE',
    });
    new CfnOutput(this, 'BucketName', { value: storage.bucket.bucketName });
    new CfnOutput(this, 'Settings', {
      value: JSON.stringify(settings),
      description: 'The settings of this deployment; npm run deploy starts from them',
    });
    new CfnOutput(this, 'WorkersAtMost', {
      value: String(settings.workerConcurrency),
      description: 'Lambdas that archive at once; the account must have twice as many, so that the API keeps its half',
    });
  }
}
