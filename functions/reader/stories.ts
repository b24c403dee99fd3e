/** `/`: the newest days, a day, a filtered list, or what a search found. */
import type { Context } from 'hono';
import { findArticles } from '../http/list-articles.ts';
import { ProblemError } from '../problems.ts';
import { type Clause, parseQuery } from '../search/query-language.ts';
import { type Asked, atomAddress, hasFilter, listAddress, type Reading, readAsked, toListQuery } from './asked.ts';
import { chips, clauseSource, wantedWords } from './chips.ts';
import { type Counts, type Month, readMonth } from './counts.ts';
import { daysStrip } from './days.ts';
import { filters } from './filters.ts';
import { address, type Html, html, type Part } from './markup.ts';
import type { Page } from './page.ts';
import type { ReaderDeps } from './reader-deps.ts';
import { type Story, storyItem } from './story-item.ts';
import { undoNotice } from './undo.ts';
import type { View } from './view.ts';
import { addDays, dayOf, dayText, numberText, weekdayText } from './zone.ts';

/** Of each day on the first page; a page of a list; days on a page. */
const perDay = 5;
const perPage = 30;
const daysPerPage = 5;
/** Months that a page may look into for its days. */
const monthsPerPage = 4;

export async function storiesPage(
  c: Context,
  deps: ReaderDeps,
  { view, counts }: { view: View; counts: Counts },
): Promise<Page> {
  const reading = readAsked(c.req.url);
  const { asked } = reading;
  const undo = await undoNotice(c, deps, view);
  if (counts.stories === 0 && asked.q === undefined && !hasFilter(asked)) {
    const any = await findArticles(deps.store.table, deps.search, toListQuery({ kind: 'any' }, view.zone, 1));
    if (any.items.length === 0) return { title: view.words.stories, section: 'stories', main: [undo, empty(view)] };
  }
  const parts = { view, reading, counts, allSites: c.req.query('sites') === 'all' };
  const main =
    asked.q !== undefined
      ? await results(deps, parts)
      : hasFilter(asked) || asked.order
        ? await list(deps, parts)
        : await newest(deps, parts);
  return {
    title: asked.q ?? view.words.stories,
    section: 'stories',
    q: asked.q ?? '',
    autofocus: asked.q === undefined,
    atom: atomAddress(asked, view.zone),
    main: [undo, main],
  };
}

type Parts = { view: View; reading: Reading; counts: Counts; allSites: boolean };

async function newest(deps: ReaderDeps, { view, reading, counts, allSites }: Parts): Promise<Part> {
  const { asked } = reading;
  const { words: t } = view;
  const month = await readMonth(deps, view, asked.month ?? asked.before?.slice(0, 7));
  const until = asked.before ? addDays(asked.before, -1) : '9999-12-31';
  const days = await daysWithStories(deps, view, { month, until });
  const found = await Promise.all(
    days.slice(0, daysPerPage).map(async ([day, count]) => ({
      ...{ day, ofDay: count },
      ...(await findArticles(deps.store.table, deps.search, toListQuery({ day }, view.zone, perDay))),
    })),
  );
  const shown = found.filter(({ items }) => items.length > 0);
  const leads = await deps.leadsOf(shown.flatMap(({ items }) => items));
  const [last] = days[daysPerPage - 1] ?? [];
  const groups = shown.map(({ day, ofDay: count, items, next }, n) => {
    return [
      dayHeading(view, day, { isFirst: n === 0, count }),
      (items as Story[]).map((story) => storyItem(view, story, { when: 'time', leads })),
      next === null
        ? null
        : html`<p class="more"><a href="/?day=${day}">${t.moreFrom(count - items.length, dayName(view, day))}</a></p>`,
    ];
  });
  return [
    daysStrip(view, month),
    html`<div class="page">
  <section aria-label="${t.storiesNewest}">
    ${shown.length === 0 ? html`<p>${t.nothingHere}</p>` : groups}
    ${(days.length > daysPerPage || month.before) && last ? html`<p class="pager"><a href="${address('/', { before: last })}" rel="next">${t.olderDays}</a></p>` : null}
  </section>
  ${filters(view, asked, { counts, allSites })}
</div>`,
  ];
}

/** The newest days of a month until a day, and of months before it as long as they are too few; one more than a page has, where there is. */
async function daysWithStories(
  deps: ReaderDeps,
  view: View,
  { month, until }: { month: Month; until: string },
): Promise<[day: string, count: number][]> {
  const found: [string, number][] = [];
  let next: Month | null = month;
  for (let months = 0; next !== null && months < monthsPerPage; months++) {
    const days = [...next.days].filter(([day]) => day <= until).sort(([a], [b]) => (a < b ? 1 : -1));
    found.push(...days.map(([day, { count }]): [string, number] => [day, count]));
    if (found.length > daysPerPage || next.before === null) break;
    next = await readMonth(deps, view, next.before);
  }
  return found;
}

