/** The table's keys and indexes, as data: one place for the embedded table, the tests and the stack. */
export const tableSchema = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 't', AttributeType: 'S' },
    { AttributeName: 'sort', AttributeType: 'S' },
    { AttributeName: 'arch', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'time',
      KeySchema: [
        { AttributeName: 't', KeyType: 'HASH' },
        { AttributeName: 'sort', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
    {
      IndexName: 'archived',
      KeySchema: [
        { AttributeName: 't', KeyType: 'HASH' },
        { AttributeName: 'arch', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} as const;

/** The attribute that holds the second, in seconds since 1970, from which an item may be dropped. */
export const ttlAttribute = 'ttl';
