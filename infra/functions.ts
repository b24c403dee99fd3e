/** The five functions: bundle, memory, time, environment, and the calls that each may make, written out and no more. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundle, type FunctionName } from './bundles.ts';
import type { StackSettings } from './context.ts';
import { type Storage, workerTimeout } from './storage.ts';

/** MB: a vCPU comes with 1,769. Extraction is what uses the processor; the API mostly waits. */
const sizes: Record<FunctionName, { memoryMb: number; timeout: Duration }> = {
  api: { memoryMb: 512, timeout: Duration.seconds(29) },
  importer: { memoryMb: 1769, timeout: Duration.seconds(29) },
  worker: { memoryMb: 1769, timeout: workerTimeout },
  sweeper: { memoryMb: 256, timeout: Duration.seconds(55) },
  indexer: { memoryMb: 1024, timeout: Duration.minutes(5) },
};

type Calls = { table: string[]; index: string[]; bucket: string[]; queue: string[] };

/** Of whichever has routes of the API. */
const routes: Calls = {
  table: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Query'],
  index: ['Query'],
  bucket: ['GetObject', 'PutObject', 'DeleteObject'],
  queue: ['SendMessage'],
};

/** Calls by function; a test holds them to what the functions do. `index`: of the table's indexes too. */
export const permissions: Record<FunctionName, Calls> = {
  api: routes,
  importer: routes,
  worker: {
    table: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Query'],
    index: [],
    bucket: ['GetObject', 'PutObject', 'DeleteObject'],
    queue: ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'],
  },
  sweeper: {
    table: ['GetItem', 'PutItem', 'DeleteItem', 'BatchWriteItem', 'Query'],
    index: [],
    bucket: ['DeleteObject'],
    queue: ['SendMessage', 'GetQueueAttributes'],
  },
  indexer: {
    table: ['GetItem', 'PutItem', 'DeleteItem', 'BatchGetItem', 'BatchWriteItem', 'Query'],
    index: [],
    bucket: ['GetObject', 'PutObject', 'DeleteObject'],
    queue: [],
  },
};

export class Functions extends Construct {
  readonly byName: Record<FunctionName, lambda.Function>;

  constructor(scope: Construct, id: string, storage: Storage, settings: StackSettings, bundleDir: string) {
    super(scope, id);
    const make = (name: FunctionName) => this.function(name, storage, settings, bundleDir);
    this.byName = {
      api: make('api'),
      importer: make('importer'),
      worker: make('worker'),
      sweeper: make('sweeper'),
      indexer: make('indexer'),
    };
  }

  private function(name: FunctionName, storage: Storage, settings: StackSettings, bundleDir: string): lambda.Function {
    const title = `${name[0]?.toUpperCase()}${name.slice(1)}`;
    const logGroup = new logs.LogGroup(this, `${title}Log`, {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, `${title}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { calls: new iam.PolicyDocument({ statements: statements(name, storage, logGroup) }) },
    });
    const { memoryMb, timeout } = sizes[name];
    return new lambda.Function(this, title, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(bundle(name, bundleDir).folder),
      memorySize: memoryMb,
      timeout,
      role: role.withoutPolicyUpdates(),
      logGroup,
      environment: environment(name, storage, settings),
    });
  }
}

function environment(name: FunctionName, storage: Storage, settings: StackSettings): Record<string, string> {
  return {
    NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
    TABLE_NAME: storage.table.tableName,
    BUCKET_NAME: storage.bucket.bucketName,
    ...(name === 'indexer' ? {} : { QUEUE_URL: storage.queue.queueUrl }),
    ...(name === 'api' || name === 'importer' ? { PUBLIC_READ: String(settings.publicRead) } : {}),
    ...(name === 'worker'
      ? {
          HOST_PAUSE_MS: String(settings.hostPauseMs),
          ROBOTS: settings.robots,
          NOARCHIVE: settings.noarchive,
          ...(settings.userAgent ? { USER_AGENT: settings.userAgent } : {}),
        }
      : {}),
  };
}

function statements(name: FunctionName, storage: Storage, logGroup: logs.LogGroup): iam.PolicyStatement[] {
  const allowed = permissions[name];
  const allow = (service: string, calls: string[], resources: string[]) =>
    calls.length === 0
      ? []
      : [new iam.PolicyStatement({ actions: calls.map((call) => `${service}:${call}`), resources })];
  return [
    ...allow('dynamodb', allowed.table, [storage.table.tableArn]),
    ...allow('dynamodb', allowed.index, [
      `${storage.table.tableArn}/index/time`,
      `${storage.table.tableArn}/index/archived`,
    ]),
    ...allow('s3', allowed.bucket, [storage.bucket.arnForObjects('*')]),
    // Without it S3 answers 403 instead of 404 for an object that is not there.
    ...allow('s3', ['ListBucket'], [storage.bucket.bucketArn]),
    ...allow('sqs', allowed.queue, [storage.queue.queueArn]),
    ...allow('logs', ['CreateLogStream', 'PutLogEvents'], [logGroup.logGroupArn]),
  ];
}
