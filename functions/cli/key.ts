/** `nightdesk key new|list|revoke`: the keys of an archive, of one on this machine or of one on AWS. */

import { toIso } from '../article/times.ts';
import { readSettings } from '../settings.ts';
import { destroyClients, makeClients } from '../store/clients.ts';
import { joinEmbedded } from '../store/embedded.ts';
import { requireArchive } from '../store/embedded-servers.ts';
import { type ApiKey, addKey, listKeys, revokeKey, type Scope, scopes } from '../store/keys.ts';
import { makeTable, type Table } from '../store/table.ts';
import { type Context, print, printJson, type Run, readArguments, say, UsageError } from './context.ts';

export const help = `nightdesk key new NAME [--scope read|write|admin] [--table TABLE] [--json]
nightdesk key list [--table TABLE] [--json]
nightdesk key revoke ID [--table TABLE]

Makes, lists and revokes the keys of the archive in DATA_DIR (./data), whether it runs or not. A new key is shown once; the
archive stores only its hash.

  --scope read    list, search and read
  --scope write   also archive, correct, follow feeds and import (the default)
  --scope admin   also take articles down and let them be archived anew, remove them and bring them back, and make keys in a
                  browser
  --table TABLE   the archive on AWS with this table, by your AWS credentials; npm run deploy prints its name
  --json          print JSON

An archive on AWS always asks for keys. An archive on this machine asks for keys when HOST is not a loopback address, or when
KEYS=required is set. The commands send the key that is in NIGHTDESK_KEY.
`;

export const run: Run = async (args, context) => {
  const { values, positionals } = readArguments(args, {
    allowPositionals: true,
    options: { scope: { type: 'string' }, table: { type: 'string' }, json: { type: 'boolean' } },
  });
  const work = workOf(positionals, values.scope, { ...context, isJson: values.json === true });
  return withTable({ name: values.table, mayBeNew: positionals[0] === 'new' }, context, work);
};

type Told = Context & { isJson: boolean };

/** The work that the arguments ask for. Throws UsageError for unknown words. */
function workOf(
  [command, subject, ...others]: string[],
  scopeText = 'write',
  context: Told,
): (table: Table) => Promise<number> {
  const scope = scopes.find((one) => one === scopeText);
  if (!scope) throw new UsageError(`There is no scope ${scopeText}; it is read, write or admin.`);
  if (others.length > 0)
    throw new UsageError(`Too many words: ${others.join(' ')}. Put quotes around a name of several words.`);
  if (command === 'list' && subject === undefined) return async (table) => showKeys(await listKeys(table), context);
  if (command === 'revoke') {
    if (subject === undefined) throw new UsageError('The id of the key is missing; nightdesk key list shows the ids.');
    return (table) => revoke(table, subject, context);
  }
  if (command !== 'new' || subject === undefined) throw new UsageError('Say what to do: new NAME, list, or revoke ID.');
  if (!/^[^\p{C}]{1,80}$/u.test(subject))
    throw new UsageError('A name has 1 to 80 characters, none of them control characters.');
  return (table) => makeKey(table, { name: subject, scope }, context);
}

async function makeKey(table: Table, wanted: { name: string; scope: Scope }, context: Told): Promise<number> {
  const { key, id } = await addKey(table, { ...wanted, createdAt: toIso(context.now()) });
  if (context.isJson) printJson(context, { id, ...wanted, key });
  else {
    say(context, `Key ${id} "${wanted.name}" has the scope ${wanted.scope}. It is shown only now:`);
    print(context, key);
  }
  return 0;
}

function showKeys(keys: ApiKey[], context: Told): number {
  if (context.isJson) {
    printJson(context, keys);
    return 0;
  }
  if (keys.length === 0) say(context, 'There are no keys.');
  for (const { id, name, scope, createdAt, lastUsedAt, revokedAt } of keys) {
    const state = revokedAt ? `revoked ${revokedAt}` : `last used ${lastUsedAt ?? 'never'}`;
    print(context, [id, scope.padEnd(5), `made ${createdAt}`, state, name].join('  '));
  }
  return 0;
}

async function revoke(table: Table, id: string, context: Told): Promise<number> {
  const revoked = await revokeKey(table, id, toIso(context.now()));
  if (!revoked) {
    say(context, `No key has the id ${id}; nightdesk key list shows them.`);
    return 1;
  }
  print(context, `Key ${revoked.id} "${revoked.name}" is revoked; within a minute the archive refuses it everywhere.`);
  return 0;
}

/** `mayBeNew`: make an archive in DATA_DIR if there is none. */
async function withTable(
  { name, mayBeNew }: { name: string | undefined; mayBeNew: boolean },
  { env }: Context,
  work: (table: Table) => Promise<number>,
): Promise<number> {
  if (name === undefined) {
    const { dataDir } = readSettings(env);
    if (!mayBeNew) requireArchive(dataDir);
    const embedded = await joinEmbedded(dataDir);
    try {
      return await work(makeTable(embedded.clients.dynamodb, embedded.names.tableName));
    } finally {
      await embedded.close();
    }
  }
  const clients = makeClients(null);
  try {
    return await work(makeTable(clients.dynamodb, name));
  } finally {
    destroyClients(clients);
  }
}
