/** `/feeds`: what is followed, in trouble first, each with its health in words and what one can do. */
import { parseArticleUrl } from '../article/article-url.ts';
import { dayMs, hourMs, minuteMs } from '../durations.ts';
import { follow, pauseFeed, pollNow, unfollow, usualSettings } from '../feeds/follow.ts';
import { countsUntil, isQuiet } from '../feeds/habit.ts';
import { ProblemError } from '../problems.ts';
import { articlesOf, changeFeed, type FollowedFeed, getFeed, listFeeds, type NamedFeed } from '../store/feeds.ts';
import { isInTrouble } from './frame.ts';
import { address, cut, type Html, html, type Part } from './markup.ts';
import type { ReaderDeps } from './reader-deps.ts';
import { problemText } from './save-page.ts';
import type { View } from './view.ts';
import { momentText, numberText } from './zone.ts';

/** One page has so many; the rest is in the API. */
const maxFeeds = 500;
const intervals = [15 * minuteMs, hourMs, 6 * hourMs, dayMs];

type Health = 'trouble' | 'quiet' | 'new' | 'usual' | 'paused';
type Row = { feed: FollowedFeed; articles: number; health: Health };

export type FeedForm = { typed: string; problem: Part };

export async function feedsMain(view: View, { store }: ReaderDeps, { typed, problem }: FeedForm): Promise<Html> {
  const { words: t } = view;
  const { feeds, more } = await listFeeds(store.table, { after: null, limit: maxFeeds });
  const articles = await articlesOf(
    store.table,
    feeds.map(({ id }) => id),
  );
  const rows = feeds.map(
    (feed): Row => ({ feed, articles: articles.get(feed.id) ?? 0, health: healthOf(feed, view.nowMs) }),
  );
  const group = (name: string, title: string, healths: Health[]) => {
    const own = rows.filter(({ health }) => healths.includes(health));
    return own.length === 0
      ? null
      : html`<section aria-labelledby="${name}"><h2 class="rule" id="${name}">${title} <span class="soft">${own.length}</span></h2><ul class="rows feeds">${own.map((row) => feedRow(view, row))}</ul></section>`;
  };
  return html`<div class="page">
  <section aria-labelledby="feeds">
    <h1 id="feeds">${t.feeds}</h1>
    <p class="intro">${feeds.length === 0 ? t.noFeeds : [t.feedsIntro(numberText(feeds.length, view.lang), feeds.length), ' ', aDay(view, feeds)]}</p>
    ${
      view.mayWrite
        ? html`<form action="/feeds/follow" method="post" class="ask">
      <p class="field"><label for="home">${t.followSite}</label>
      <span class="acts"><input id="home" name="url" type="text" inputmode="url" maxlength="2048" required value="${typed}" placeholder="https://"${problem ? html` aria-invalid="true" aria-describedby="home-wrong"` : null}> <button class="btn primary">${t.followNow}</button></span>
      ${problem ? html`<span class="wrong" id="home-wrong">${problem}</span>` : html`<span class="soft">${t.followHelp}</span>`}</p>
    </form>`
        : null
    }
    ${group('trouble', t.inTrouble, ['trouble'])}
    ${group('quiet', t.quiet, ['quiet'])}
    ${group('fine', t.asUsual, ['new', 'usual'])}
    ${group('paused', t.paused, ['paused'])}
    ${more ? html`<p class="more">${t.moreFeeds}</p>` : null}
  </section>
  <aside class="side" aria-label="${t.lists}">
    <section><h2>${t.lists}</h2><ul class="links"><li><a href="/feeds.opml" download>${t.downloadOpml}</a></li>${view.mayWrite ? html`<li><a href="/save">${t.bringOpml}</a></li>` : null}</ul></section>
    <section><h2>${t.followArchive}</h2><ul class="links"><li><a href="/feed.xml">${t.allAsFeed}</a></li><li><a href="/feed.xml?order=edited">${t.editsAsFeed}</a></li><li><a href="/feed.xml?order=removed">${t.removalsAsFeed}</a></li></ul></section>
  </aside>
</div>`;
}

