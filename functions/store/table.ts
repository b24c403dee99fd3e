/** The table's few operations, with plain objects in and out. Keys and meanings are left to the files beside it. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Change, type Condition, makeExpressions } from './condition.ts';
import { ServiceFault } from './service-fault.ts';

export type Key = { pk: string; sk: string };
export type Item = Key & Record<string, unknown>;

export type Write = { put: Item } | { remove: Key };

export type Range = {
  index?: 'time' | 'archived';
  /** The partition: a `pk`, or with `index` the value of its partition attribute. */
  partition: string;
  /** Bounds of the sort key, both inclusive. */
  from?: string;
  to?: string;
  newestFirst?: boolean;
  limit?: number;
  consistent?: boolean;
};

export type Table = ReturnType<typeof makeTable>;

const indexKeys = { time: { pk: 't', sk: 'sort' }, archived: { pk: 't', sk: 'arch' } } as const;
/** DynamoDB's own limits per call. */
const batchGetMax = 100;
const batchWriteMax = 25;

/** `now`: the archive's clock, which every item that names a moment by itself is written by. */
export function makeTable(client: DynamoDBClient, name: string, now: () => number = Date.now) {
  const toAws = (value: Record<string, unknown>) => marshall(value, { removeUndefinedValues: true });

  async function get(key: Key): Promise<Item | null> {
    const reply = await client.send(new GetItemCommand({ TableName: name, Key: toAws(key), ConsistentRead: true }));
    return reply.Item ? fromAws(reply.Item) : null;
  }

  /** False when the condition does not hold. */
  async function put(item: Item, condition?: Condition): Promise<boolean> {
    return unlessConditionFails(
      client.send(new PutItemCommand({ TableName: name, Item: toAws(item), ...conditionInput(condition) })),
    );
  }

  /** The item that was there before; null where none was. */
  async function replace(item: Item): Promise<Item | null> {
    const reply = await client.send(
      new PutItemCommand({ TableName: name, Item: toAws(item), ReturnValues: 'ALL_OLD' }),
    );
    return reply.Attributes ? fromAws(reply.Attributes) : null;
  }

  /** Null when the condition does not hold, else the item as it is after. An item that is not there is made. */
  async function update(key: Key, change: Change, condition?: Condition): Promise<Item | null> {
    const expressions = makeExpressions();
    try {
      const reply = await client.send(
        new UpdateItemCommand({
          TableName: name,
          Key: toAws(key),
          UpdateExpression: expressions.change(change),
          ConditionExpression: condition && expressions.condition(condition),
          ...referred(expressions),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return fromAws(reply.Attributes ?? {});
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return null;
      throw error;
    }
  }

  async function remove(key: Key, condition?: Condition): Promise<boolean> {
    return unlessConditionFails(
      client.send(new DeleteItemCommand({ TableName: name, Key: toAws(key), ...conditionInput(condition) })),
    );
  }

  /** The items that exist, each once, in no order. Any number of keys; DynamoDB refuses a batch that has one twice. */
  async function getMany(wanted: Key[], { consistent = false } = {}): Promise<Item[]> {
    const keys = eachOnce(wanted, (key) => key);
    const found: Item[] = [];
    for (let i = 0; i < keys.length; i += batchGetMax) {
      let ask: Record<string, AttributeValue>[] = keys.slice(i, i + batchGetMax).map(toAws);
      for (let attempt = 0; ask.length > 0; attempt++) {
        await backOff(attempt);
        const reply = await client.send(
          new BatchGetItemCommand({ RequestItems: { [name]: { Keys: ask, ConsistentRead: consistent } } }),
        );
        found.push(...(reply.Responses?.[name] ?? []).map(fromAws));
        ask = reply.UnprocessedKeys?.[name]?.Keys ?? [];
      }
    }
    return found;
  }

  /** In no order; of several writes of one item, the last alone. */
  async function writeMany(wanted: Write[]): Promise<void> {
    const requests = eachOnce(wanted, (write) => ('put' in write ? write.put : write.remove));
    for (let i = 0; i < requests.length; i += batchWriteMax) {
      let ask: WriteRequest[] = requests
        .slice(i, i + batchWriteMax)
        .map((r) =>
          'put' in r ? { PutRequest: { Item: toAws(r.put) } } : { DeleteRequest: { Key: toAws(r.remove) } },
        );
      for (let attempt = 0; ask.length > 0; attempt++) {
        await backOff(attempt);
        const reply = await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: ask } }));
        ask = reply.UnprocessedItems?.[name] ?? [];
      }
    }
  }

  /**
   * One page of a partition, at most `limit` items or 1 MB of them; `more` is false when the range is exhausted. A range that
   * ends before it begins holds nothing, while DynamoDB calls it an error.
   */
  async function query(range: Range): Promise<{ items: Item[]; more: boolean }> {
    const names = range.index ? indexKeys[range.index] : { pk: 'pk', sk: 'sk' };
    const { from, to } = range;
    if (isEmpty(range)) return { items: [], more: false };
    const within = conditionOf(range);
    const reply = await client.send(
      new QueryCommand({
        TableName: name,
        IndexName: range.index,
        KeyConditionExpression: ['#p = :p', ...(within ? [within] : [])].join(' AND '),
        ExpressionAttributeNames: { '#p': names.pk, ...(within ? { '#s': names.sk } : {}) },
        ExpressionAttributeValues: toAws({ ':p': range.partition, ':from': from, ':to': to }),
        ScanIndexForward: !range.newestFirst,
        Limit: range.limit,
        ConsistentRead: range.index ? undefined : (range.consistent ?? true),
      }),
    );
    return { items: (reply.Items ?? []).map(fromAws), more: reply.LastEvaluatedKey !== undefined };
  }

  /** Every item of the table, a page at a time. For maintenance only: it reads, and on AWS bills, everything. */
  async function* scan(): AsyncGenerator<Item[]> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const reply = await client.send(new ScanCommand({ TableName: name, ExclusiveStartKey: start }));
      yield (reply.Items ?? []).map(fromAws);
      start = reply.LastEvaluatedKey;
    } while (start);
  }

  return { now, get, put, replace, update, remove, getMany, writeMany, query, scan };
}

