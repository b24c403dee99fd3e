/** How a search was understood: one chip for each part of it, each with a link that leaves it out. */
import { type Clause, type Phrase, parseQuery, type Query } from '../search/query-language.ts';
import { listAddress, type Reading } from './asked.ts';
import { between, cut, type Html, html, type Part, plain } from './markup.ts';
import type { View } from './view.ts';
import { dayText } from './zone.ts';

export function chips(view: View, { asked, ignored }: Reading): Html | null {
  const { words: t, lang } = view;
  const { q, day, from, to } = asked;
  const parsed = q === undefined ? null : parseQuery(q);
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

function clauseText({ words: t }: View, { negated, any }: Clause): Part[] {
  const phrases = any.map((phrase) => {
    const words = html`<b><bdi>${wordsOf(phrase)}${phrase.prefix ? '…' : ''}</bdi></b>`;
    return phrase.field === 'any' ? words : [t.fieldNames[phrase.field], ' ', words];
  });
  return [negated ? t.saysNot : t.says, ' ', ...between(phrases, ` ${t.or} `)];
}

/** A phrase as people read it. */
export function wordsOf({ units }: Phrase): string {
  return units
    .map(({ text, kind }, i) => (i > 0 && (kind === 'word' || units[i - 1]?.kind === 'word') ? ` ${text}` : text))
    .join('');
}

function withoutClause(query: Query | null, left: number): string | null {
  const kept = (query?.clauses ?? []).filter((_, at) => at !== left).map(clauseSource);
  return kept.length === 0 ? null : kept.join(' ');
}

/** A clause as it can be searched for again. */
export function clauseSource({ negated, any }: Clause): string {
  const phrases = any.map((phrase) => {
    const words = wordsOf(phrase);
    const quoted = /\s/.test(words) ? `"${words}"` : words;
    return `${phrase.field === 'any' ? '' : `${phrase.field}:`}${quoted}${phrase.prefix ? '*' : ''}`;
  });
  return `${negated ? '-' : ''}${phrases.join(' OR ')}`;
}
