/** AWS calls that fail where a test wants it, and a count of what calls cost. Both sit in the SDK, above the network. */
import { type Clients, type Endpoints, makeClients } from '../../functions/store/clients.ts';

/** Stands for a process that is gone: nothing that it still tries has any effect. */
export class Killed extends Error {
  override name = 'Killed';
}

export type Kill = { at: number; when: 'before' | 'after' };
export type KillSwitch = { clients: Clients; calls: string[]; killed: boolean };

/** Clients whose call number `at` dies before or after it takes effect, and all calls after it. Records the calls' names. */
export function killingClients(endpoints: Endpoints, kill: Kill | null): KillSwitch {
  const state: KillSwitch = { clients: makeClients(endpoints), calls: [], killed: false };
  onEveryCall(state.clients, async (name, _input, call) => {
    if (state.killed) throw new Killed('the process is gone');
    const number = state.calls.push(name) - 1;
    if (kill === null || number !== kill.at) return call();
    if (kill.when === 'after') await call();
    state.killed = true;
    throw new Killed(`killed ${kill.when} call ${number}, ${name}`);
  });
  return state;
}

/** Clients that do something else first, whenever a call is one of those that `isIt` knows. */
export function clientsWith(
  endpoints: Endpoints,
  isIt: (name: string, input: object) => boolean,
  first: () => Promise<void>,
): Clients {
  const clients = makeClients(endpoints);
  onEveryCall(clients, async (name, input, call) => {
    if (isIt(name, input)) await first();
    return call();
  });
  return clients;
}

/** A service that did not do what it was asked, or did it and could not say so. As the SDK sees it: worth a retry. */
export class Fault extends Error {
  override name = 'ServiceUnavailable';
  readonly $metadata = { httpStatusCode: 503 };
  readonly $retryable = { throttling: false };
}

export type Outage = 'before' | 'after' | null;

/**
 * Clients whose calls fail where `outage` says, each by itself, and go on working. `retried`: the SDK may try again, as it does
 * with a service that stumbles; else the call has failed for good.
 */
export function failingClients(
  endpoints: Endpoints,
  outage: (call: number, name: string) => Outage,
  { retried }: { retried: boolean },
): { clients: Clients; calls: string[] } {
  const clients = makeClients(endpoints);
  const calls: string[] = [];
  if (retried) for (const { config } of [clients.dynamodb, clients.s3, clients.sqs]) retryAtOnce(config);
  onEveryCall(
    clients,
    async (name, _input, call) => {
      const when = outage(calls.push(name) - 1, name);
      if (when === 'before') throw new Fault(`no answer from ${name}, which did nothing`);
      const output = await call();
      if (when === 'after') throw new Fault(`no answer from ${name}, which did what it was asked`);
      return output;
    },
    retried ? 'each try' : 'each call',
  );
  return { clients, calls };
}

/** Clients whose calls take as long as those of a region do: ms for the table and the bucket, and for the queue. */
export function slowClients(endpoints: Endpoints, { tableMs, queueMs }: { tableMs: number; queueMs: number }): Clients {
  const clients = makeClients(endpoints);
  onEveryCall(clients, async (name, _input, call) => {
    const ms = /Message|Queue/.test(name) ? queueMs : tableMs;
    await new Promise((resolve) => setTimeout(resolve, ms));
    return call();
  });
  return clients;
}

/** Three tries without the pauses between them. */
function retryAtOnce(config: Loose): void {
  const token = (tries: number) => ({ getRetryCount: () => tries - 1, getRetryDelay: () => 0 });
  config.retryStrategy = async () => ({
    mode: 'standard',
    acquireInitialRetryToken: async () => token(1),
    async refreshRetryTokenForRetry({ getRetryCount }: ReturnType<typeof token>) {
      if (getRetryCount() >= 2) throw new Error('three tries failed');
      return token(getRetryCount() + 2);
    },
    recordSuccess: () => undefined,
  });
}

/** Clients whose queue takes, of each batch, only what `takes` lets, and says of the others that they failed. */
export function partialClients(
  endpoints: Endpoints,
  takes: (entry: Loose, name: string) => boolean,
): { clients: Clients; calls: string[] } {
  const clients = makeClients(endpoints);
  const calls: string[] = [];
  onEveryCall(clients, async (name, input, call) => {
    if (!/MessageBatchCommand$/.test(name)) return call();
    calls.push(name);
    const all: Loose[] = input.Entries;
    input.Entries = all.filter((entry) => takes(entry, name));
    const output = input.Entries.length > 0 ? await call() : { $metadata: {} };
    const Failed = all.filter((entry) => !input.Entries.includes(entry)).map(({ Id }) => ({ Id, Code: 'Throttled' }));
    return { ...output, Failed };
  });
  return { clients, calls };
}

/** Sends some messages never, some twice, and some late and in another order: when `release` is called. */
export function unrulyClients(
  endpoints: Endpoints,
  random: () => number,
): { clients: Clients; lost: number; doubled: number; held: number; release(): Promise<void> } {
  const clients = makeClients(endpoints);
  const late: (() => Promise<unknown>)[] = [];
  const counts = { lost: 0, doubled: 0, held: 0 };
  onEveryCall(clients, async (name, input, call) => {
    if (!/^SendMessage/.test(name)) return call();
    const fate = random();
    if (fate < 0.2) counts.lost++;
    else if (fate < 0.4) {
      counts.doubled++;
      await call();
      await call();
    } else if (fate < 0.7) {
      counts.held++;
      late.splice(Math.floor(random() * (late.length + 1)), 0, call);
    } else return call();
    // What the queue says when it took them all.
    return { Successful: input.Entries?.map(({ Id }: { Id: string }) => ({ Id })), $metadata: {} };
  });
  return Object.assign(counts, {
    clients,
    async release() {
      for (const send of late.splice(0)) await send();
    },
  });
}

