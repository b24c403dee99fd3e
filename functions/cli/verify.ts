/** `nightdesk verify`: every stored object against its digest, pictures and styles among them, every index entry against its article; with --repair, mends the index. */
import { checkSnapshots } from '../capture/check-snapshots.ts';
import { checkPacks } from '../pictures/check-packs.ts';
import { checkIndex } from '../search/check.ts';
import { rebuildIndex } from '../search/rebuild.ts';
import { type Context, print, printJson, type Run, say } from './context.ts';
import { maintain, progressLine } from './maintenance.ts';

export const help = `nightdesk verify [--repair] [--json] [--table TABLE --bucket BUCKET]

Reads everything in DATA_DIR (./data), whether the archive runs or not, and reports faults: snapshots whose bytes do not match
their digest, missing texts, pictures and styles that are missing or damaged, and a search index that does not match the articles.

  --repair    rebuild the damaged or missing parts of the search index from the stored texts
  --table TABLE --bucket BUCKET
              the archive on AWS with this table and bucket, by your AWS credentials
  --json      print the result as JSON

Exit status 1: there is a fault that was not repaired.
`;

/** Of a thousand problems of one kind, the first ones tell what is the matter. */
const maxShown = 20;

export const run: Run = (args, context) =>
  maintain(args, {
    context,
    names: ['repair', 'json'],
    work: async (deps, { repair, json }) => {
      const progress = (what: string) => progressLine(what, context.err);
      let checked = 0;
      const snapshots = await checkSnapshots(deps.store, (done) => {
        if (done % 1000 === 0) say(context, `snapshots of ${done} articles`);
        checked = done;
      });
      const packs = await checkPacks(deps.store);
      const index = await checkIndex(deps, progress('segments'));
      const mends = repair && index.problems.length > 0;
      const indexed = mends ? await rebuildIndex(deps, index.sound, progress('articles')) : null;
      const left = mends ? (await checkIndex(deps, progress('segments'))).problems : index.problems;
      const found: Found = { articles: checked, snapshots, packs, index, indexed, left };
      if (json) printJson(context, jsonOf(found));
      else tell(found, context);
      return snapshots.problems.length + packs.problems.length + left.length > 0 ? 1 : 0;
    },
  });

type Found = {
  articles: number;
  snapshots: Awaited<ReturnType<typeof checkSnapshots>>;
  packs: Awaited<ReturnType<typeof checkPacks>>;
  index: Awaited<ReturnType<typeof checkIndex>>;
  /** The number of articles that were indexed again; null when nothing was repaired. */
  indexed: number | null;
  /** The faults that the index still has after that. */
  left: string[];
};

function jsonOf({ articles, snapshots, packs, index, indexed, left }: Found) {
  return {
    ...{
      articles,
      snapshots: snapshots.snapshots,
      segments: index.segments,
      indexed,
      orphans: snapshots.orphans.length,
      packs: packs.packs,
      strayPacks: packs.strays.length,
    },
    problems: { snapshots: snapshots.problems, packs: packs.problems, index: index.problems, left },
  };
}

function tell({ articles, snapshots, packs, index, indexed, left }: Found, context: Context): void {
  show(snapshots.problems, context);
  show(packs.problems, context);
  show(index.problems, context);
  print(
    context,
    `${articles} articles, ${snapshots.snapshots} snapshots: ${sound(snapshots.problems)}. ` +
      `Pictures and styles of ${packs.packs} of them: ${sound(packs.problems)}. ` +
      `Search index of ${index.segments} segments: ${sound(index.problems)}.`,
  );
  if (snapshots.orphans.length > 0)
    print(
      context,
      `${snapshots.orphans.length} objects belong to no article, such as ${snapshots.orphans[0]}; they do no harm.`,
    );
  if (packs.problems.length > 0)
    print(
      context,
      'What was kept of pictures and styles cannot be made anew: put the objects below pictures/ back from a copy, or import an export in WARC that has them. Pages and texts are whole without them.',
    );
  if (packs.strays.length > 0)
    print(
      context,
      `${packs.strays.length} objects below pictures/ are named by no snapshot, such as ${packs.strays[0]}; they do no harm, and a takedown of their article deletes them.`,
    );
  if (indexed === null) return;
  show(left, context);
  print(context, `Indexed ${indexed} articles again. Search index: ${sound(left)}.`);
}

function show(problems: string[], context: Context): void {
  for (const problem of problems.slice(0, maxShown)) print(context, `  ${problem}`);
  if (problems.length > maxShown) print(context, `  ... and ${problems.length - maxShown} more`);
}

function sound(problems: string[]): string {
  return problems.length === 0 ? 'sound' : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
}
