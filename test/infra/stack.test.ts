/** What must not change by accident in what is deployed. */
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readContext } from '../../infra/context.ts';
import { makeStacks, synthMs, type TestStacks } from '../support/stack.ts';

let stacks: TestStacks;
let template: Template;
let removing: Template;

beforeAll(async () => {
  stacks = await makeStacks();
  template = stacks.templateOf();
  removing = stacks.templateOf({
    removeData: 'true',
    alarmEmail: 'desk@example.org',
    workerConcurrency: '20',
    publicRead: true,
    publicUrl: 'https://archive.example.org',
  });
}, synthMs);
afterAll(() => stacks.remove());

test('table and bucket stay when the stack goes, unless told otherwise', () => {
  for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket']) {
    template.hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    removing.hasResource(type, { DeletionPolicy: 'Delete' });
  }
  template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
  removing.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
});

test('the table is on demand, can be taken back in time, and drops what is over', () => {
  template.hasResourceProperties('AWS::DynamoDB::Table', {
    BillingMode: 'PAY_PER_REQUEST',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    GlobalSecondaryIndexes: ['time', 'archived'].map((IndexName) =>
      Match.objectLike({ IndexName, Projection: { ProjectionType: 'KEYS_ONLY' } }),
    ),
  });
});

test('the bucket is private, encrypted and asks for TLS', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    BucketEncryption: Match.anyValue(),
  });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    },
  });
});

test('nothing but what is temporary expires from the bucket', () => {
  const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));
  const rules = bucket?.Properties.LifecycleConfiguration.Rules;
  expect(rules.filter((rule: object) => 'ExpirationInDays' in rule)).toEqual([
    expect.objectContaining({ Prefix: 'downloads/' }),
    expect.objectContaining({ Prefix: 'uploads/', ExpirationInDays: 1 }),
    expect.objectContaining({ Prefix: 'submitted/', ExpirationInDays: 61 }),
  ]);
});

test('no policy has a star where a resource can be named, and no action a star at all', () => {
  const roles = Object.values(template.findResources('AWS::IAM::Role'));
  const statements = roles.flatMap(({ Properties }) =>
    (Properties.Policies ?? []).flatMap(
      (policy: { PolicyDocument: { Statement: unknown[] } }) => policy.PolicyDocument.Statement,
    ),
  ) as { Action: string | string[]; Resource: unknown }[];
  expect(statements.length).toBeGreaterThan(15);
  for (const { Action, Resource } of statements) {
    expect([Action].flat().join()).not.toContain('*');
    expect([Resource].flat()).not.toContain('*');
  }
});

test('five functions on Node 24 and ARM, each with its log for a month', () => {
  template.resourcePropertiesCountIs('AWS::Lambda::Function', { Runtime: 'nodejs24.x', Architectures: ['arm64'] }, 5);
  template.resourcePropertiesCountIs('AWS::Logs::LogGroup', { RetentionInDays: 30 }, 6);
});

test('jobs that fail five times are put aside, and a message stays hidden six times as long as a worker may take', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    VisibilityTimeout: 1800,
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 5 },
  });
  removing.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 20 } });
});

test('the gateway limits requests, and posts more', () => {
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    RouteSettings: { 'POST /articles': { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 } },
    AccessLogSettings: Match.anyValue(),
  });
});

test('the stage is made after the route that it has a limit for', () => {
  const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
  const routes = template.findResources('AWS::ApiGatewayV2::Route', { Properties: { RouteKey: 'POST /articles' } });
  expect(Object.keys(routes)).toHaveLength(1);
  expect(stage?.DependsOn).toEqual(expect.arrayContaining(Object.keys(routes)));
});

test('alarms may be sent to the topic, and those of sums count what does not run as nothing', () => {
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    },
  });
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  const sums = alarms.flatMap(({ Properties }) => Properties.Metrics ?? []).filter((metric) => metric.Expression);
  expect(sums).toHaveLength(4);
  for (const { Expression } of sums) expect(Expression).toContain('FILL(');
});

test('a run of sweeper or indexer that fails is not run again by Lambda: the next minute comes', () => {
  template.resourcePropertiesCountIs('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 }, 2);
});

test('alarms go to a topic, and by e-mail to who wants them', () => {
  template.resourceCountIs('AWS::CloudWatch::Alarm', 8);
  template.resourceCountIs('AWS::SNS::Subscription', 0);
  removing.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'desk@example.org' });
});

test('reading is open only where it was asked for', () => {
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { PUBLIC_READ: 'false' } } });
  removing.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { PUBLIC_READ: 'true' } } });
});

test('links begin with the address that was set', () => {
  removing.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { PUBLIC_URL: 'https://archive.example.org' } },
  });
});

describe('context', () => {
  test.each([
    [{ publicRead: 'yes' }, 'Context publicRead=yes must be true or false'],
    [{ publicUrl: 'http://archive.example' }, 'Context publicUrl=http://archive.example must be an https:// address'],
    [{ alarmEmail: 'desk' }, 'Context alarmEmail=desk must be an e-mail address'],
    [{ removeData: 1 }, 'Context removeData=1 must be true or false'],
    [{ workerConcurrency: '1' }, 'Context workerConcurrency=1 must be a whole number from 2 to 1000'],
    [{ workerConcurrency: 'many' }, 'Context workerConcurrency=many must be a whole number'],
    [{ hostPauseMs: -1 }, 'Context hostPauseMs=-1 must be a whole number'],
    [{ robots: 'maybe' }, 'Context robots=maybe must be obey or ignore'],
    [{ userAgent: 'Köln' }, 'Context userAgent=Köln must be 1 to 500 printable ASCII'],
    [{ fetchAllow: '127.0.0.0/8' }, 'fetchAllow is for an archive on one machine'],
    [{ FETCH_CONNECT_TO: ':80:127.0.0.1:1' }, 'FETCH_CONNECT_TO is for an archive on one machine'],
  ])('%j is refused, and says what it takes', (context: Record<string, unknown>, message) => {
    expect(() => readContext((name) => context[name])).toThrow(message);
  });
});
