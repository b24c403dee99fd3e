/** `npm run verify`: every stored object against its digest, every index entry against its article; with --repair, mends the index. */
import { checkSnapshots } from '../capture/check-snapshots.ts';
import { checkIndex } from '../search/check.ts';
import { rebuildIndex } from '../search/rebuild.ts';
import { maintain, progressLine } from './maintenance.ts';

const help = `npm run verify [-- --repair] [--table TABLE --bucket BUCKET]

Reads all of the archive in DATA_DIR (./data), while it runs or while it does not, and says what is wrong: snapshots whose
bytes are not those of their digest, texts that are missing, and a search index that does not say what the articles say.

  --repair    makes anew, from the stored texts, what of the search index is damaged or missing
  --table TABLE --bucket BUCKET
              the archive on AWS with these, with your AWS credentials
  --help      this text

It ends with status 1 when something is wrong and was not repaired.
`;

/** Of a thousand problems of one kind, the first ones tell what is the matter. */
const maxShown = 20;

process.exitCode = await maintain(help, ['repair'], async (deps, { repair }) => {
  let checked = 0;
  const snapshots = await checkSnapshots(deps.store, (done) => {
    if (done % 1000 === 0) console.error(`snapshots of ${done} articles`);
    checked = done;
  });
  const index = await checkIndex(deps, progressLine('segments'));
  show(snapshots.problems);
  show(index.problems);
  console.log(
    `${checked} articles, ${snapshots.snapshots} snapshots: ${sound(snapshots.problems)}. ` +
      `Search index of ${index.segments} segments: ${sound(index.problems)}.`,
  );
  if (snapshots.orphans.length > 0)
    console.log(`${snapshots.orphans.length} objects lead nowhere, such as ${snapshots.orphans[0]}; they do no harm.`);
  if (index.problems.length === 0 || !repair) return snapshots.problems.length + index.problems.length > 0 ? 1 : 0;
  const indexed = await rebuildIndex(deps, index.sound, progressLine('articles'));
  const { problems } = await checkIndex(deps, progressLine('segments'));
  show(problems);
  console.log(`Indexed ${indexed} articles anew. Search index: ${sound(problems)}.`);
  return snapshots.problems.length + problems.length > 0 ? 1 : 0;
});

function show(problems: string[]): void {
  for (const problem of problems.slice(0, maxShown)) console.log(`  ${problem}`);
  if (problems.length > maxShown) console.log(`  ... and ${problems.length - maxShown} more`);
}

function sound(problems: string[]): string {
  return problems.length === 0 ? 'sound' : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
}
