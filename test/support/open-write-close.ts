/** A process that opens an archive's services, writes until LevelDB compacts, closes them, and ends by itself. */
import { randomBytes } from 'node:crypto';
import { makeStore } from '../../functions/store/clients.ts';
import { startEmbedded } from '../../functions/store/embedded.ts';

const [dir = '', megabytes = '6', ending = 'end'] = process.argv.slice(2);
const embedded = await startEmbedded(dir);
const { table } = makeStore(embedded.clients, embedded.names);
/** Twenty-five items of 40 KB are a megabyte; its log becomes a file of the table every four. */
for (let n = 0; n < Number(megabytes); n++)
  await table.writeMany(
    Array.from({ length: 25 }, (_, i) => ({
      put: { pk: `P${i}`, sk: randomBytes(6).toString('hex'), text: randomBytes(30_000).toString('base64') },
    })),
  );
if (ending === 'end') await embedded.close();
else process.exit(0);
