/** The five functions: bundle, memory, time, environment, and the calls that each may make, written out and no more. */
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type Bundles, type FunctionName, titleOf } from './bundles.ts';
import type { StackSettings } from './context.ts';
import { type Storage, workerTimeout } from './storage.ts';

/** MB: a vCPU comes with 1,769. Extraction is what uses the processor; the API mostly waits. */
const sizes: Record<FunctionName, { memoryMb: number; timeout: Duration }> = {
  api: { memoryMb: 512, timeout: Duration.seconds(29) },
  importer: { memoryMb: 1769, timeout: Duration.seconds(29) },
  worker: { memoryMb: 1769, timeout: workerTimeout },
  sweeper: { memoryMb: 256, timeout: Duration.seconds(55) },
  indexer: { memoryMb: 1024, timeout: Duration.minutes(15) },
};

/** The resources that a policy can name: the table, its indexes, the bucket, the objects under a prefix, the queue. */
type Resource =
  | 'table'
  | 'time'
  | 'archived'
  | 'bucket'
  | 'snapshots/*'
  | 'texts/*'
  | 'index/*'
  | 'downloads/*'
  | 'uploads/*'
  | 'pictures/*'
  | 'submitted/*'
  | 'queue';

/**
 * Calls by function; the end-to-end test holds them to what the functions do. Without `ListBucket` S3 answers 403 instead of
 * 404 for an object that is not there, so whoever reads objects may list them. The worker takes from the queue, since the event
 * source mapping does so in its name.
 */
const permissions: Record<FunctionName, Partial<Record<Resource, string[]>>> = {
  api: {
    table: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Query'],
    time: ['Query'],
    archived: ['Query'],
    bucket: ['ListBucket'],
    'snapshots/*': ['GetObject'],
    'texts/*': ['GetObject'],
    'index/*': ['GetObject'],
    'pictures/*': ['GetObject'],
    'downloads/*': ['GetObject', 'PutObject', 'AbortMultipartUpload'],
    'uploads/*': ['GetObject', 'PutObject', 'DeleteObject'],
    'submitted/*': ['PutObject'],
    queue: ['SendMessage'],
  },
  importer: {
    table: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Query'],
    time: ['Query'],
    bucket: ['ListBucket'],
    'snapshots/*': ['GetObject', 'PutObject', 'AbortMultipartUpload'],
    'texts/*': ['GetObject', 'PutObject'],
    'pictures/*': ['GetObject', 'PutObject', 'AbortMultipartUpload', 'DeleteObject'],
    'submitted/*': ['PutObject'],
    queue: ['SendMessage'],
  },
  worker: {
    table: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Query'],
    bucket: ['ListBucket'],
    'snapshots/*': ['GetObject', 'PutObject', 'AbortMultipartUpload', 'DeleteObject'],
    'texts/*': ['GetObject', 'PutObject', 'DeleteObject'],
    'pictures/*': ['GetObject', 'PutObject', 'AbortMultipartUpload', 'DeleteObject'],
    'downloads/*': ['DeleteObject'],
    'submitted/*': ['GetObject', 'PutObject', 'DeleteObject'],
    queue: ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'],
  },
  sweeper: {
    table: ['GetItem', 'PutItem', 'BatchGetItem', 'BatchWriteItem', 'Query'],
    queue: ['SendMessage', 'GetQueueAttributes'],
  },
  indexer: {
    table: ['GetItem', 'PutItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Query'],
    bucket: ['ListBucket'],
    'texts/*': ['GetObject'],
    'index/*': ['GetObject', 'PutObject', 'DeleteObject'],
  },
};

export class Functions extends Construct {
  readonly byName: Record<FunctionName, lambda.Function>;

  constructor(scope: Construct, id: string, storage: Storage, settings: StackSettings, bundles: Bundles) {
    super(scope, id);
    const make = (name: FunctionName) => this.function(name, storage, settings, bundles);
    this.byName = {
      api: make('api'),
      importer: make('importer'),
      worker: make('worker'),
      sweeper: make('sweeper'),
      indexer: make('indexer'),
    };
  }

