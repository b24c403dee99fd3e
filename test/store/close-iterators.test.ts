import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AbstractLevel } from 'abstract-level';
import dynalite from 'dynalite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeIteratorsAtTheirEnd } from '../../functions/store/close-iterators.ts';

const server = dynalite({ createTableMs: 0 });
let client: DynamoDBClient;
const open = new Set<unknown>();

beforeAll(async () => {
  closeIteratorsAtTheirEnd();
  const { attachResource, detachResource } = AbstractLevel.prototype;
  AbstractLevel.prototype.attachResource = function (resource) {
    open.add(resource);
    attachResource.call(this, resource);
  };
  AbstractLevel.prototype.detachResource = function (resource) {
    open.delete(resource);
    detachResource.call(this, resource);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'letters',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  for (let n = 0; n < 60; n++)
    await client.send(
      new PutItemCommand({ TableName: 'letters', Item: { pk: { S: 'a' }, sk: { S: String(n).padStart(2, '0') } } }),
    );
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  ['that reads to the end', {}, 60],
  ['that stops at its limit', { Limit: 3 }, 3],
  ['that stops at its limit, backwards', { Limit: 25, ScanIndexForward: false }, 25],
  ['that finds nothing', { ExpressionAttributeValues: { ':pk': { S: 'b' } } }, 0],
])('a query %s leaves no iterator open in the embedded DynamoDB', async (_, input, count) => {
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'letters',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'a' } },
      ...input,
    }),
  );
  expect(Items).toHaveLength(count);
  await expect.poll(() => open.size).toBe(0);
});
