/** `npm run key -- new|list|revoke`: the keys of an archive, of one on this machine or of one on AWS. */
import { readSettings } from '../settings.ts';
import { destroyClients, makeClients } from '../store/clients.ts';
import { joinEmbedded } from '../store/embedded.ts';
import { requireArchive } from '../store/embedded-servers.ts';
import { type ApiKey, addKey, listKeys, revokeKey, type Scope, scopes } from '../store/keys.ts';
import { makeTable, type Table } from '../store/table.ts';
import { toIso } from '../times.ts';
import { awsProblem } from './aws-problem.ts';
import { isExpected } from './client.ts';
import { argumentsOrExit } from './command.ts';

const help = `npm run key -- new NAME [--scope read|write|admin] [--table TABLE]
npm run key -- list [--table TABLE]
npm run key -- revoke ID [--table TABLE]

Makes, lists and revokes the keys of the archive in DATA_DIR (./data), running or not. A new key is shown once and kept nowhere.

  read            list, search and read
  write           and archive, correct, follow feeds, import (this by default)
  admin           and take down, and lift takedowns

  --table TABLE   the archive on AWS with this table, with your AWS credentials; npm run deploy prints its name
  --help          this text

An archive on AWS always asks for keys, one on this machine when HOST is no loopback address or KEYS=required is set.
The commands send the key in NIGHTDESK_KEY.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = argumentsOrExit({
    allowPositionals: true,
    options: { scope: { type: 'string' }, table: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const work = workOf(positionals, values.scope);
  if (!work) return 2;
  try {
    return await withTable(values.table, positionals[0] === 'new', work);
  } catch (error) {
    const message = isExpected(error) ? error.message : awsProblem(error);
    if (message === null) throw error;
    console.error(message);
    return 2;
  }
}

/** What was asked for; null, once it has been said, when there is no such thing. */
function workOf(
  [command, subject, ...others]: string[],
  scopeText = 'write',
): ((table: Table) => Promise<number>) | null {
  const scope = scopes.find((one) => one === scopeText);
  if (!scope) return refuse(`There is no scope ${scopeText}; it is read, write or admin.`);
  if (others.length > 0) return refuse(help);
  if (command === 'list' && subject === undefined) return async (table) => showKeys(await listKeys(table));
  if (command === 'revoke' && subject !== undefined) return (table) => revoke(table, subject);
  if (command !== 'new' || subject === undefined) return refuse(help);
  if (!/^[^\p{C}]{1,80}$/u.test(subject))
    return refuse('A name has 1 to 80 characters, none of them control characters.');
  return (table) => makeKey(table, subject, scope);
}

function refuse(message: string): null {
  console.error(message);
  return null;
}

async function makeKey(table: Table, name: string, scope: Scope): Promise<number> {
  const { key, id } = await addKey(table, { name, scope, createdAt: toIso(Date.now()) });
  console.error(`Key ${id} "${name}" may ${scope}. It is shown this once:`);
  console.log(key);
  return 0;
}

function showKeys(keys: ApiKey[]): number {
  if (keys.length === 0) console.error('There are no keys.');
  for (const { id, name, scope, createdAt, lastUsedAt, revokedAt } of keys) {
    const state = revokedAt ? `revoked ${revokedAt}` : `last used ${lastUsedAt ?? 'never'}`;
    console.log([id, scope.padEnd(5), `made ${createdAt}`, state, name].join('  '));
  }
  return 0;
}

async function revoke(table: Table, id: string): Promise<number> {
  const revoked = await revokeKey(table, id, toIso(Date.now()));
  if (!revoked) {
    console.error(`No key has the id ${id}; npm run key -- list shows them.`);
    return 1;
  }
  console.log(`Key ${revoked.id} "${revoked.name}" is revoked; within a minute it is refused everywhere.`);
  return 0;
}

/** `mayBeNew`: whether an archive is made in DATA_DIR where there is none. */
async function withTable(
  name: string | undefined,
  mayBeNew: boolean,
  work: (table: Table) => Promise<number>,
): Promise<number> {
  if (name === undefined) {
    const { dataDir } = readSettings(process.env);
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