  private function(name: FunctionName, storage: Storage, settings: StackSettings, bundles: Bundles): lambda.Function {
    const title = titleOf(name);
    const logGroup = new logs.LogGroup(this, `${title}Log`, {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, `${title}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { calls: new iam.PolicyDocument({ statements: statements(name, storage, logGroup) }) },
    });
    const bucketId = Stack.of(this).getLogicalId(storage.bucket.node.defaultChild as CfnBucket);
    for (const resource of Object.keys(permissions[name]).filter((one) => one.endsWith('/*')))
      Validations.of(role).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${resource}]`,
        reason: 'Objects are named after what is archived; what is under this prefix is what the function is for.',
      });
    const { memoryMb, timeout } = sizes[name];
    return new lambda.Function(this, title, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(bundles[name].folder),
      memorySize: memoryMb,
      timeout,
      role: role.withoutPolicyUpdates(),
      logGroup,
      environment: environment(name, storage, settings),
    });
  }
}

/** The largest merge of the index takes 270 MB with this, of garbage that is collected early, and 430 MB without. */
const smallHeap = ['--max-semi-space-size=8', '--max-old-space-size=320'];

function environment(name: FunctionName, storage: Storage, settings: StackSettings): Record<string, string> {
  return {
    NODE_OPTIONS: ['--disable-warning=ExperimentalWarning', ...(name === 'indexer' ? smallHeap : [])].join(' '),
    TABLE_NAME: storage.table.tableName,
    BUCKET_NAME: storage.bucket.bucketName,
    ...(name === 'indexer' ? {} : { QUEUE_URL: storage.queue.queueUrl }),
    ...(name === 'api' || name === 'importer' ? { PUBLIC_READ: String(settings.publicRead) } : {}),
    ...((name === 'api' || name === 'importer') && settings.publicUrl ? { PUBLIC_URL: settings.publicUrl } : {}),
    ...(name === 'api' || name === 'importer' || name === 'worker'
      ? { HOST_PAUSE_MS: String(settings.hostPauseMs) }
      : {}),
    ...(name === 'sweeper' ? { WORKERS: String(settings.workerConcurrency) } : {}),
    ...(name === 'worker'
      ? {
          ROBOTS: settings.robots,
          NOARCHIVE: settings.noarchive,
          PICTURES: settings.pictures,
          ...(settings.userAgent ? { USER_AGENT: settings.userAgent } : {}),
        }
      : {}),
  };
}

function statements(name: FunctionName, storage: Storage, logGroup: logs.LogGroup): iam.PolicyStatement[] {
  const { table, bucket, queue } = storage;
  const index = (indexName: string) => `${table.tableArn}/index/${indexName}`;
  const arns: Record<Resource, [service: string, arn: string]> = {
    table: ['dynamodb', table.tableArn],
    time: ['dynamodb', index('time')],
    archived: ['dynamodb', index('archived')],
    bucket: ['s3', bucket.bucketArn],
    'snapshots/*': ['s3', bucket.arnForObjects('snapshots/*')],
    'texts/*': ['s3', bucket.arnForObjects('texts/*')],
    'index/*': ['s3', bucket.arnForObjects('index/*')],
    'downloads/*': ['s3', bucket.arnForObjects('downloads/*')],
    'pictures/*': ['s3', bucket.arnForObjects('pictures/*')],
    'uploads/*': ['s3', bucket.arnForObjects('uploads/*')],
    'submitted/*': ['s3', bucket.arnForObjects('submitted/*')],
    queue: ['sqs', queue.queueArn],
  };
  const calls = Object.entries(permissions[name]) as [Resource, string[]][];
  return [
    ...calls.map(([resource, names]) => {
      const [service, arn] = arns[resource];
      return new iam.PolicyStatement({ actions: names.map((call) => `${service}:${call}`), resources: [arn] });
    }),
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  ];
}