export type Bill = {
  writeUnits: number;
  readUnits: number;
  calls: Record<string, number>;
  /** Items put and deleted, by partition: one partition takes 1,000 write units a second. */
  writesTo: Record<string, number>;
  /** Starts counting anew. */
  reset(): void;
};

export type Stopwatch = { clients: Clients; ms: number; s3Gets: number; s3Rounds: number; reset(): void };

/** Clients that add up how long at least one call was under way, and count S3 reads and how often they had to wait for others. */
export function timedClients(endpoints: Endpoints): Stopwatch {
  const watch: Stopwatch = { clients: makeClients(endpoints), ms: 0, s3Gets: 0, s3Rounds: 0, reset };
  let underWay = 0;
  let gets = 0;
  let began = 0;
  function reset(): void {
    Object.assign(watch, { ms: 0, s3Gets: 0, s3Rounds: 0 });
  }
  onEveryCall(watch.clients, async (name, _input, call) => {
    const isGet = name === 'GetObjectCommand';
    if (underWay++ === 0) began = performance.now();
    if (isGet) {
      watch.s3Gets++;
      if (gets++ === 0) watch.s3Rounds++;
    }
    try {
      return await call();
    } finally {
      if (isGet) gets--;
      if (--underWay === 0) watch.ms += performance.now() - began;
    }
  });
  return watch;
}

export type IndexKeys = { time: string | null; archived: string | null };

/** Clients that add up what their calls are billed. */
export function billedClients(endpoints: Endpoints): Bill & { clients: Clients } {
  const { bill, before, after } = makeMeter();
  const clients = makeClients(endpoints);
  onEveryCall(clients, async (name, input, call) => {
    before(name, input);
    const output = await call();
    after(name, input, output);
    return output;
  });
  return Object.assign(bill, { clients });
}

/**
 * Adds up what DynamoDB would bill, in request units, and counts S3 and SQS requests, by the names of the SDK's commands and
 * what goes in and out of them. dynalite reports the units of the table; those of the indexes (one for a row put or deleted)
 * are added by what becomes of their keys. `rows`: what is known of these, shared by meters of one table.
 */
export function makeMeter(rows = new Map<string, IndexKeys>()): {
  bill: Bill;
  before(name: string, input: Loose): void;
  after(name: string, input: Loose, output: Loose): void;
} {
  const bill: Bill = { writeUnits: 0, readUnits: 0, calls: {}, writesTo: {}, reset };
  function reset(): void {
    bill.writeUnits = 0;
    bill.readUnits = 0;
    bill.calls = {};
    bill.writesTo = {};
  }
  function before(name: string, input: Loose): void {
    bill.calls[name] = (bill.calls[name] ?? 0) + 1;
    if ('TableName' in input || 'RequestItems' in input) input.ReturnConsumedCapacity = 'TOTAL';
  }
  function after(name: string, input: Loose, output: Loose): void {
    const units = [output.ConsumedCapacity ?? []]
      .flat()
      .reduce((sum: number, part: { CapacityUnits?: number }) => sum + (part.CapacityUnits ?? 0), 0);
    if (/^(Get|Query|BatchGet|Scan)/.test(name)) bill.readUnits += units;
    else bill.writeUnits += units;
    const puts =
      name === 'PutItemCommand' ? [input.Item] : writes(input).flatMap((write) => write.PutRequest?.Item ?? []);
    const deletes =
      name === 'DeleteItemCommand' ? [input.Key] : writes(input).flatMap((write) => write.DeleteRequest?.Key ?? []);
    for (const { pk } of [...puts, ...deletes]) bill.writesTo[pk.S] = (bill.writesTo[pk.S] ?? 0) + 1;
    for (const item of puts)
      bill.writeUnits += setRow(item, {
        time: item.t && item.sort ? item.sort.S : null,
        archived: item.t && item.arch ? item.arch.S : null,
      });
    for (const key of deletes) bill.writeUnits += setRow(key, { time: null, archived: null });
  }
  function setRow(item: { pk: { S: string }; sk: { S: string } }, next: IndexKeys): number {
    const id = `${item.pk.S} ${item.sk.S}`;
    const before = rows.get(id) ?? { time: null, archived: null };
    rows.set(id, next);
    const cost = (a: string | null, b: string | null) => (a === b ? 0 : a === null || b === null ? 1 : 2);
    return cost(before.time, next.time) + cost(before.archived, next.archived);
  }
  return { bill, before, after };
}

// Inputs and outputs of sixty SDK commands have no common type that says more than this.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Loose = any;

function writes(input: Loose): Loose[] {
  const tables = Object.values(input.RequestItems ?? {}) as Loose[];
  return tables.filter(Array.isArray).flat();
}

/** `each try`: below the SDK's own retries. */
function onEveryCall(
  clients: Clients,
  around: (name: string, input: Loose, call: () => Promise<Loose>) => Promise<Loose>,
  where: 'each call' | 'each try' = 'each call',
): void {
  for (const client of [clients.dynamodb, clients.s3, clients.sqs]) {
    const stack = client.middlewareStack as Loose;
    stack.add(
      (next: Loose, context: Loose) => async (args: Loose) => {
        let reply: Loose;
        const output = await around(context.commandName, args.input, async () => {
          reply = await next(args);
          return reply.output;
        });
        return { ...reply, output };
      },
      where === 'each call'
        ? { step: 'initialize', name: 'onEveryCall' }
        : { step: 'finalizeRequest', priority: 'low', name: 'onEveryCall' },
    );
  }
}