async function list(deps: ReaderDeps, parts: Parts): Promise<Part> {
  const { view, reading, counts, allSites } = parts;
  const { asked } = reading;
  const { words: t, lang } = view;
  const answer = await findArticles(deps.store.table, deps.search, toListQuery(asked, view.zone, perPage));
  const leads = await deps.leadsOf(answer.items);
  const groups = [...Map.groupBy(answer.items as Story[], ({ publishedAt }) => dayOf(publishedAt, view.zone))];
  const heading = asked.day ? dayText(asked.day, lang, { week: true, year: true }) : t.stories;
  const beside = asked.day
    ? html`<a href="${listAddress(asked, { day: addDays(asked.day, -1) })}" rel="prev">‹ ${dayText(addDays(asked.day, -1), lang)}</a> <a href="${listAddress(asked, { day: addDays(asked.day, 1) })}" rel="next">${dayText(addDays(asked.day, 1), lang)} ›</a>`
    : null;
  return html`<div class="page">
  <section aria-labelledby="found">
    <div class="month"><h1 id="found">${heading}</h1>${beside}</div>
    ${chips(view, reading)}
    ${tools(view, asked)}
    ${partial(view, answer)}
    ${
      answer.items.length === 0
        ? html`<p>${t.nothingHere}</p>`
        : groups.map(([day, stories], n) => [
            asked.day
              ? html`<h2 class="sr">${dayText(day, lang)}</h2>`
              : dayHeading(view, day, { isFirst: n === 0, count: undefined }),
            stories.map((story) => storyItem(view, story, { when: 'time', leads })),
          ])
    }
    ${pager(view, asked, answer.next)}
  </section>
  ${filters(view, asked, { counts, allSites })}
</div>`;
}

async function results(deps: ReaderDeps, parts: Parts): Promise<Part> {
  const { view, reading, counts, allSites } = parts;
  const { asked } = reading;
  const { words: t } = view;
  const parsed = parseQuery(asked.q ?? '', view.zone);
  if ('problem' in parsed) return badQuery(view, asked.q ?? '', parsed.problem);
  const answer = await findArticles(deps.store.table, deps.search, toListQuery(asked, view.zone, perPage));
  const items = answer.items as Story[];
  const leads = await deps.leadsOf(items);
  const n = items.length;
  const isFirst = asked.cursor === undefined;
  const isNone = n === 0 && answer.next === null && isFirst;
  // To count further would take several times as long as to answer.
  const number = `${answer.next === null ? '' : t.moreThan}${numberText(n, view.lang)}`;
  const words = said(parsed.query.clauses);
  const count = answer.next === null ? n : 2;
  const all = words === null ? t.foundCount(number, count) : t.foundAll(number, count, words);
  const some = words === null ? t.storiesFound : t.foundSome(words);
  const heading = isFirst && n > 0 ? all : some;
  return html`<div class="page">
  <section class="found" aria-labelledby="found">
    ${isNone ? await nothingFound(deps, view, { asked, clauses: parsed.query.clauses }) : html`<h1 id="found">${heading}</h1>`}
    ${chips(view, reading)}
    ${tools(view, asked)}
    ${partial(view, answer)}
    <h2 class="sr">${t.storiesFound}</h2>
    ${items.map((story) => storyItem(view, story, { when: 'date', leads }))}
    ${pager(view, asked, answer.next)}
  </section>
  ${filters(view, asked, { counts, allSites })}
</div>`;
}

/** Null when the query says only what is to be left out or where, and no word. */
function said(clauses: Clause[]): Part | null {
  const wanted = wantedWords(clauses).slice(0, 6);
  if (wanted.length === 0) return null;
  return wanted.map((words, i) => [i > 0 ? ' ' : '', html`<mark><bdi>${words}</bdi></mark>`]);
}

/** Which word is to blame: what would be found without each. */
async function nothingFound(
  deps: ReaderDeps,
  view: View,
  { asked, clauses }: { asked: Asked; clauses: Clause[] },
): Promise<Html> {
  const { words: t, lang } = view;
  const fewer =
    clauses.length < 2 || clauses.length > 5
      ? []
      : await Promise.all(
          clauses.map(async (_, left) => {
            const q = clauses
              .filter((_, at) => at !== left)
              .map(clauseSource)
              .join(' ');
            const { items, next } = await findArticles(
              deps.store.table,
              deps.search,
              toListQuery({ ...asked, q }, view.zone, 100),
            ).catch(nothingOf);
            return { q, count: items.length, more: next !== null };
          }),
        );
  const links = fewer
    .filter(({ count }) => count > 0)
    .map(
      ({ q, count, more }) =>
        html`<li><a href="${listAddress(asked, { q })}">${t.wouldFind(`${numberText(count, lang)}${more ? '+' : ''}`, count, html`<i><bdi>${q}</bdi></i>`)}</a></li>`,
    );
  const words = said(clauses);
  return html`<h1 id="found">${words === null ? t.foundNothing : t.foundNone(words)}</h1>${links.length === 0 ? html`<p class="intro">${t.tryOther}</p>` : html`<ul class="links">${links}</ul>`}`;
}

