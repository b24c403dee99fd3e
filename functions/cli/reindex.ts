/** `nightdesk reindex`: the search index anew from the stored texts, while the archive serves. */

import { newestTerms } from '../search/fold.ts';
import { nothingKept, rebuildIndex } from '../search/rebuild.ts';
import { allArticles } from '../store/articles.ts';
import { markCounted, markReindexed } from '../store/format.ts';
import { print, printJson, type Run } from './context.ts';
import { maintain, progressLine } from './maintenance.ts';

export const help = `nightdesk reindex [--json] [--yes] [--table TABLE --bucket BUCKET]

Rebuilds the search index of the archive in DATA_DIR (./data) from the stored texts, whether the archive runs or not. Searches use
the old index until the new one is complete. An archive that was filled by a version without search needs this once. After an update
that finds words in new ways, the archive on this machine does it by itself, a few articles at a time; on AWS it is up to you.

  --table TABLE --bucket BUCKET    the archive on AWS with this table and bucket, by your AWS credentials
  --yes                            on AWS: go on, after the cost was shown without it
  --json                           print the counts as JSON
`;

export const run: Run = (args, context) =>
  maintain(args, {
    context,
    names: ['json', 'yes'],
    work: async (deps, { json, yes, onAws }) => {
      const began = deps.now();
      if (onAws && !yes) {
        let total = 0;
        for await (const articles of allArticles(deps.store.table)) total += articles.length;
        print(context, costOf(total));
        return 0;
      }
      const articles = await rebuildIndex(deps, nothingKept, progressLine('articles', context.err));
      await markReindexed(deps.store.table);
      await markCounted(deps.store.table, newestTerms);
      const ms = deps.now() - began;
      if (json) printJson(context, { articles, ms });
      else print(context, `Indexed ${articles} articles in ${(ms / 1000).toFixed(1)} s.`);
      return 0;
    },
  });

/** The scan reads the article and its snapshots and texts, up to 8 KB; then the article and its text are read, consistently. */
const readUnitsEach = 6;
/** A segment of 2,048 articles has two pieces, and is written again in each of five merges; each merge reads what it writes. */
const requestsPerThousand = { puts: 6, gets: 6 };

function costOf(articles: number): string {
  const thousands = Math.ceil(articles / 1000);
  const { puts, gets } = requestsPerThousand;
  const units = `at most ${articles * readUnitsEach} read units, ${thousands * puts} S3 PUTs and ${thousands * gets} S3 GETs`;
  return `${articles} articles: ${units}. Nothing was done; add --yes to go on.`;
}
