/** Lambda: every minute -> log into segments, merges; once a day with `{"task": "clean"}` -> objects that nothing lists. */
import { setImmediate } from 'node:timers/promises';
import { clock, lambdaNames } from './lambda.ts';
import { removeOrphans, runIndexer } from './search/index-log.ts';
import { makeDynamodb, makeS3, makeStore } from './store/clients.ts';
import { checkFormat } from './store/format.ts';

const store = makeStore({ dynamodb: makeDynamodb(null), s3: makeS3(null) }, lambdaNames(process.env));
await checkFormat(store.table);

export async function handler(event: { task?: unknown } = {}): Promise<void> {
  if (event.task === 'clean') await removeOrphans({ store, ...clock });
  else await runIndexer({ store, ...clock, pause: () => setImmediate() });
}
