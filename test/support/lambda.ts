/**
 * The synthesized template on the embedded servers: its table, bucket and queues are made as it says, and each bundle runs in
 * a process with the environment that it gives. What each function asks of AWS goes through a proxy that writes it down.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Embedded } from '../../functions/store/embedded.ts';
import type { Call } from '../../functions/store/embedded-call.ts';
import { type Bundles, type FunctionName, titleOf } from '../../infra/bundles.ts';
import { type AwsEndpoint, type Pass, serveOverTcp } from './aws-endpoints.ts';
import { type Bill, type IndexKeys, makeMeter } from './faults.ts';
import type { TemplateJson } from './stack.ts';

// Answers and events are read freely in tests; what they hold is what the tests are about.
// biome-ignore lint/suspicious/noExplicitAny: a type here would only repeat what AWS documents
type Json = any;

/** The host of a queue's URL, in whose place each function has its own endpoint. */
const queueHost = 'http://localhost';

/** How often a function ran, for how long in all, and the most memory that it has had. */
export type Runs = { count: number; ms: number; maxRssKb: number };

export type Deployed = {
  /** `later`: by how many milliseconds its clock is ahead. */
  invoke(name: FunctionName, event: unknown, later?: number): Promise<Json>;
  /** As the event source mapping does: a batch to the worker, what did not fail deleted; how many there were. */
  deliver(): Promise<number>;
  deadLetters(): Promise<number>;
  queueUrl: string;
  /** `GetItem table` and the like, by function. */
  calls: Map<FunctionName, Set<string>>;
  /** What the calls of each function are billed. */
  bills: Map<FunctionName, Bill>;
  runs: Map<FunctionName, Runs>;
  logs(): string;
  close(): void;
};

export async function deploy(
  template: TemplateJson,
  { embedded, bundles, env }: { embedded: Embedded; bundles: Bundles; env: Record<string, string> },
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
    const created = await sqs.send(
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
    // fauxqs gives a URL with a host that is none, of which the SDK complains at each call.
    const QueueUrl = `${queueHost}/${created.QueueUrl?.split('/').slice(3).join('/')}`;
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    arns.set(id, Attributes?.QueueArn ?? '');
    ids.set(id, QueueUrl);
  }
  const [, mapping] = only('AWS::Lambda::EventSourceMapping');
  const queueUrl = ids.get(mapping.Properties.EventSourceArn['Fn::GetAtt'][0]) ?? '';
  const deadUrl = ids.get(queues[0]?.[0] ?? '') ?? '';

  const calls = new Map<FunctionName, Set<string>>();
  const bills = new Map<FunctionName, Bill>();
  const runs = new Map<FunctionName, Runs>();
  const rows = new Map<string, IndexKeys>();
  const processes = new Map<FunctionName, ChildProcess>();
  const endpoints: AwsEndpoint[] = [];
  let output = '';

  async function start(name: FunctionName): Promise<ChildProcess> {
    const own = new Set<string>();
    calls.set(name, own);
    const meter = makeMeter(rows);
    bills.set(name, meter.bill);
    const proxies = await Promise.all(
      (['dynamodb', 's3', 'sqs'] as const).map(async (service) => {
        const pass = recorder((call) => own.add(call), meter);
        const endpoint = await serveOverTcp(embedded.ask, service, pass);
        endpoints.push(endpoint);
        return endpoint.url;
      }),
    );
    const child = fork(
      fileURLToPath(new URL('./lambda-host.mjs', import.meta.url)),
      [join(bundles[name].folder, 'index.mjs')],
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
          ...Object.fromEntries(
            Object.entries(environmentOf(name)).map(([key, value]) => [
              key,
              // The SDK asks a queue at the queue's own URL, whatever endpoint it is given.
              value.replace(queueHost, proxies[2] ?? ''),
            ]),
          ),
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
    const found = ofType('AWS::Lambda::Function').find(([id]) => id.startsWith(`Functions${titleOf(name)}`));
    if (!found) throw new Error(`the template has no function ${name}`);
    const variables = (found[1].Properties as Json).Environment.Variables as Record<string, string | { Ref: string }>;
    return Object.fromEntries(
      Object.entries(variables).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : (ids.get(value.Ref) ?? ''),
      ]),
    );
  }

  async function invoke(name: FunctionName, event: unknown, later = 0): Promise<Json> {
    const child = processes.get(name) ?? (await start(name));
    processes.set(name, child);
    const answer = answerOf(child);
    child.send({ event, context: { awsRequestId: 'test', functionName: name }, later });
    type Answer = { result?: unknown; error?: string; ms?: number; maxRssKb?: number };
    const { result, error, ms = 0, maxRssKb = 0 } = (await answer) as Answer;
    if (error) throw new Error(error);
    const before = runs.get(name) ?? { count: 0, ms: 0, maxRssKb: 0 };
    runs.set(name, { count: before.count + 1, ms: before.ms + ms, maxRssKb });
    return result;
  }

  return {
    invoke,
    calls,
    bills,
    runs,
    queueUrl,
    logs: () => output,
    async deliver() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: mapping.Properties.BatchSize,
          VisibilityTimeout: 60,
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
      for (const { MessageId, ReceiptHandle } of Messages) {
        const message = { QueueUrl: queueUrl, ReceiptHandle };
        if (!failed.has(MessageId)) await sqs.send(new DeleteMessageCommand(message));
        // What failed comes again once its time is over, which is now.
        else await sqs.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 0 }));
      }
      return Messages.length;
    },
    async deadLetters() {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: deadUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    },
    close() {
      for (const child of processes.values()) child.kill('SIGKILL');
      for (const { close } of endpoints) close();
    },
  };
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

