/** A capture that was fetched before the latest of its article but saved after it: step 8 and 9 of the order of writes. */
import type { Article, Snapshot } from '../article/article.ts';
import { laterBySecond } from '../article/times.ts';
import { historyOf, isEdit, type Reading, withOlder } from '../article/versions.ts';
import { allOlderSnapshots, getText, putArticle, putSnapshot } from '../store/articles.ts';
import { commitNewest, type Saved, type Saving } from './commit.ts';
import { partsWith, withParts } from './parts.ts';
import { currentReading, putPast, readingOf, readingOfStored } from './readings.ts';

/** A capture that was fetched before the latest but saved after it: a snapshot beside it, and all of them judged again. */
export async function commitOlder(saving: Saving & { before: Article }): Promise<Saved | null> {
  const { store, before, incoming, resolution, reread } = saving;
  let { timestamp } = incoming.snapshot;
  const snapshots = await allOlderSnapshots(store.table, before);
  const mine = snapshots.find((snapshot) => snapshot.capture === incoming.snapshot.capture);
  const taken = new Set([...snapshots, before.latest].map((snapshot) => snapshot.timestamp));
  while (!mine && taken.has(timestamp)) timestamp = laterBySecond(timestamp);
  if (timestamp > before.latest.timestamp) {
    // Every second up to the latest is taken: it becomes the newest after all.
    return commitNewest({ ...saving, incoming: { ...incoming, snapshot: { ...incoming.snapshot, timestamp } } });
  }
  const placed: Snapshot = mine ?? { ...incoming.snapshot, timestamp, mark: null, changed: true };
  const ordered = [...snapshots.filter((snapshot) => snapshot !== mine), placed, before.latest].sort((a, b) =>
    a.timestamp < b.timestamp ? -1 : 1,
  );
  // One text at a time: there may be hundreds of a megabyte.
  async function* readings(): AsyncGenerator<Reading> {
    for (const snapshot of ordered) {
      yield snapshot === placed
        ? readingOf(incoming, resolution)
        : readingOfStored(snapshot, snapshot.textId && (await getText(store, before.id, snapshot.textId)));
    }
  }
  const history = await historyOf(readings());
  const at = ordered.indexOf(placed);
  const [previous, next] = [ordered[at - 1], ordered[at + 1]];
  const snapshot: Snapshot = {
    ...placed,
    mark: history.verdicts[at]?.mark ?? null,
    changed: previous?.fingerprint !== placed.fingerprint,
  };
  if (!(await putSnapshot(store.table, before.id, snapshot))) return null;
  const nextChanged = next?.fingerprint !== placed.fingerprint;
  if (next && next !== before.latest && next.changed !== nextChanged)
    await putSnapshot(store.table, before.id, { ...next, changed: nextChanged });

  const ruling = ordered[history.ruling];
  const reading =
    !ruling || ruling.timestamp === before.versionOf
      ? null
      : ruling === placed
        ? incoming
        : await reread(before.id, ruling);
  const current = await currentReading(store, before);
  const article = withOlder(before, incoming, {
    snapshotCount: ordered.length,
    versionCount: history.versionCount,
    editedAt: ordered[history.lastEdit]?.fetchedAt ?? null,
    past: history.past,
    latestChanged: next === before.latest ? nextChanged : before.latest.changed,
    ruling:
      ruling && reading
        ? {
            snapshot: ruling,
            metadata: reading.metadata,
            text: reading.text,
            isEdit: isEdit(current, { title: reading.metadata.title, text: reading.text }),
          }
        : null,
  });
  await putPast(store, before, history.past);
  const own = reading ? reading.text : current.text;
  const whole = await withParts(store, { ...article, parts: partsWith(before, { ...incoming, snapshot }) }, own);
  const put = await putArticle(store.table, whole, before);
  return put ? { status: 'saved', article: put, timestamp: snapshot.timestamp, snapshot: 'new' } : null;
}
