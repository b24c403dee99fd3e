/** Monitoring: alarms to a topic, and a dashboard that shows captures, failures and usage. */
import { Duration, Stack } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { FunctionName } from './bundles.ts';
import type { Storage } from './storage.ts';

type Watched = {
  storage: Storage;
  functions: Record<FunctionName, lambda.Function>;
  api: apigateway.HttpApi;
  alarmEmail: string | undefined;
};

const namespace = 'Nightdesk';
const period = Duration.minutes(5);
const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;

export class Watch extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    const { storage, functions, api } = watched;
    const topic = new sns.Topic(this, 'Alarms', { enforceSSL: true });
    // A topic that has any policy of its own has lost the one that let alarms in.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (watched.alarmEmail) topic.addSubscription(new EmailSubscription(watched.alarmEmail));
    const alarm = (
      name: string,
      alarmDescription: string,
      metric: cloudwatch.IMetric,
      threshold: number,
      {
        comparisonOperator = GREATER_THAN_THRESHOLD,
        evaluationPeriods = 1,
        missing = cloudwatch.TreatMissingData.NOT_BREACHING,
      } = {},
    ) => {
      const made = new cloudwatch.Alarm(this, name, {
        alarmDescription,
        metric,
        threshold,
        comparisonOperator,
        evaluationPeriods,
        treatMissingData: missing,
      });
      made.addAlarmAction(new SnsAction(topic));
      return made;
    };
    const all = Object.values(functions);
    const errors = sumOf(
      'errors',
      all.map((one) => one.metricErrors({ period })),
    );
    const throttles = sumOf(
      'throttles',
      all.map((one) => one.metricThrottles({ period })),
    );
    const captured = logMetric(this, functions.worker, 'Captured', 'captured');
    const failed = logMetric(this, functions.worker, 'CaptureFailed', 'capture failed');
    const polledBad = logMetric(this, functions.worker, 'PollFailed', 'poll failed');
    const polled = logMetric(this, functions.worker, 'Polled', 'polled');
    const oldest = storage.queue.metricApproximateAgeOfOldestMessage({ period });
    const dead = storage.deadLetters.metricApproximateNumberOfMessagesVisible({ period });
    const apiErrors = api.metricServerError({ period });

    const alarms = [
      alarm(
        'DeadLetterAlarm',
        'A job failed five times: see the messages of the dead-letter queue and the log of the worker, then redrive',
        dead,
        0,
      ),
      alarm(
        'OldMessageAlarm',
        'Jobs wait for over half an hour: more workers (workerConcurrency) or a higher quota are needed',
        oldest,
        1800,
        { evaluationPeriods: 2 },
      ),
      alarm('ErrorAlarm', 'Functions fail: see their logs', errors, 5, { evaluationPeriods: 2 }),
      alarm('ApiErrorAlarm', 'The API answers with errors of its own: see the log of the API', apiErrors, 5),
      alarm('ThrottleAlarm', 'Functions are throttled: the account may run too few Lambdas at once', throttles, 10, {
        evaluationPeriods: 3,
      }),
      alarm('TableThrottleAlarm', 'The table throttles requests', throttledOf(storage.table), 10, {
        evaluationPeriods: 2,
      }),
      alarm(
        'SweeperAlarm',
        'The sweeper has not run for ten minutes: due work is not sent',
        functions.sweeper.metricInvocations({ period }),
        1,
        {
          comparisonOperator: LESS_THAN_THRESHOLD,
          evaluationPeriods: 2,
          missing: cloudwatch.TreatMissingData.BREACHING,
        },
      ),
      alarm(
        'FeedAlarm',
        'More than half of the polls of feeds fail: GET /feeds shows which',
        shareOf(polledBad, polled),
        50,
        {
          evaluationPeriods: 2,
        },
      ),
    ];

    const graph = (title: string, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []) =>
      new cloudwatch.GraphWidget({ title, left, right, width: 12, height: 6 });
    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      widgets: [
        [new cloudwatch.AlarmStatusWidget({ alarms, width: 24, height: 3 })],
        [
          graph('Is it archiving?', [captured, failed], [oldest]),
          graph(
            'Does it answer?',
            [api.metricCount({ period }), api.metricServerError({ period })],
            [api.metricLatency({ period, statistic: 'p99' })],
          ),
        ],
        [
          graph('What fails?', [errors, throttles, dead, polledBad]),
          graph(
            'Time of the functions, ms',
            all.map((one) => one.metricDuration({ period })),
          ),
        ],
        [
          graph('What does it cost: units of the table', [
            storage.table.metricConsumedWriteCapacityUnits({ period }),
            storage.table.metricConsumedReadCapacityUnits({ period }),
          ]),
          graph(
            'What does it cost: runs of the functions',
            all.map((one) => one.metricInvocations({ period })),
          ),
        ],
      ],
    });
    this.dashboardName = dashboard.dashboardName;
  }
}

/** A metric by table and kind of operation, which exists only after it has happened. */
function throttledOf(table: dynamodb.Table): cloudwatch.IMetric {
  const metrics = ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) =>
    table.metric(name, { period, statistic: 'Sum' }),
  );
  return sumOf('throttled', metrics);
}

/** A function that did not run tells nothing, and a sum with nothing in it would be nothing. */
function sumOf(id: string, metrics: cloudwatch.IMetric[]): cloudwatch.MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, i) => [`${id}${i}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((name) => `FILL(${name}, 0)`)
    .join(' + ');
  return new cloudwatch.MathExpression({ expression, usingMetrics, period });
}

/** Per cent of an hour, where there are enough to speak of a share. */
function shareOf(bad: cloudwatch.Metric, good: cloudwatch.Metric): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'IF(FILL(bad, 0) + FILL(good, 0) >= 4, 100 * FILL(bad, 0) / (FILL(bad, 0) + FILL(good, 0)), 0)',
    usingMetrics: { bad, good },
    period: Duration.hours(1),
  });
}

/** Counts the lines of a function's log that tell of an event. */
function logMetric(scope: Construct, from: lambda.Function, name: string, event: string): cloudwatch.Metric {
  const filter = new logs.MetricFilter(scope, name, {
    logGroup: from.logGroup,
    filterPattern: logs.FilterPattern.stringValue('$.event', '=', event),
    metricNamespace: namespace,
    metricName: name,
    metricValue: '1',
    defaultValue: 0,
  });
  return filter.metric({ period, statistic: 'Sum' });
}
