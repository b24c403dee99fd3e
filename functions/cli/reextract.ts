/** `nightdesk reextract`: old articles read again with the present extractor. */
import { reextractAll } from '../capture/reextract.ts';
import { makeExtractor } from '../jobs/extractor.ts';
import { allArticles } from '../store/articles.ts';
import { print, printJson, type Run, say } from './context.ts';
import { maintain, progressLine } from './maintenance.ts';

export const help = `nightdesk reextract [--json] [--yes] [--table TABLE --bucket BUCKET]

Reads old articles again with the extractor of this version, from the pages that were kept: text, headline, names, times. Ids, URLs,
corrections, times of capture and the history stay as they are. A reading that has lost a fifth of the text is listed and not taken.
It may be stopped at any time; started again, it goes on. On this machine the archive does it by itself after an update.

  --table TABLE --bucket BUCKET    the archive on AWS with this table and bucket, by your AWS credentials
  --yes                            on AWS: go on, after the cost was shown without it
  --json                           print the list of what changed as JSON
`;

/** A read of the article, one of its snapshot, one of its text; a GET of the page. Then about five write units, of those that changed. */
const perArticle = { readUnits: 4, gets: 1, writeUnits: 6 };

export const run: Run = (args, context) =>
  maintain(args, {
    context,
    names: ['json', 'yes'],
    work: async ({ store }, { json, yes, onAws }) => {
      let total = 0;
      for await (const articles of allArticles(store.table)) total += articles.length;
      if (onAws && !yes) {
        const { readUnits, gets, writeUnits } = perArticle;
        print(
          context,
          `${total} articles: at most ${total * readUnits} read units, ${total * gets} S3 requests and ${total * writeUnits} write units. Nothing was done; add --yes to go on.`,
        );
        return 0;
      }
      const extractor = makeExtractor();
      const list = [];
      const progress = progressLine('articles', context.err);
      try {
        for await (const one of reextractAll({ store, extractor }, (done) => progress(done, total))) list.push(one);
      } finally {
        await extractor.close();
      }
      if (json) printJson(context, list);
      else
        for (const one of list)
          print(
            context,
            `${one.url}  ${'kept' in one ? `not taken: ${one.kept}` : one.changed.join(', ') || 'no field'}`,
          );
      say(context, `Read ${list.length} of ${total} articles again.`);
      return list.some((one) => 'kept' in one) ? 1 : 0;
    },
  });
