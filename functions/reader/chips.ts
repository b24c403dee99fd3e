/** How a search was understood: one chip for each part of it, each with a link that leaves it out. */
import { type Clause, parseQuery, type Query } from '../search/query-language.ts';
import { listAddress, type Reading } from './asked.ts';
import { between, cut, type Html, html, type Part, plain } from './markup.ts';
import type { View } from './view.ts';
import { dayText } from './zone.ts';

export function chips(view: View, { asked, ignored }: Reading): Html | null {
  const { words: t, lang } = view;
  const { q, day, from, to } = asked;
  const parsed = q === undefined ? null : parseQuery(q, view.zone);
  const query = parsed && 'query' in parsed ? parsed.query : null;
  const date = (one: string) => html`<b>${dayText(one, lang, { year: true })}</b>`;
  const all: Part[] = [
    ...(query?.clauses ?? []).map((clause, at) =>
      chip(view, clauseText(view, clause), listAddress(asked, { q: withoutClause(query, at) })),
    ),
    day ? chip(view, [t.onDay, ' ', date(day)], listAddress(asked, { day: null })) : null,
    from ? chip(view, [t.since, ' ', date(from)], listAddress(asked, { from: null })) : null,
    to ? chip(view, [t.until, ' ', date(to)], listAddress(asked, { to: null })) : null,
    ...(['site', 'feed', 'lang', 'tag', 'kind'] as const).map((name) => {
      const value = asked[name];
      return value === undefined
        ? null
        : chip(
            view,
            [t.filterNames[name], ' ', html`<b><bdi>${cut(plain(value), 60)}</bdi></b>`],
            listAddress(asked, { [name]: null }),
          );
    }),
    asked.changed
      ? chip(view, asked.changed === 'true' ? t.edited : t.notEdited, listAddress(asked, { changed: null }))
      : null,
    asked.removed
      ? chip(view, asked.removed === 'true' ? t.removed : t.notRemoved, listAddress(asked, { removed: null }))
      : null,
    ...(query?.ignored ?? [])
      .slice(0, 10)
      .map(
        ({ text }) =>
          html`<li class="is-look"><span class="m">${t.noEffect(html`<b><bdi>${cut(plain(text), 40)}</bdi></b>`)}</span></li>`,
      ),
    ...ignored.map(
      ({ name, value }) =>
        html`<li class="is-look"><span class="m">${t.noEffect(html`<b><bdi>${name}=${cut(plain(value), 40)}</bdi></b>`)}</span></li>`,
    ),
  ].filter(Boolean);
  return all.length === 0 ? null : html`<ul class="chips" aria-label="${t.understood}">${all}</ul>`;
}

function chip({ words: t }: View, text: Part, without: string): Html {
  return html`<li>${text}<a href="${without}" aria-label="${t.leaveOut}">×</a></li>`;
}

function clauseText({ words: t }: View, { negated, asked }: Clause): Part[] {
  const parts = asked.map(({ field, match, text }) => {
    const words = html`<b><bdi>${cut(plain(text), 80)}${match === 'beginning' ? '…' : ''}</bdi></b>`;
    return isAnywhere(field) ? words : [t.queryFields[field] ?? field, ' ', words];
  });
  const isFilter = asked.every(({ match }) => match === 'filter');
  const verb = isFilter ? (negated ? t.not : '') : negated ? t.saysNot : t.says;
  return [verb, verb === '' ? '' : ' ', ...between(parts, ` ${t.or} `)];
}

/** The wanted words of a search, without what is left out and without filters. */
export function wantedWords(clauses: Clause[]): string[] {
  return clauses
    .filter(({ negated }) => !negated)
    .flatMap(({ asked }) => asked)
    .filter(({ match }) => match !== 'filter')
    .map(({ text }) => cut(plain(text), 80));
}

function withoutClause(query: Query | null, left: number): string | null {
  const kept = (query?.clauses ?? []).filter((_, at) => at !== left).map(clauseSource);
  return kept.length === 0 ? null : kept.join(' ');
}

/** A clause as it can be searched for again. */
export function clauseSource({ negated, asked }: Clause): string {
  const parts = asked.map(({ field, match, text }) => {
    const isQuoted = match === 'phrase' || /[\s"“”「」()（）]/u.test(text);
    const words = isQuoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
    return `${isAnywhere(field) ? '' : `${field}:`}${words}${match === 'beginning' ? '*' : ''}`;
  });
  return `${negated ? '-' : ''}${parts.join(' OR ')}`;
}

function isAnywhere(field: string): boolean {
  return field === 'text' || field === 'any';
}
