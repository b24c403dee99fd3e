/** What is done to dynalite so that it answers in this process: reads that cost one read, and iterators that end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedDynamodb, openDynamodb } from '../../functions/store/embedded-dynamodb.ts';
import { tableSchema } from '../../functions/store/schema.ts';

type Level = Record<'get' | 'getSync' | 'attachResource' | 'detachResource', (...args: unknown[]) => unknown>;
const load = createRequire(import.meta.url);
const { prototype: classic } = load('classic-level').ClassicLevel as { prototype: Level };
const { prototype: abstract } = load('abstract-level').AbstractLevel as { prototype: Level };

const dir = mkdtempSync(join(tmpdir(), 'nightdesk-test-'));
const open = new Set<unknown>();
const calls = { get: 0, getSync: 0 };
let dynamodb: EmbeddedDynamodb;

beforeAll(async () => {
  const { attachResource, detachResource } = abstract;
  abstract.attachResource = function (resource) {
    open.add(resource);
    return attachResource.call(this, resource);
  };
  abstract.detachResource = function (resource) {
    open.delete(resource);
    return detachResource.call(this, resource);
  };
  for (const name of ['get', 'getSync'] as const) {
    const original = classic[name];
    classic[name] = function (...args) {
      calls[name]++;
      return original.apply(this, args);
    };
  }
  dynamodb = await openDynamodb(dir);
  await ask('CreateTable', { TableName: 'letters', ...tableSchema });
  const isActive = async () =>
    (await ask('DescribeTable', { TableName: 'letters' })).body.Table.TableStatus === 'ACTIVE';
  // It becomes so in a timer.
  while (!(await isActive())) await setImmediate();
  for (let n = 0; n < 260; n++) await ask('PutItem', { TableName: 'letters', Item: keyOf(n) });
});
afterAll(async () => {
  await dynamodb.close();
  rmSync(dir, { recursive: true });
});

// Answers are read freely; what they hold is what the tests are about.
// biome-ignore lint/suspicious/noExplicitAny: a type here would only repeat what AWS documents
type Json = any;

async function ask(operation: string, input: object): Promise<{ status: number; body: Json }> {
  const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const call = { service: 'dynamodb', method: 'POST', path: '/', headers, body: JSON.stringify(input) } as const;
  const { status, body } = await dynamodb.answer(call);
  return { status, body: JSON.parse(Buffer.from(body).toString()) };
}

const keyOf = (n: number) => ({ pk: { S: 'a' }, sk: { S: String(n).padStart(3, '0') } });

test('a batch of 25 items costs 25 reads, none of them in the pool of another thread, and none of the table itself', async () => {
  Object.assign(calls, { get: 0, getSync: 0 });
  const Keys = Array.from({ length: 25 }, (_, n) => keyOf(n));
  const { body } = await ask('BatchGetItem', { RequestItems: { letters: { Keys } } });
  expect(body.Responses.letters).toHaveLength(25);
  expect(calls).toEqual({ get: 0, getSync: 25 });
});

test.each([
  ['that reads to the end, in several steps', {}, 260],
  ['that stops at its limit', { Limit: 3 }, 3],
  ['that stops at its limit after several steps', { Limit: 150 }, 150],
  ['that stops at its limit, backwards', { Limit: 25, ScanIndexForward: false }, 25],
  ['that finds nothing', { ExpressionAttributeValues: { ':pk': { S: 'b' } } }, 0],
])('a query %s leaves no iterator open', async (_, input, count) => {
  const { body } = await ask('Query', {
    TableName: 'letters',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'a' } },
    ...input,
  });
  expect(body.Items).toHaveLength(count);
  await expect.poll(() => open.size).toBe(0);
});

test.each([
  [
    'a condition that does not hold',
    'PutItem',
    { Item: keyOf(1), ConditionExpression: 'attribute_not_exists(pk)' },
    'ConditionalCheckFailedException',
  ],
  ['a table that is not there', 'GetItem', { TableName: 'numbers', Key: keyOf(1) }, 'ResourceNotFoundException'],
  ['a key of another form', 'GetItem', { Key: { pk: { N: '1' } } }, 'ValidationException'],
  [
    'keys that repeat',
    'BatchGetItem',
    { TableName: undefined, RequestItems: { letters: { Keys: [keyOf(1), keyOf(1)] } } },
    'ValidationException',
  ],
  ['what nothing here asks for', 'DeleteTable', {}, 'UnknownOperationException'],
])('%s is answered as DynamoDB answers it', async (_, operation, input, type) => {
  const { status, body } = await ask(operation, { TableName: 'letters', ...input });
  expect([status, body.__type]).toEqual([400, expect.stringMatching(`#${type}$`)]);
});