/** A query of words to leave out alone. */
function nothingOf(error: unknown): { items: []; next: null } {
  if (error instanceof ProblemError) return { items: [], next: null };
  throw error;
}

function badQuery(view: View, q: string, { detail, position }: { detail: string; position: number }): Html {
  const { words: t } = view;
  const repaired = q.replace(/["“”„]/g, ' ').trim();
  return html`<section aria-labelledby="found"><h1 id="found">${t.badQuery}</h1>
  <p class="wrong">${t.queryProblem(detail)}</p>
  <p class="digest"><bdi>${q.slice(0, Math.min(position, 1000))}<mark>${q.slice(position, position + 40)}</mark>${q.slice(position + 40, 1000)}</bdi></p>
  ${repaired === '' || repaired === q ? null : html`<p><a href="${address('/', { q: repaired })}">${t.searchWithout}</a></p>`}</section>`;
}

function tools(view: View, asked: Asked): Html {
  const { words: t } = view;
  const feed = `${view.origin}${atomAddress(asked, view.zone)}`;
  const order = (value: string | null, label: string) =>
    html`<a href="${listAddress(asked, { order: value })}"${(asked.order ?? null) === value ? html` aria-current="true"` : null}>${label}</a> `;
  return html`<div class="tools">
  ${order(null, t.newestFirst)}${order('oldest', t.oldestFirst)}${order('archived', t.savedLast)}
  <details class="menu"><summary class="btn">${t.follow}</summary><div>
    <p><label for="feed">${t.feedOfThis}</label><input id="feed" readonly value="${feed}"></p>
    <p class="soft">${t.feedHelp}</p>
    <p class="acts"><button class="btn" type="button" data-copy="#feed">${t.copy}</button> <a href="${atomAddress(asked, view.zone)}">${t.open}</a></p>
  </div></details>
  <a class="btn narrow" href="#filters">${t.filter}</a>
</div>`;
}

function partial({ words: t }: View, answer: object): Html | null {
  return 'partial' in answer
    ? html`<p class="notice is-look"><span class="m">${t.partial}</span> ${t.partialHelp} <code>npm run verify -- --repair</code></p>`
    : null;
}

function pager(view: View, asked: Asked, next: string | null): Html | null {
  return next === null
    ? null
    : html`<p class="pager"><a href="${listAddress(asked)}${Object.keys(asked).length > 0 ? '&' : '?'}cursor=${encodeURIComponent(next)}" rel="next">${view.words.more}</a></p>`;
}

/** Today Saturday 28 November — 23 stories. */
export function dayHeading(
  view: View,
  day: string,
  { isFirst, count, href = `/?day=${day}` }: { isFirst: boolean; count: number | undefined; href?: string },
): Html {
  const { lang, words: t, nowMs, zone } = view;
  const isOtherYear = day.slice(0, 4) !== dayOf(nowMs, zone).slice(0, 4);
  const name = dayName(view, day);
  const date = dayText(day, lang, { week: name !== weekdayText(day, lang), year: isOtherYear });
  return html`<h2 class="rule${isFirst ? ' first' : ''}">${name} <span class="soft">${date}</span>${
    count === undefined ? null : html` <a href="${href}">${t.nStories(numberText(count, lang), count)}</a>`
  }</h2>`;
}

/** Today, Yesterday, or the day of the week. */
function dayName({ lang, words: t, nowMs, zone }: View, day: string): string {
  const today = dayOf(nowMs, zone);
  if (day === today) return t.today;
  return day === addDays(today, -1) ? t.yesterday : weekdayText(day, lang);
}

function empty(view: View): Html {
  const { words: t } = view;
  return html`<h1>${t.emptyTitle}</h1>
<p class="intro">${t.emptyIntro}</p>
${
  view.mayWrite
    ? html`<div class="three">
  <section aria-labelledby="c1"><h2 id="c1">${t.emptySave}</h2><form action="/save" method="post"><p class="field"><label for="u1">${t.emptyAddress}</label><input id="u1" name="urls" type="text" inputmode="url" placeholder="https://" required></p><button class="btn primary">${t.save}</button></form></section>
  <section aria-labelledby="c2"><h2 id="c2">${t.emptyFollow}</h2><form action="/feeds"><p class="field"><label for="u2">${t.emptyPaper}</label><input id="u2" name="home" type="text" inputmode="url" placeholder="https://" required></p><button class="btn">${t.findFeeds}</button></form></section>
  <section aria-labelledby="c3"><h2 id="c3">${t.emptyBring}</h2><form action="/save/files" method="post" enctype="multipart/form-data"><p class="field"><label for="u3">${t.emptyFiles}</label><input id="u3" name="file" type="file" multiple required></p><button class="btn">${t.bringIn}</button></form></section>
</div>`
    : null
}`;
}
