/** Where the services are -> SDK clients and the store on top of them. The only difference between a laptop and AWS. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Store } from './articles.ts';
import { makeBucket } from './bucket.ts';
import { makeQueue, type Queue } from './queue.ts';
import { makeTable } from './table.ts';

export type Clients = { dynamodb: DynamoDBClient; s3: S3Client; sqs: SQSClient };
export type Names = { tableName: string; bucketName: string; queueUrl: string };

/** Local endpoints, or nothing on AWS, where region and credentials come from the environment. */
export type Endpoints = { dynamodb: string; s3: string; sqs: string };

export function makeClients(endpoints: Endpoints | null): Clients {
  return { dynamodb: makeDynamodb(endpoints), s3: makeS3(endpoints), sqs: makeSqs(endpoints) };
}

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

export function makeDynamodb(endpoints: Endpoints | null): DynamoDBClient {
  return withoutLog(new DynamoDBClient(endpoints ? { ...local, endpoint: endpoints.dynamodb } : {}));
}

export function makeS3(endpoints: Endpoints | null): S3Client {
  return withoutLog(
    new S3Client({
      ...(endpoints ? { ...local, endpoint: endpoints.s3, forcePathStyle: true } : {}),
      // We keep a digest of our own; a second checksum would be sent as a chunked upload.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  );
}

function makeSqs(endpoints: Endpoints | null): SQSClient {
  return withoutLog(new SQSClient(endpoints ? { ...local, endpoint: endpoints.sqs } : {}));
}

/** The SDK copies every request and answer for a log that nobody keeps: a twentieth of the time of a query. */
function withoutLog<Client extends { middlewareStack: { remove(name: string): boolean } }>(client: Client): Client {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

export function makeServices(clients: Clients, names: Names): { store: Store; queue: Queue } {
  return {
    store: makeStore(clients, names),
    queue: makeQueue(clients.sqs, names.queueUrl),
  };
}

export function makeStore(
  { dynamodb, s3 }: Pick<Clients, 'dynamodb' | 's3'>,
  names: Pick<Names, 'tableName' | 'bucketName'>,
): Store {
  return { table: makeTable(dynamodb, names.tableName), bucket: makeBucket(s3, names.bucketName) };
}

export function destroyClients(clients: Clients): void {
  for (const client of [clients.dynamodb, clients.s3, clients.sqs]) client.destroy();
}
