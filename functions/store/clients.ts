/** Where the services are -> SDK clients and the store on top of them. The only difference between a laptop and AWS. */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Store } from './articles.ts';
import { makeBucket } from './bucket.ts';
import { makeQueue, type Queue } from './queue.ts';
import { makeTable } from './table.ts';

export type Clients = { dynamodb: DynamoDBClient; s3: S3Client; sqs: SQSClient };
export type Names = { tableName: string; bucketName: string; queueUrl: string };

/** A transport of the SDK's for each service, for what runs in this process; on AWS the SDK finds its own way. */
export type Endpoints = Record<'dynamodb' | 's3' | 'sqs', RequestHandler>;
type RequestHandler = NonNullable<DynamoDBClientConfig['requestHandler']> &
  NonNullable<S3ClientConfig['requestHandler']> &
  NonNullable<SQSClientConfig['requestHandler']>;

/** `endpoints`: null on AWS, where region and credentials come from the environment. */
export function makeClients(endpoints: Endpoints | null): Clients {
  return { dynamodb: makeDynamodb(endpoints), s3: makeS3(endpoints), sqs: makeSqs(endpoints) };
}

/** Nobody looks these up or checks them; the SDK wants them. */
const local = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  endpoint: 'http://localhost',
};

/**
 * A service that accepts a connection and never answers would hold a function until its own limit, and with it a place of the few
 * that there are. The slowest answer that we wait for is 8 MB of S3; the SDK tries three times.
 */
const onAws = { requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true } };

export function makeDynamodb(endpoints: Endpoints | null): DynamoDBClient {
  return trimmed(new DynamoDBClient(endpoints ? { ...local, requestHandler: endpoints.dynamodb } : onAws), endpoints);
}

export function makeS3(endpoints: Endpoints | null): S3Client {
  const client = new S3Client({
    ...(endpoints ? { ...local, requestHandler: endpoints.s3, forcePathStyle: true } : onAws),
    // We keep a digest of our own; a second checksum would be sent as a chunked upload.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return trimmed(client, endpoints);
}

function makeSqs(endpoints: Endpoints | null): SQSClient {
  return trimmed(new SQSClient(endpoints ? { ...local, requestHandler: endpoints.sqs } : onAws), endpoints);
}

/** What the SDK does for each request that only a network or AWS asks for: half of the time of a call in this process. */
const forNetworks = [
  'httpSigningMiddleware',
  'httpAuthSchemeMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'addExpectContinueMiddleware',
  'regionRedirectMiddleware',
  's3ExpressMiddleware',
];

/** The SDK copies every request and answer for a log that nobody keeps: a twentieth of the time of a query. */
function trimmed<Client extends { middlewareStack: { remove(name: string): boolean } }>(
  client: Client,
  endpoints: Endpoints | null,
): Client {
  for (const name of ['loggerMiddleware', ...(endpoints ? forNetworks : [])]) client.middlewareStack.remove(name);
  return client;
}

/** `now`: the clock of all that the store writes. */
export function makeServices(
  clients: Clients,
  names: Names,
  now: () => number = Date.now,
): { store: Store; queue: Queue } {
  return {
    store: makeStore(clients, names, now),
    queue: makeQueue(clients.sqs, names.queueUrl),
  };
}

export function makeStore(
  { dynamodb, s3 }: Pick<Clients, 'dynamodb' | 's3'>,
  names: Pick<Names, 'tableName' | 'bucketName'>,
  now: () => number = Date.now,
): Store {
  return { table: makeTable(dynamodb, names.tableName, now), bucket: makeBucket(s3, names.bucketName, now) };
}

export function destroyClients(clients: Clients): void {
  for (const client of [clients.dynamodb, clients.s3, clients.sqs]) client.destroy();
}