function healthOf(feed: FollowedFeed, nowMs: number): Health {
  if (feed.pausedAt !== null) return 'paused';
  if (feed.endedAt !== null || isInTrouble(feed)) return 'trouble';
  if (feed.format === null) return 'new';
  return isQuiet(feed, nowMs) ? 'quiet' : 'usual';
}

const marks = { trouble: 'is-fail', quiet: 'is-look', new: 'is-wait', usual: 'is-same', paused: 'is-wait' } as const;

function feedRow(view: View, { feed, articles, health }: Row): Html {
  const { words: t, lang } = view;
  const { id } = feed;
  const link = address('/', { feed: id });
  const act = (action: string, label: string, isMain = false) =>
    html`<button class="${isMain ? 'btn' : 'as-link'}" name="do" value="${action}">${label}</button> `;
  return html`<li class="item ${marks[health]}"><span class="m"></span>
  <h3 class="w" dir="auto"><a href="${link}">${cut(feed.name ?? feed.title ?? feed.url, 200)}</a></h3>
  <p class="say">${healthText(view, feed, health)}</p>
  <p class="soft"><bdi>${cut(feed.url, 200)}</bdi> · ${t.brought(numberText(articles, lang), articles)}</p>
  ${feed.habit ? bars(view, feed) : null}
  ${view.mayWrite && feed.others?.length ? othersOf(view, { id, others: feed.others }) : null}
  ${
    view.mayWrite
      ? html`<form action="/feeds/${encodeURIComponent(id)}" method="post"><p class="acts">${
          health === 'paused'
            ? act('resume', t.goOn, true)
            : [act('poll', t.lookNow, health === 'trouble'), act('pause', t.pause)]
        }</p><details><summary>${t.settings}</summary>
    <p class="field"><label for="every-${id}">${t.lookEvery}</label><select id="every-${id}" name="every">${withOwn(feed.everyMs).map((ms) => html`<option value="${ms}"${ms === feed.everyMs ? html` selected` : null}>${t.span(ms)}</option>`)}</select></p>
    <p class="field"><label for="name-${id}">${t.feedName}</label><input id="name-${id}" name="name" maxlength="200" value="${feed.name ?? ''}" placeholder="${feed.title ?? ''}"></p>
    <p class="acts">${act('change', t.keep, true)}${act('unfollow', t.stopFollowing)}</p></details></form>`
      : null
  }
</li>`;
}

/** Stories of the last fourteen days; what they say stands beside them in words. */
function bars({ words: t, lang, nowMs }: View, { habit }: FollowedFeed): Html {
  const counts = countsUntil(habit, nowMs);
  const most = Math.max(1, ...counts);
  const tall = 20;
  const leastTall = 0.6;
  const path = counts
    .map((count, i) => `M${i * 5} ${(tall - Math.max(leastTall, (count / most) * tall)).toFixed(1)}h3V${tall}h-3z`)
    .join('');
  const week = counts.slice(-7).reduce((sum, count) => sum + count, 0);
  return html`<p class="spark soft"><svg viewBox="0 0 70 20" preserveAspectRatio="none" aria-hidden="true"><path d="${path}"/></svg>${t.thisWeek(numberText(week, lang), week)}</p>`;
}

/** How many stories all of them bring a day; nothing while that is not one. */
function aDay({ words: t, lang, nowMs }: View, feeds: FollowedFeed[]): Part {
  const counts = feeds.flatMap(({ habit }) => countsUntil(habit, nowMs));
  const mean = Math.round(counts.reduce((sum, count) => sum + count, 0) / 14);
  return mean === 0 ? null : t.storiesADay(numberText(mean, lang));
}

