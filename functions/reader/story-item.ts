/** One story in a list: when, by whom, headline, two lines of it, and what is known of it beside. */
import type { articleView } from '../http/views.ts';
import { type Leads, leadInList } from './leads.ts';
import { address, cut, type Html, html, listHeadline, marked, type Part } from './markup.ts';
import { siteLabel } from './site-name.ts';
import type { View } from './view.ts';
import { dayOf, dayText, timeText } from './zone.ts';

/** A story as lists have it; of a search with the words that matched. */
export type Story = ReturnType<typeof articleView> & {
  snippet?: string;
  matches?: [number, number][];
  titleMatches?: [number, number][];
  pastVersion?: { timestamp: string; url: string } | null;
};

const teaserLength = 400;

/** `when`: the time of day below a heading with the day, the date where there is none. `leads`: the pictures of the list. */
export function storyItem(view: View, story: Story, { when, leads }: { when: 'time' | 'date'; leads: Leads }): Html {
  const { title, url, lang, site, authors } = story;
  const headline = cut(title ?? url, listHeadline);
  const byline = cut(authors.join(view.words.comma), 120);
  return html`<article class="item">
  ${leadInList(leads.get(story.id))}
  <p class="src">${timeOf(view, story, when)} <a href="${address('/', { site })}">${siteLabel(story)}</a>${
    byline === '' ? null : html` · <span class="w"${langOf(lang)}>${byline}</span>`
  }</p>
  <h3 class="w"${langOf(lang)} dir="auto"><a href="/a/${story.id}">${marked(headline, story.titleMatches ?? [])}</a></h3>
  ${teaser(story)}
  ${badges(view, story)}
</article>`;
}

function timeOf(view: View, { publishedAt }: Story, when: 'time' | 'date'): Html {
  const text = when === 'time' ? timeText(publishedAt, view) : shortDate(publishedAt, view);
  return html`<time datetime="${publishedAt}">${text}</time>`;
}

/** 28 Nov, or 28 Nov 2024 of another year. */
export function shortDate(iso: string, { zone, lang, nowMs }: View): string {
  const day = dayOf(iso, zone);
  return dayText(day, lang, { short: true, year: day.slice(0, 4) !== dayOf(nowMs, zone).slice(0, 4) });
}

/** The language of a publisher's words, whatever that of the page is. */
export function langOf(lang: string | null): Html | null {
  return lang === null ? null : html` lang="${lang}"`;
}

function teaser({ description, snippet, matches, lang }: Story): Html | null {
  const text = snippet || cut(description ?? '', teaserLength);
  if (text === '') return null;
  return html`<p class="w snip"${langOf(lang)} dir="auto">${snippet ? marked(snippet, matches ?? []) : text}</p>`;
}

function badges(view: View, story: Story): Html | null {
  const { words: t } = view;
  const { id, versionCount, removedAt, tags, pastVersion } = story;
  const found: Part[] = [];
  const types = { pdf: 'application/pdf', image: 'image/', 'no-text': '' };
  const missing = missingText(view, { ...story, contentType: types[story.missing?.why ?? 'no-text'] });
  if (missing) found.push(html`<a class="m is-look" href="/a/${id}">${missing}</a>`);
  if (pastVersion) found.push(html`<a class="m is-edit" href="/a/${id}/changes">${t.onlyInEarlier}</a>`);
  if (removedAt !== null)
    found.push(html`<a class="m is-gone" href="/a/${id}">${t.removedBy(shortDate(removedAt, view))}</a>`);
  if (versionCount > 1 && !pastVersion)
    found.push(html`<a class="m is-edit" href="/a/${id}/changes">${t.editedTimes(versionCount - 1)}</a>`);
  for (const tag of tags.slice(0, 8))
    found.push(html`<a class="tag" href="${address('/', { tag })}"><bdi>${cut(tag, 40)}</bdi></a>`);
  return found.length === 0 ? null : html`<p class="badges">${found.map((badge) => [badge, ' '])}</p>`;
}

/** Why there is no story to read; null where there is one. `contentType`: what the site called the page. */
export function missingText(
  { words: t }: View,
  { kind, wordCount, contentType = '' }: Pick<Story, 'kind' | 'wordCount'> & { contentType?: string },
): string | null {
  if (/^application\/pdf/i.test(contentType)) return t.isPdf;
  if (/^image\//i.test(contentType)) return t.isPicture;
  if (kind === 'wall') return t.isWall;
  if (kind === 'error') return t.isError;
  if (kind === 'index') return t.isIndex;
  return wordCount === 0 || kind === 'stub' ? t.hasNoText : null;
}