/** The last of those that have the same key. */
function eachOnce<T>(list: T[], keyOf: (one: T) => Key): T[] {
  return [...new Map(list.map((one) => [JSON.stringify([keyOf(one).pk, keyOf(one).sk]), one])).values()];
}

/** Keys sort by their bytes. No key is empty. */
function isEmpty({ from, to }: Range): boolean {
  return (
    to === '' || (from !== undefined && to !== undefined && Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0)
  );
}

function conditionOf({ from, to }: Range): string | null {
  if (from !== undefined && to !== undefined) return '#s BETWEEN :from AND :to';
  if (from !== undefined) return '#s >= :from';
  return to === undefined ? null : '#s <= :to';
}

/** A stored item always has its key. */
function fromAws(item: Record<string, AttributeValue>): Item {
  return unmarshall(item) as Item;
}

function conditionInput(condition: Condition | undefined) {
  if (!condition) return {};
  const expressions = makeExpressions();
  return { ConditionExpression: expressions.condition(condition), ...referred(expressions) };
}

/** The names and values that expressions refer to; DynamoDB takes no empty list of either. */
function referred({ names, values }: ReturnType<typeof makeExpressions>) {
  return {
    ExpressionAttributeNames: Object.keys(names).length > 0 ? names : undefined,
    ExpressionAttributeValues:
      Object.keys(values).length > 0 ? marshall(values, { removeUndefinedValues: true }) : undefined,
  };
}

async function unlessConditionFails(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** DynamoDB hands back what it had no capacity for; asking again at once would make it worse. */
async function backOff(attempt: number): Promise<void> {
  if (attempt === 0) return;
  if (attempt > 8) throw new ServiceFault('the table did not take all items of a batch in eight attempts');
  await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt));
}
