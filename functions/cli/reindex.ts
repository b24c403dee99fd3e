/** `npm run reindex`: the search index anew from the stored texts, while the archive serves. */
import { nothingKept, rebuildIndex } from '../search/rebuild.ts';
import { markReindexed } from '../store/format.ts';
import { maintain, progressLine } from './maintenance.ts';

const help = `npm run reindex [-- --table TABLE --bucket BUCKET]

Makes the search index of the archive in DATA_DIR (./data) anew from the stored texts, while the archive runs or while it does
not. Searches are answered from the old index until the new one is whole. An archive that was filled by a version without
search needs it once.

  --table TABLE --bucket BUCKET    the archive on AWS with these, with your AWS credentials
  --help                           this text
`;

process.exitCode = await maintain(help, [], async (deps) => {
  const began = deps.now();
  const indexed = await rebuildIndex(deps, nothingKept, progressLine('articles'));
  await markReindexed(deps.store.table);
  console.log(`Indexed ${indexed} articles in ${((deps.now() - began) / 1000).toFixed(1)} s.`);
  return 0;
});
