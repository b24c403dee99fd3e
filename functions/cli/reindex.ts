/** `nightdesk reindex`: the search index anew from the stored texts, while the archive serves. */
import { nothingKept, rebuildIndex } from '../search/rebuild.ts';
import { markReindexed } from '../store/format.ts';
import { print, printJson, type Run } from './context.ts';
import { maintain, progressLine } from './maintenance.ts';

export const help = `nightdesk reindex [--json] [--table TABLE --bucket BUCKET]

Rebuilds the search index of the archive in DATA_DIR (./data) from the stored texts, whether the archive runs or not. Searches use
the old index until the new one is complete. An archive that was filled by a version without search needs this once.

  --table TABLE --bucket BUCKET    the archive on AWS with this table and bucket, by your AWS credentials
  --json                           print the counts as JSON
`;

export const run: Run = (args, context) =>
  maintain(args, {
    context,
    names: ['json'],
    work: async (deps, { json }) => {
      const began = deps.now();
      const articles = await rebuildIndex(deps, nothingKept, progressLine('articles', context.err));
      await markReindexed(deps.store.table);
      const ms = deps.now() - began;
      if (json) printJson(context, { articles, ms });
      else print(context, `Indexed ${articles} articles in ${(ms / 1000).toFixed(1)} s.`);
      return 0;
    },
  });
