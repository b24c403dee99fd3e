/** A month as a strip of its days, each a bar as high as it has stories. The newest day comes first in the source, so that phones open there. */
import { dayMs } from '../durations.ts';
import type { DayCounts, Month } from './counts.ts';
import { between, type Html, html } from './markup.ts';
import type { View } from './view.ts';
import { addDays, dayOf, monthText, numberText, weekday, weekdayText } from './zone.ts';

export function daysStrip(view: View, { month, days, before, after }: Month): Html {
  const { words: t, lang } = view;
  const first = `${month}-01`;
  const next = `${addDays(first, 31).slice(0, 7)}-01`;
  const length = Math.round((Date.parse(next) - Date.parse(first)) / dayMs);
  const all = Array.from({ length }, (_, n) => addDays(first, n));
  const highest = Math.max(1, ...[...days.values()].map(({ count }) => count));
  const total = (of: keyof DayCounts) => [...days.values()].reduce((sum, counts) => sum + counts[of], 0);
  const [stories, edited, removed] = [total('count'), total('edited'), total('removed')];
  const year = dayOf(view.nowMs, view.zone).slice(0, 4);
  const monthLink = (one: string, rel: 'prev' | 'next') => {
    const name = monthText(one, lang, { year: one.slice(0, 4) !== month.slice(0, 4) || month.slice(0, 4) !== year });
    return html`<a href="/?month=${one}" rel="${rel}">${rel === 'prev' ? `‹ ${name}` : `${name} ›`}</a> `;
  };
  const sums = [
    t.nStories(numberText(stories, lang), stories),
    edited > 0 ? html`<a href="/edited">${t.nEdited(numberText(edited, lang))}</a>` : null,
    removed > 0 ? html`<a href="/removed">${t.nRemoved(numberText(removed, lang))}</a>` : null,
  ].filter((part) => part !== null);
  return html`<section aria-labelledby="month">
  <div class="month">
    <h1 id="month">${monthText(month, lang)}</h1>
    ${before ? monthLink(before, 'prev') : null}${after ? monthLink(after, 'next') : null}<a class="narrow" href="#filters">${t.filter}</a>
    <p>${between(sums, t.comma)}</p>
  </div>
  <ol class="days">${all.toReversed().map((day) => bar(view, day, { ...(days.get(day) ?? noStories), highest }))}</ol>
</section>`;
}

const noStories: DayCounts = { count: 0, edited: 0, removed: 0 };

function bar(view: View, day: string, { count, removed, highest }: DayCounts & { highest: number }): Html {
  const { lang, words: t } = view;
  const top = 100 - Math.max(count === 0 ? 0 : 3, Math.round((count / highest) * 100));
  const chart = html`<svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true"><path d="M3 ${top}h4v${100 - top}H3z"/></svg>`;
  const isToday = day === dayOf(view.nowMs, view.zone);
  const number = String(Number(day.slice(8)));
  const current = isToday ? html` aria-current="date"` : null;
  const gone = removed > 0 ? html`<i>−${removed}<span class="sr"> ${t.removedSince}</span></i>` : null;
  return html`<li${weekday(day) % 6 === 0 ? html` class="we"` : null}>${
    count === 0
      ? html`<span${current}><b></b>${chart}${number}</span>`
      : html`<a href="/?day=${day}"${current}><b>${numberText(count, lang)}<span class="sr"> ${t.storiesOn(count, weekdayText(day, lang))} </span></b>${chart}${number}<span class="sr"> ${monthText(day.slice(0, 7), lang, { year: false })}</span>${gone}</a>`
  }</li>`;
}
