/** Archives of other versions: what this code opens, what it says of those that it does not. */
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { checkFormat, FormatError, markReindexed } from '../../functions/store/format.ts';
import { makeTable, type Table } from '../../functions/store/table.ts';
import { useServices } from '../support/use.ts';

let table: Table;
const key = { pk: 'FORMAT', sk: 'CURRENT' };
const ours = { table: 3, index: 5 };
const oldest = { table: 2, index: 4 };

const services = await useServices();
beforeAll(async () => {
  table = makeTable(services.embedded.clients.dynamodb, services.embedded.names.tableName);
});
beforeEach(() => table.remove(key));

test('a new archive is marked with what is written into it', async () => {
  await checkFormat(table, ours, oldest);
  expect(await table.get(key)).toEqual({ ...key, ...ours });
  await checkFormat(table, ours, oldest);
});

test('one that is older and can be read is marked, so that the older code does not open it again', async () => {
  await table.put({ ...key, ...oldest });
  await checkFormat(table, ours, oldest);
  await expect(checkFormat(table, oldest, oldest)).rejects.toThrow(
    'A newer version of Nightdesk wrote this archive (table 3, index 5;',
  );
});

test.each([
  [{ table: 4, index: 5 }, 'Install the newer version'],
  [{ table: 3, index: 6 }, 'Install the newer version'],
  [{ table: 1, index: 1 }, 'Export the archive with the old version and import it here'],
  [{ table: 2, index: 3 }, 'npm run reindex'],
])('%j is left as it is, and told what to do', async (found, message) => {
  await table.put({ ...key, ...found });
  const opened = checkFormat(table, ours, oldest);
  await expect(opened).rejects.toThrow(FormatError);
  await expect(opened).rejects.toThrow(message);
  expect(await table.get(key)).toEqual({ ...key, ...found });
});

test('after it was made anew the index is of this form, and the archive opens', async () => {
  await table.put({ ...key, table: 2, index: 3 });
  await markReindexed(table, ours);
  await checkFormat(table, ours, oldest);
  expect(await table.get(key)).toEqual({ ...key, ...ours });
});