function othersOf({ words: t }: View, { id, others }: { id: string; others: NamedFeed[] }): Html {
  return html`<details><summary>${t.otherFeeds(others.length)}</summary><ul class="links">${others.map(
    ({ url, title }) =>
      html`<li><form action="/feeds/follow" method="post"><input type="hidden" name="url" value="${url}"><input type="hidden" name="of" value="${id}"><bdi>${cut(title ?? url, 200)}</bdi> <span class="soft"><bdi>${cut(url, 200)}</bdi></span> <button class="as-link">${t.followToo}</button></form></li>`,
  )}</ul><form action="/feeds/${encodeURIComponent(id)}" method="post"><button class="as-link" name="do" value="enough">${t.noOthers}</button></form></details>`;
}

function withOwn(ms: number): number[] {
  return [...new Set([...intervals, ms])].sort((a, b) => a - b);
}

function healthText(view: View, feed: FollowedFeed, health: Health): Part {
  const { words: t } = view;
  const moment = (iso: string) => momentText(iso, view, view.nowMs);
  const every = t.lookedAt(feed.everyMs);
  switch (health) {
    case 'paused':
      return html`<strong>${t.pausedSince(moment(feed.pausedAt ?? feed.createdAt))}</strong> ${t.storiesStay}`;
    case 'trouble':
      return html`<strong>${feed.endedAt === null ? t.failedTimes(feed.failures) : t.ended(moment(feed.endedAt))}</strong> ${feed.problem ? problemText(view, feed.problem) : null} ${feed.lastSuccessAt === null ? null : t.lastWell(moment(feed.lastSuccessAt))}`;
    case 'quiet':
      return html`<strong>${t.quietSince(moment(feed.lastNewEntryAt ?? feed.createdAt))}</strong> ${feed.habit?.gapMs ? [t.usualGap(feed.habit.gapMs), ' '] : null}${t.quietHelp} ${every}`;
    case 'new':
      return feed.problem
        ? [problemText(view, feed.problem), ' ', t.willTryAgain]
        : html`<strong>${t.lookingForFeed}</strong>`;
    case 'usual':
      return [
        feed.problem ? [problemText(view, feed.problem), ' ', t.willTryAgain] : t.asUsualNow,
        ' ',
        every,
        feed.lastNewEntryAt === null ? null : [' ', t.lastNew(moment(feed.lastNewEntryAt))],
      ];
  }
}

/** What the field takes: a feed, or a page that names one; people leave the scheme out. `of`: the feed whose page named this one. */
export async function followTyped(
  deps: ReaderDeps,
  typed: string,
  of: string | undefined,
): Promise<{ problem: string } | { id: string }> {
  const text = typed.trim();
  const parsed = parseArticleUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if ('problem' in parsed) return { problem: parsed.problem.detail };
  const { feed } = await follow(deps, parsed.url, usualSettings);
  // One of those that the page of another feed named: it is decided about.
  if (of !== undefined && of !== feed.id)
    await changeFeed(deps.store.table, of, (before) => ({
      ...before,
      others: before.others?.filter(({ url }) => url !== text),
    }));
  return { id: feed.id };
}

export async function feedAction(
  deps: ReaderDeps,
  id: string,
  form: Record<string, string | undefined>,
): Promise<void> {
  const { table } = deps.store;
  const feed = await getFeed(table, id);
  if (!feed) throw new ProblemError('unknown-feed', 'there is no such feed');
  switch (form.do) {
    case 'poll':
    case 'resume':
      await pollNow(deps, id);
      return;
    case 'pause':
      await pauseFeed(deps, id);
      return;
    case 'unfollow':
      return unfollow(deps, feed);
    case 'enough':
      await changeFeed(table, id, (before) => ({ ...before, others: undefined }));
      return;
    case 'change': {
      const everyMs = Number(form.every);
      const name = form.name?.trim().slice(0, 200) || null;
      const isInterval = withOwn(feed.everyMs).includes(everyMs);
      await changeFeed(table, id, (before) => ({ ...before, name, everyMs: isInterval ? everyMs : before.everyMs }));
      return;
    }
    default:
      throw new ProblemError('invalid-request', 'field "do": poll, resume, pause, unfollow, enough or change');
  }
}
