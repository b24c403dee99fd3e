/** The looks at a story, newest first: which gave a version, which found nothing new, and what each changed. */
import type { Article, Snapshot } from '../article/article.ts';
import { fromTimestamp, toIso } from '../article/times.ts';
import { countedIn } from '../article/words.ts';
import { getSnapshot, olderSnapshots, type Store } from '../store/articles.ts';
import { cut, type Html, html, type Part } from './markup.ts';
import type { View } from './view.ts';
import { distinctMoment, momentText } from './zone.ts';

/** What one page shows of a long history. */
const maxLooks = 100;

export type Looks = {
  /** The newest first, `maxLooks` at most. */
  looks: Snapshot[];
  /** The looks that gave the story another text or headline, newest first; the last is the first one of them all. */
  versions: Snapshot[];
  isCut: boolean;
};

export async function looksOf({ table }: Store, article: Article): Promise<Looks> {
  const older =
    article.snapshotCount === 1
      ? { snapshots: [], more: false }
      : await olderSnapshots(table, article, { limit: maxLooks });
  const looks = [article.latest, ...older.snapshots];
  const good = looks.filter(({ mark, part }) => mark === null && part === null);
  const versions = good.filter((look, at) => {
    const before = good[at + 1];
    return before === undefined || before.textId !== look.textId || before.title !== look.title;
  });
  return { looks, versions: versions.length > 0 ? versions : looks.slice(-1), isCut: older.more };
}

/** The look that a page is asked to show: by its timestamp, or else the one that gave the story its text. */
export async function lookAt(store: Store, article: Article, timestamp: string | undefined): Promise<Snapshot | null> {
  return getSnapshot(store.table, article, timestamp ?? article.versionOf);
}

/** `shown`: the timestamp of the version on screen. Runs of unchanged looks are one entry. */
export function timeline(
  view: View,
  { id, lang, removedAt }: Article,
  { looks, versions, isCut, shown }: Looks & { shown: string },
): Html {
  const { words: t } = view;
  const entries: Part[] = [];
  if (removedAt !== null)
    entries.push(
      entry(
        'is-gone',
        html`<time datetime="${removedAt}">${momentText(removedAt, view, view.nowMs)}</time>`,
        t.pageGone,
      ),
    );
  const times = looks.map(timeOf);
  // An unchanged look is one of the version before it.
  const shownVersion = (versions.find(({ timestamp }) => timestamp <= shown) ?? versions.at(-1))?.timestamp;
  const isUnchanged = (look: Snapshot) => !versions.includes(look) && look.mark === null && look.part === null;
  const current = looks.some((look) => look.timestamp === shown && isUnchanged(look)) ? shownVersion : shown;
  let unchanged: Snapshot[] = [];
  const flush = () => {
    const [newest] = unchanged;
    if (newest)
      entries.push(
        entry(
          'is-same',
          when(view, newest, times),
          unchanged.length === 1 ? t.lookUnchanged : t.looksUnchanged(unchanged.length),
        ),
      );
    unchanged = [];
  };
  for (const [at, look] of looks.entries()) {
    const version = versions.indexOf(look);
    const isFirst = at === looks.length - 1 && !isCut;
    if (version < 0 && look.mark === null && look.part === null && !isFirst) {
      unchanged.push(look);
      continue;
    }
    flush();
    const isShown = look.timestamp === current;
    const time = isShown
      ? html`<span aria-current="true">${when(view, look, times)}</span>`
      : html`<a href="/a/${id}?at=${look.timestamp}">${when(view, look, times)}</a>`;
    const before = versions[version + 1];
    const said: Part[] = [
      look.mark === null
        ? look.part === null
          ? before
            ? changeText(view, { look, before, textLang: lang })
            : t.lookVersion
          : t.lookPart(look.part)
        : t.marks[look.mark],
    ];
    if (isFirst) said.splice(0, 1, [t.firstSaved, sourceText(view, look), t.stop]);
    if (isShown) said.push(' ', t.readingThis);
    if (version >= 0 && before)
      said.push(' ', html`<a href="/a/${id}/changes/${before.timestamp}..${look.timestamp}">${t.compare}</a>`);
    entries.push(entry(isFirst ? 'is-new' : look.mark === null ? 'is-edit' : 'is-look', time, said));
  }
  flush();
  if (isCut) entries.push(html`<li><a href="/articles/${id}/snapshots">${t.earlierLooks}</a></li>`);
  return html`<ol class="line">${entries}</ol>`;
}

function entry(kind: string, time: Part, text: Part): Html {
  return html`<li><span class="m ${kind}"></span>${time}${text}</li>`;
}

/** When it was stored: unlike the time of the fetch, no other look of the story has it. */
export function timeOf({ timestamp }: Snapshot): string {
  return toIso(fromTimestamp(timestamp));
}

function when(view: View, look: Snapshot, times: string[]): Html {
  const time = timeOf(look);
  return html`<time datetime="${time}">${distinctMoment(time, times, { clock: view, nowMs: view.nowMs })}</time>`;
}

/** What a version has that the one before had not, as far as the looks say it. */
export function changeText(
  { words: t }: View,
  { look, before, textLang }: { look: Snapshot; before: Snapshot; textLang: string | null },
): string {
  const isRetitled = look.title !== before.title;
  const isReworded = look.textId !== before.textId;
  const words = look.wordCount - before.wordCount;
  return t.changed({ isRetitled, isReworded, words, unit: countedIn(textLang) });
}

function sourceText({ words: t }: View, { source, file }: Snapshot): Part {
  const name = file === null ? null : html` <bdi>${cut(file, 80)}</bdi>`;
  return [t.sources[source], name];
}
