/**
 * The synthesized template on the embedded servers: its table, bucket and queues are made as it says, and each bundle runs in
 * a process with the environment that it gives. What each function asks of AWS goes through a proxy that writes it down.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, type CreateTableCommandInput, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Embedded } from '../../functions/store/embedded.ts';
import type { FunctionName } from '../../infra/bundles.ts';

type Properties = Record<string, unknown>;
export type TemplateJson = { Resources: Record<string, { Type: string; Properties: Properties }> };
// Answers and events are read freely in tests; what they hold is what the tests are about.
// biome-ignore lint/suspicious/noExplicitAny: a type here would only repeat what AWS documents
type Json = any;

export type Deployed = {
  invoke(name: FunctionName, event: unknown): Promise<Json>;
  /** As the event source mapping does: a batch to the worker, what did not fail deleted; how many there were. */
  deliver(): Promise<number>;
  deadLetters(): Promise<number>;
  queueUrl: string;
  /** `dynamodb:GetItem` and the like, by function. */
  calls: Map<FunctionName, Set<string>>;
  logs(): string;
  close(): Promise<void>;
};

export async function deploy(
  template: TemplateJson,
  { embedded, bundleDir, env }: { embedded: Embedded; bundleDir: string; env: Record<string, string> },
): Promise<Deployed> {
  const { dynamodb, s3, sqs } = embedded.clients;
  const resources = Object.entries(template.Resources);
  const ofType = (type: string) => resources.filter(([, resource]) => resource.Type === type);
  const only = (type: string): [string, { Properties: Json }] => {
    const [found, ...others] = ofType(type);
    if (!found || others.length > 0) throw new Error(`the template has not one ${type}`);
    return found;
  };
  const ids = new Map<string, string>();

  const [tableId, table] = only('AWS::DynamoDB::Table');
  ids.set(tableId, 'deployed');
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode } = table.Properties;
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'deployed',
      ...{ AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, BillingMode },
    } as CreateTableCommandInput),
  );
  const [bucketId] = only('AWS::S3::Bucket');
  ids.set(bucketId, 'deployed');
  await s3.send(new CreateBucketCommand({ Bucket: 'deployed' }));
  // The dead-letter queue first, since the other names it.
  const queues = ofType('AWS::SQS::Queue').toSorted(
    ([, a], [, b]) => ('RedrivePolicy' in a.Properties ? 1 : 0) - ('RedrivePolicy' in b.Properties ? 1 : 0),
  );
  const arns = new Map<string, string>();
  for (const [id, { Properties }] of queues) {
    const { RedrivePolicy: redrive, VisibilityTimeout } = Properties as Json;
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({
        QueueName: id,
        Attributes: {
          VisibilityTimeout: String(VisibilityTimeout ?? 30),
          ...(redrive
            ? {
                RedrivePolicy: JSON.stringify({
                  deadLetterTargetArn: arns.get(redrive.deadLetterTargetArn['Fn::GetAtt'][0]),
                  maxReceiveCount: redrive.maxReceiveCount,
                }),
              }
            : {}),
        },
      }),
    );
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    arns.set(id, Attributes?.QueueArn ?? '');
    ids.set(id, QueueUrl);
  }
  const [, mapping] = only('AWS::Lambda::EventSourceMapping');
  const queueUrl = ids.get(mapping.Properties.EventSourceArn['Fn::GetAtt'][0]) ?? '';
  const deadUrl = ids.get(queues[0]?.[0] ?? '') ?? '';

  const calls = new Map<FunctionName, Set<string>>();
  const processes = new Map<FunctionName, ChildProcess>();
  const servers: Server[] = [];
  let output = '';

  async function start(name: FunctionName): Promise<ChildProcess> {
    const own = new Set<string>();
    calls.set(name, own);
    const proxies = await Promise.all(
      (['dynamodb', 's3', 'sqs'] as const).map(async (service) => {
        const server = recordingProxy(embedded.endpoints[service], (call) => own.add(call), service);
        servers.push(server);
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      }),
    );
    const child = fork(
      fileURLToPath(new URL('./lambda-host.mjs', import.meta.url)),
      [join(bundleDir, name, 'index.mjs')],
      {
        // Nothing of ours but what Lambda would set.
        env: {
          PATH: process.env.PATH,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_ENDPOINT_URL_DYNAMODB: proxies[0],
          AWS_ENDPOINT_URL_S3: proxies[1],
          AWS_ENDPOINT_URL_SQS: proxies[2],
          ...environmentOf(name),
          ...env,
        },
        execArgv: [],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await answerOf(child);
    return child;
  }

  function environmentOf(name: FunctionName): Record<string, string> {
    const found = ofType('AWS::Lambda::Function').find(([id]) => id.startsWith(`Functions${title(name)}`));
    if (!found) throw new Error(`the template has no function ${name}`);
    const variables = (found[1].Properties as Json).Environment.Variables as Record<string, string | { Ref: string }>;
    return Object.fromEntries(
      Object.entries(variables).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : (ids.get(value.Ref) ?? ''),
      ]),
    );
  }

  async function invoke(name: FunctionName, event: unknown): Promise<Json> {
    const child = processes.get(name) ?? (await start(name));
    processes.set(name, child);
    const answer = answerOf(child);
    child.send({ event, context: { awsRequestId: 'test', functionName: name } });
    const { result, error } = (await answer) as { result?: unknown; error?: string };
    if (error) throw new Error(error);
    return result;
  }

  return {
    invoke,
    calls,
    queueUrl,
    logs: () => output,
    async deliver() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: mapping.Properties.BatchSize,
          VisibilityTimeout: 0,
          WaitTimeSeconds: 0,
        }),
      );
      if (Messages.length === 0) return 0;
      const Records = Messages.map(({ MessageId, Body, ReceiptHandle }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: { ApproximateReceiveCount: '1' },
        messageAttributes: {},
        eventSource: 'aws:sqs',
        awsRegion: 'us-east-1',
      }));
      const { batchItemFailures } = await invoke('worker', { Records });
      const failed = new Set(batchItemFailures.map((one: { itemIdentifier: string }) => one.itemIdentifier));
      for (const { MessageId, ReceiptHandle } of Messages)
        if (!failed.has(MessageId)) await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      return Messages.length;
    },
    async deadLetters() {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    },
    async close() {
      for (const child of processes.values()) child.kill('SIGKILL');
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      await dynamodb.send(new DeleteTableCommand({ TableName: 'deployed' }));
    },
  };
}

