/** The side of a list: each filter a link that changes the address; what is chosen is bold, and leads back. */
import { kinds } from '../article/kind.ts';
import { type Asked, type FilterName, listAddress } from './asked.ts';
import type { Counts } from './counts.ts';
import { cut, type Html, html, type Part } from './markup.ts';
import type { View } from './view.ts';
import { numberText } from './zone.ts';

const fewSites = 6;
const fewTags = 12;
/** A page with all sites at once; the rest is found by `site:` in the address. */
const maxSites = 500;
const fewLanguages = 8;

type Choice = { name: FilterName; value: string; label: Part; count?: number | undefined };

export function filters(view: View, asked: Asked, { counts, allSites }: { counts: Counts; allSites: boolean }): Html {
  const { words: t } = view;
  const sites = withChosen(counts.sites, asked.site).slice(0, allSites ? maxSites : fewSites);
  const tags = withChosen(counts.tags, asked.tag).slice(0, fewTags);
  const kindNames = {
    article: t.kindStory,
    wall: t.kindWall,
    error: t.kindError,
    index: t.kindIndex,
    stub: t.kindStub,
  };
  const kindCounts = new Map(counts.kinds);
  const languages = withChosen(counts.languages, asked.lang).slice(0, fewLanguages);
  const more = counts.sites.length > sites.length;
  const section = (heading: string, choices: Choice[], last: Part = null) =>
    facet({ view, asked }, { heading, choices, last });
  return html`<aside class="side facets" id="filters" aria-label="${t.filter}">
  <p class="field narrow"><a class="btn primary" href="#main">${t.done}</a></p>
  ${section(t.only, [
    { name: 'changed', value: 'true', label: t.edited },
    { name: 'removed', value: 'true', label: t.removed },
    ...kinds
      .filter((kind) => (kindCounts.get(kind) ?? 0) > 0 || asked.kind === kind)
      .map((kind) => ({ name: 'kind' as const, value: kind, label: kindNames[kind], count: kindCounts.get(kind) })),
  ])}
  ${section(
    t.sites,
    sites.map(([site, count]) => ({ name: 'site', value: site, label: html`<bdi>${cut(site, 60)}</bdi>`, count })),
    more
      ? html`<li><a href="${listAddress(asked)}${Object.keys(asked).length > 0 ? '&' : '?'}sites=all#filters"><u>${t.allSites(counts.sites.length)}</u></a></li>`
      : null,
  )}
  ${section(
    t.languages,
    languages.map(([lang, count]) => ({
      name: 'lang',
      value: lang,
      label: html`<span lang="${lang}">${languageName(lang)}</span>`,
      count,
    })),
  )}
  ${section(
    t.yourTags,
    tags.map(([tag, count]) => ({ name: 'tag', value: tag, label: html`<bdi>${cut(tag, 60)}</bdi>`, count })),
  )}
  <section><h2>${t.dates}</h2><form action="/" class="dates">
    ${hidden(asked)}
    <p class="field"><label for="from">${t.from}</label><input id="from" name="from" type="date" value="${asked.from ?? ''}"></p>
    <p class="field"><label for="to">${t.to}</label><input id="to" name="to" type="date" value="${asked.to ?? ''}"></p>
    <button class="btn">${t.show}</button>
  </form></section>
</aside>`;
}

/** Everything else that is asked, for a form that adds to it. */
function hidden({
  from: _from,
  to: _to,
  day: _day,
  month: _month,
  before: _before,
  cursor: _cursor,
  ...kept
}: Asked): Part[] {
  return Object.entries(kept).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

function facet(
  { view, asked }: { view: View; asked: Asked },
  { heading, choices, last }: { heading: string; choices: Choice[]; last: Part },
): Html | null {
  if (choices.length === 0) return null;
  const rows = choices.map(({ name, value, label, count }) => {
    const isChosen = asked[name] === value;
    return html`<li><a href="${listAddress(asked, { [name]: isChosen ? null : value })}"${
      isChosen ? html` aria-current="true"` : null
    }><span>${label}</span>${count === undefined ? null : html`<span class="num">${numberText(count, view.lang)}</span>`}</a></li>`;
  });
  return html`<section><h2>${heading}</h2><ul class="facet">${rows}${last}</ul></section>`;
}

/** The chosen one is among those that are shown. */
function withChosen(counts: [string, number][], chosen: string | undefined): [string, number][] {
  const own = counts.find(([name]) => name === chosen);
  return own ? [own, ...counts.filter((one) => one !== own)] : counts;
}

/** A language in its own words; its tag where nobody knows them. */
function languageName(lang: string): string {
  try {
    return new Intl.DisplayNames([lang], { type: 'language' }).of(lang) ?? lang;
  } catch (error) {
    if (error instanceof RangeError) return lang;
    throw error;
  }
}