type Meter = ReturnType<typeof makeMeter>;
const s3Commands: Record<string, string> = {
  GET: 'GetObjectCommand',
  PUT: 'PutObjectCommand',
  POST: 'PutObjectCommand',
};

/** Passes calls on, writes down which they are, and meters what they are billed. */
function recorder(record: (call: string) => void, meter: Meter): Pass {
  return async (call, ask) => {
    const { service, method, headers, body } = call;
    for (const name of callsOf(call)) record(name);
    if (service !== 'dynamodb') {
      const name = service === 's3' ? (s3Commands[method] ?? `${method} object`) : commandOf(headers);
      meter.before(name, {});
      return ask(call);
    }
    const input = JSON.parse(body.toString());
    // It asks for the units, too.
    meter.before(commandOf(headers), input);
    const answer = await ask({ ...call, body: JSON.stringify(input) });
    if (answer.status === 200) meter.after(commandOf(headers), input, JSON.parse(Buffer.from(answer.body).toString()));
    return answer;
  };
}

function commandOf(headers: Record<string, string>): string {
  return `${String(headers['x-amz-target']).replace(/^.*\./, '')}Command`;
}

/** A request as policies write it, `GetItem table`, `Query time` (an index), `GetObject snapshots/*`, `SendMessage queue`. */
function callsOf({ service, method, path, headers, body }: Call & { body: Buffer }): string[] {
  if (service !== 's3') {
    const call = String(headers['x-amz-target'])
      .replace(/^.*\./, '')
      .replace(/^(SendMessage|DeleteMessage)Batch$/, '$1');
    const resource = service === 'sqs' ? 'queue' : (JSON.parse(body.toString()).IndexName ?? 'table');
    return [`${call} ${resource}`];
  }
  const { pathname, searchParams } = new URL(path, 'http://s3');
  const objects = (of: string) => `${/^\/?deployed\/([^/]+)\//.exec(decodeURIComponent(of))?.[1]}/*`;
  const source = headers['x-amz-copy-source'];
  if (source) return [`GetObject ${objects(String(source))}`, `PutObject ${objects(pathname)}`];
  if (searchParams.has('delete'))
    return [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(
      ([, key]) => `DeleteObject ${objects(`deployed/${key}`)}`,
    );
  if (searchParams.has('list-type')) return ['ListBucket bucket'];
  const calls: Record<string, string> = {
    GET: 'GetObject',
    HEAD: 'GetObject',
    PUT: 'PutObject',
    POST: 'PutObject',
    DELETE: searchParams.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject',
  };
  return [`${calls[method] ?? method} ${objects(pathname)}`];
}
