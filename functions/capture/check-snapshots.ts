/** What is stored of articles against itself: every snapshot's bytes against its digest, every text against its name. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Article } from '../article/article.ts';
import { textIdOf } from '../article/versions.ts';
import { digestOf } from '../hash.ts';
import { allArticles, allOlderSnapshots, bodyObject, getKnownMany, getText, type Store } from '../store/articles.ts';

export type SnapshotReport = {
  articles: number;
  snapshots: number;
  /** What is wrong, a sentence each. */
  problems: string[];
  /** Objects that no snapshot leads to: what a capture left that died before its article was written. Harmless. */
  orphans: string[];
};

export async function checkSnapshots(store: Store, onProgress: (done: number) => void): Promise<SnapshotReport> {
  const report: SnapshotReport = { articles: 0, snapshots: 0, problems: [], orphans: [] };
  const known = new Set<string>();
  for await (const articles of allArticles(store.table)) {
    for (const article of articles) {
      const snapshots = [...(await allOlderSnapshots(store.table, article)), article.latest];
      report.articles++;
      report.snapshots += snapshots.length;
      for (const digest of new Set(snapshots.map((snapshot) => snapshot.digest))) {
        const object = bodyObject(article.id, digest);
        known.add(object);
        const wrong = await wrongBody(store, object, digest);
        if (wrong) report.problems.push(`article ${article.id}: its snapshot ${digest} ${wrong}`);
      }
      report.problems.push(...(await wrongTexts(store, article)));
      onProgress(report.articles);
    }
  }
  for await (const objects of store.bucket.list('snapshots/')) {
    const unknown = objects.filter((object) => !known.has(object));
    if (unknown.length > 0) report.orphans.push(...(await withoutHidden(store, unknown)));
  }
  return report;
}

/** Objects of no article: one that was removed, and may come back for a day, or that became a part of another one has its bytes still. */
async function withoutHidden({ table }: Store, objects: string[]): Promise<string[]> {
  const idOf = (object: string) => object.split('/')[1] ?? '';
  const known = await getKnownMany(table, [...new Set(objects.map(idOf))]);
  return objects.filter((object) => {
    const { removed, joined } = known.get(idOf(object)) ?? {};
    return !removed && !joined;
  });
}

async function wrongBody(store: Store, object: string, digest: string): Promise<string | null> {
  const stored = await store.bucket.get(object);
  if (!stored) return 'is not in the bucket';
  try {
    const body = await promisify(gunzip)(stored.bytes);
    const found = digestOf(body);
    return found === digest ? null : `holds other bytes (${found})`;
  } catch (error) {
    return `cannot be unpacked (${String(error)})`;
  }
}

async function wrongTexts(store: Store, article: Article): Promise<string[]> {
  const problems: string[] = [];
  for (const name of [article.textId, article.pastId]) {
    if (name === null) continue;
    const text = await getText(store, article.id, name);
    if (text === null) problems.push(`article ${article.id}: its text ${name} is not in the table`);
    else if (textIdOf(text) !== name) problems.push(`article ${article.id}: its text ${name} is another`);
  }
  return problems;
}