function title(name: FunctionName): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the function ended with ${code}`));
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
    child.once('exit', onExit);
  });
}

function recordingProxy(endpoint: string, record: (call: string) => void, service: 'dynamodb' | 's3' | 'sqs'): Server {
  const { hostname, port } = new URL(endpoint);
  return createServer((incoming, outgoing) => {
    for (const call of callsOf(service, incoming.method ?? '', incoming.url ?? '', incoming.headers))
      record(`${service}:${call}`);
    const forwarded = request(
      {
        hostname,
        port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, host: `${hostname}:${port}` },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(forwarded);
  });
}

/** What a request is called in a policy. */
function callsOf(service: string, method: string, url: string, headers: Record<string, unknown>): string[] {
  if (service !== 's3')
    return [
      String(headers['x-amz-target'])
        .replace(/^.*\./, '')
        .replace(/^(SendMessage|DeleteMessage)Batch$/, '$1'),
    ];
  const { searchParams } = new URL(url, 'http://s3');
  if (headers['x-amz-copy-source']) return ['GetObject', 'PutObject'];
  if (searchParams.has('delete')) return ['DeleteObject'];
  if (searchParams.has('list-type')) return ['ListBucket'];
  if (method === 'DELETE' && searchParams.has('uploadId')) return ['AbortMultipartUpload'];
  return [
    { GET: 'GetObject', HEAD: 'GetObject', PUT: 'PutObject', POST: 'PutObject', DELETE: 'DeleteObject' }[method] ??
      method,
  ];
}
