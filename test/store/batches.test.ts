/** Batches: a key that is given twice, and a service that does only a part of what it was asked. */
import { expect, it } from 'vitest';
import { makeServices } from '../../functions/store/clients.ts';
import { jobMessage } from '../../functions/store/job.ts';
import { isServiceFault } from '../../functions/store/service-fault.ts';
import { partialClients } from '../support/faults.ts';
import { useServices } from '../support/use.ts';

const services = await useServices();

const key = (n: number) => ({ pk: 'BATCH', sk: String(n) });

it('reads an item once of which the key is given twice, near and far', async () => {
  const { table } = services.store;
  await table.writeMany(Array.from({ length: 130 }, (_, n) => ({ put: { ...key(n), n } })));
  const keys = Array.from({ length: 130 }, (_, n) => key(n));
  const items = await table.getMany([key(3), ...keys, key(3), key(129)]);
  expect(items.map(({ n }) => n).toSorted((a, b) => Number(a) - Number(b))).toEqual(keys.map((_, n) => n));
});

it('does the last of several writes of one item', async () => {
  const { table } = services.store;
  await table.writeMany([{ put: { ...key(500), n: 1 } }, { put: { ...key(500), n: 2 } }, { put: key(501) }]);
  expect((await table.get(key(500)))?.n).toBe(2);
  await table.writeMany([{ put: key(502) }, { remove: key(502) }, { remove: key(501) }, { put: key(501) }]);
  expect([await table.get(key(502)), await table.get(key(501))]).toEqual([null, key(501)]);
});

const jobOf = (n: number) => ({ kind: 'capture' as const, id: String(n), dueAt: '2024-01-01T00:00:00.000Z', sends: 1 });
const jobs = (count: number) => Array.from({ length: count }, (_, n) => ({ job: jobOf(n) }));

/** Ids of what is in the queue, which is empty afterwards. */
async function taken(): Promise<string[]> {
  const messages = await services.queue.receive(10, 0);
  if (messages.length === 0) return [];
  await services.queue.done(messages.map(({ receipt }) => receipt));
  return [...messages.map(({ job }) => job?.id ?? ''), ...(await taken())];
}

it('sends again what the queue did not take of a batch', async () => {
  const refused = new Set([3, 14].map((n) => jobMessage(jobOf(n))));
  const { clients, calls } = partialClients(services.embedded.endpoints, (entry) => !refused.delete(entry.MessageBody));
  const { queue } = makeServices(clients, services.embedded.names);
  await queue.sendMany(jobs(23));
  expect(calls).toHaveLength(4);
  expect((await taken()).map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, n) => n));
});

it('sends all the others of a message that the queue never takes, and says so', async () => {
  const { clients } = partialClients(
    services.embedded.endpoints,
    (entry) => entry.MessageBody !== jobMessage(jobOf(2)),
  );
  const { queue } = makeServices(clients, services.embedded.names);
  const sent = queue.sendMany(jobs(15));
  const error = await sent.catch((thrown: unknown) => thrown);
  expect([isServiceFault(error), String(error)]).toEqual([
    true,
    'ServiceFault: the queue did not take 1 messages: Throttled ',
  ]);
  expect(await taken()).toHaveLength(14);
});

it('does not call messages done that the queue did not delete', async () => {
  let refusals = 0;
  const { clients, calls } = partialClients(services.embedded.endpoints, () => ++refusals > 1);
  const { queue } = makeServices(clients, services.embedded.names);
  await queue.sendMany(jobs(2));
  refusals = 0;
  const receipts = (await queue.receive(10, 0)).map(({ receipt }) => receipt);
  calls.length = 0;
  await queue.done(receipts);
  expect(calls).toEqual(['DeleteMessageBatchCommand', 'DeleteMessageBatchCommand']);
  refusals = Number.NEGATIVE_INFINITY;
  await expect(queue.done(receipts)).rejects.toThrow('the queue did not delete 2 messages: Throttled');
});
