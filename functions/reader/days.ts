/** A month as a strip of its days, each a bar as high as it has stories. The newest day comes first in the source, so that phones open there. */
import { dayMs } from '../durations.ts';
import type { Counts } from './counts.ts';
import { type Html, html } from './markup.ts';
import type { View } from './view.ts';
import { addDays, dayOf, dayText, monthText, numberText, weekday, weekdayText } from './zone.ts';

/** The months before and after that have stories; null where there is none. */
export type MonthStrip = { month: string; before: string | null; after: string | null };

/** `wanted`: the month that was asked for, or else the newest that has stories. */
export function monthStrip({ days }: Counts, wanted: string | undefined, nowMs: number): MonthStrip {
  const months = [...new Set([...days.keys()].map((day) => day.slice(0, 7)))].sort();
  const current = dayOf(nowMs, 'UTC').slice(0, 7);
  const month = wanted ?? months.findLast((one) => one <= current) ?? current;
  return {
    month,
    before: months.findLast((one) => one < month) ?? null,
    after: months.find((one) => one > month) ?? null,
  };
}

export function daysStrip(view: View, { days }: Counts, { month, before, after }: MonthStrip): Html {
  const { words: t, lang } = view;
  const first = `${month}-01`;
  const next = addDays(first, 31).slice(0, 8).concat('01');
  const length = Math.round((Date.parse(next) - Date.parse(first)) / dayMs);
  const all = Array.from({ length }, (_, n) => addDays(first, n));
  const highest = Math.max(1, ...all.map((day) => days.get(day) ?? 0));
  const total = all.reduce((sum, day) => sum + (days.get(day) ?? 0), 0);
  const year = dayOf(view.nowMs, view.zone).slice(0, 4);
  const monthLink = (one: string, rel: 'prev' | 'next') => {
    const name = monthText(one, lang, { year: one.slice(0, 4) !== month.slice(0, 4) || month.slice(0, 4) !== year });
    return html`<a href="/?month=${one}" rel="${rel}">${rel === 'prev' ? `‹ ${name}` : `${name} ›`}</a> `;
  };
  return html`<section aria-labelledby="month">
  <div class="month">
    <h1 id="month">${monthText(month, lang)}</h1>
    ${before ? monthLink(before, 'prev') : null}${after ? monthLink(after, 'next') : null}<a class="narrow" href="#filters">${t.filter}</a>
    <p>${t.nStories(numberText(total, lang), total)}${view.zone === 'UTC' ? null : html` <span class="soft">${t.daysAreUtc}</span>`}</p>
  </div>
  <ol class="days">${all.toReversed().map((day) => bar(view, day, { count: days.get(day) ?? 0, highest }))}</ol>
</section>`;
}

function bar(view: View, day: string, { count, highest }: { count: number; highest: number }): Html {
  const { lang, words: t } = view;
  const top = 100 - Math.max(count === 0 ? 0 : 3, Math.round((count / highest) * 100));
  const chart = html`<svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true"><path d="M3 ${top}h4v${100 - top}H3z"/></svg>`;
  const isToday = day === dayOf(view.nowMs, view.zone);
  const number = String(Number(day.slice(8)));
  const isWeekend = weekday(day) % 6 === 0;
  return html`<li${isWeekend ? html` class="we"` : null}>${
    count === 0
      ? html`<span${isToday ? html` aria-current="date"` : null}><b></b>${chart}${number}</span>`
      : html`<a href="/?day=${day}"${isToday ? html` aria-current="date"` : null}><b>${numberText(count, lang)}<span class="sr"> ${t.storiesOn(count, weekdayText(day, lang))} </span></b>${chart}${number}<span class="sr"> ${dayText(day, lang).replace(/\d+/, '')}</span></a>`
  }</li>`;
}
