/** The storage: the table, the bucket, the queue of jobs and the queue of jobs that failed too often. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { tableSchema, ttlAttribute } from '../functions/store/schema.ts';

/**
 * Of the worker. Its slowest batch: a turn and a fetch, 30 s, then ten pages that are each read to the limit of 10 s, and after a
 * change of the extractor what is stored of each as well.
 */
export const workerTimeout = Duration.seconds(300);
/** After so many failures a message is put aside; what it was for stays due, and the sweeper sends another. */
const maxReceives = 5;

export class Storage extends Construct {
  readonly table: dynamodb.Table;
  readonly bucket: s3.Bucket;
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { removeData }: { removeData: boolean }) {
    super(scope, id);
    const removalPolicy = removeData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    this.table = new dynamodb.Table(this, 'Table', {
      ...keysOf(tableSchema.KeySchema),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: ttlAttribute,
      deletionProtection: !removeData,
      removalPolicy,
    });
    for (const index of tableSchema.GlobalSecondaryIndexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.IndexName,
        ...keysOf(index.KeySchema),
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy,
      lifecycleRules: [
        // Rules of their own, since one cannot have both a filter of objects and uploads.
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { id: 'download-copies', prefix: 'downloads/', expiration: Duration.days(1) },
        { id: 'waiting-uploads', prefix: 'uploads/', expiration: Duration.days(1) },
        // A month of waiting, the month that a capture is kept after its end, and what is left of the day on which it leaves.
        { id: 'submitted-pages', prefix: 'submitted/', expiration: Duration.days(61) },
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'Nobody but the functions reads the bucket, and who asks them is in the log of the API. A log of objects would cost more than the objects.',
    });
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      // As AWS asks of a queue that a Lambda reads.
      visibilityTimeout: Duration.seconds(6 * workerTimeout.toSeconds()),
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
  }
}

type KeySchema = readonly [{ readonly AttributeName: string }, { readonly AttributeName: string }];

/** All keys are strings. */
function keysOf([partition, sort]: KeySchema) {
  const type = dynamodb.AttributeType.STRING;
  return {
    partitionKey: { name: partition.AttributeName, type },
    sortKey: { name: sort.AttributeName, type },
  };
}
