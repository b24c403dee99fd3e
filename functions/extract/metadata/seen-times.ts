/** The times that readers see near the headline of a story: of its publication, and of its last change. */
import type { Element } from 'domhandler';
import { remembered } from '../remembered.ts';
import { type DateHints, type FoundDate, findDate, findDates, labelOf, parseTime } from './dates.ts';
import type { PageFacts } from './page.ts';
import { relativeTime } from './relative-time.ts';
import { brokenText, spaced } from './story-zone.ts';

/** Functions look for theirs when they are asked. */
export type SeenTimes = {
  /** By markup that says that it is the day of publication. */
  marked: string | null;
  /** By an element for times. */
  time: string | null;
  /** That, else by a name for times, else by words alone. */
  near: string | null;
  /** What is called the day of publication anywhere on the page. */
  late: () => string | null;
  /** What readers see, for pages whose data has only the moment at which they were made. */
  before: () => string | null;
  /** In running text behind the headline, else the best of the whole page. */
  text: () => string | null;
  updated: string | null;
};

/** `isAlone`: with no other words in its line. */
type Seen = FoundDate & { kind: 'marked' | 'time' | 'named' | 'line'; distance: number; isAlone: boolean };

/** A time that is further from the headline is of something else. */
const furthestAfter = 2500;
const furthestBefore = 600;
/** Times so near to each other stand in one line, where words say which is which. */
const together = 250;
const maxSeen = 200;
/** What is called a date and says more holds other things. */
const longestNamed = 280;

const dateName =
  /(^|[\s_-])(dates?|datum|fecha|data|datetime|date-?time|times?|timestamp|published|publi(sh|cation|cado|cacion)(-?(date|on|time))?|pub-?date|posted(-?on)?|post-?date|postdate|entry-?date|article-?date|articledate|date-?line|byline|by-?line|meta|metadata|infos?|created(-?at)?|update[ds]?|updated-?at|modified|zeit|zeitpunkt|aktualisiert|veroeffentlicht|release[ds]?|when|day|dato|tarih|pvm|submitted|authored|credits?|kicker|details)([\s_-]|$)/i;
const isDateName = remembered((name) => dateName.test(spaced(name)));
const markedName = /(^|\s)(published|dt-published|entry-date|published-date|date-published)(\s|$)/;

export function timesSeen(page: PageFacts, hints: DateHints): SeenTimes {
  const { places, isSure } = page.zone();
  const seen: Seen[] = [];
  const all: Seen[] = [];
  for (const { element, distance, length, isForeign } of places) {
    if (all.length >= maxSeen) break;
    const kind = kindOf(element, length);
    if (kind === null || (kind === 'named' && length > longestNamed && element.attribs.content === undefined)) continue;
    const isNear = !isForeign && (!isSure || (distance >= -furthestBefore && distance <= furthestAfter));
    if (!isNear && kind !== 'marked' && kind !== 'time') continue;
    for (const date of datesOf(element, kind, page, hints)) {
      const found: Seen = { ...date, kind, distance, isAlone: length > 0 && length < 26 };
      if (isNear) seen.push(found);
      all.push(found);
    }
  }
  const of = (kind: Seen['kind']) => best(seen.filter((each) => each.kind === kind));
  const marked = seen.filter(({ kind }) => kind === 'marked');
  return {
    marked: marked.some(({ label }) => label !== 'updated') ? best(marked) : null,
    time: of('time'),
    late: () => lateTime(page, hints),
    before: () =>
      best(
        seen.filter(
          ({ kind, label, distance, isAlone }) =>
            kind !== 'marked' && (kind !== 'line' || isAlone) && label !== 'updated' && distance > -together,
        ),
      ),
    near: of('time') ?? of('named') ?? of('line') ?? best(marked),
    text: () => headText(page, hints) ?? best(all),
    updated: seen.find(({ label }) => label === 'updated')?.iso ?? null,
  };
}

/** `Published: 3 April 2024` below a story, or the day that its first line begins with. */
function lateTime(page: PageFacts, hints: DateHints): string | null {
  const own = page.zone().places.filter(({ isForeign }) => !isForeign);
  const first = own
    .filter(({ element, distance }) => distance >= 0 && distance < furthestAfter && /^(p|div)$/.test(element.name))
    .map(({ element }) => dateline(element, hints))
    .find((found) => found !== null);
  if (first) return first;
  for (const { element, length } of own) {
    const kind = length > longestNamed ? null : kindOf(element, length);
    if (kind !== 'named' && kind !== 'line' && kind !== 'time') continue;
    const isLabelled = dateLabel.test(brokenText(element, 200));
    const dates = datesOf(element, kind, page, hints);
    // Beside the day of a change, a day that is called nothing is that of publication.
    const isBeside = dates.length > 1 && dates.some(({ label }) => label === 'updated');
    const found = dates.find(({ label }) => label === 'published' || isLabelled || (isBeside && label === null));
    if (found) return found.iso;
  }
  return asideTime(page, hints);
}

/** A day alone, in a column beside the headline. */
function asideTime(page: PageFacts, hints: DateHints): string | null {
  const { places, isSure } = page.zone();
  const beside = places.filter(
    ({ isForeign, distance, length }) => isSure && isForeign && distance >= 0 && distance < together && length < 40,
  );
  for (const { element, length } of beside) {
    const kind = kindOf(element, length);
    const [found] = kind === 'named' ? datesOf(element, kind, page, hints) : [];
    if (found && found.label !== 'updated') return found.iso;
  }
  return null;
}

const dateLabel = /(?:^|\n)(?:date|datum|fecha|data|dato|päivämäärä|дата|日期)\s?[:：]\s*\d/iu;

/** `(18.01.2018) The harbour …`, `29.11.2022 – The harbour …` */
function dateline(element: Element, hints: DateHints): string | null {
  const [, start = ''] = /^\(?(\d[^()–—|]{5,28}?)\s?(?:\)|[–—|]|\s-\s)/u.exec(brokenText(element, 60)) ?? [];
  return start === '' ? null : findDate(start, hints);
}

/** The first behind the headline, else the last before it; in one line with others, the one that is called the publication's. */
function best(list: Seen[]): string | null {
  const after = list.filter(({ distance }) => distance >= 0);
  const before = list.filter(({ distance }) => distance < 0).reverse();
  const side = after.length > 0 ? after : before;
  for (const group of [side, side === after ? before : after]) {
    const [first] = group;
    if (first === undefined) continue;
    const line = group.filter(({ distance }) => Math.abs(distance - first.distance) <= together);
    const chosen = line.find(({ label }) => label === 'published') ?? line.find(({ label }) => label === null);
    if (chosen) return chosen.iso;
  }
  return null;
}

function kindOf(element: Element, length: number): Seen['kind'] | null {
  const { name, attribs } = element;
  const { itemprop = '', property = '', class: classes = '', id = '' } = attribs;
  if (/(^|\s)date(Published|Created|Modified)(\s|$)/.test(itemprop) || /(^|:)date(Published|Created)?$/.test(property))
    return 'marked';
  if (
    (attribs.pubdate !== undefined || markedName.test(classes)) &&
    (name === 'time' || name === 'abbr' || attribs.datetime !== undefined)
  )
    return 'marked';
  if (name === 'time' || attribs.datetime !== undefined) return 'time';
  if ((classes !== '' || id !== '') && (isDateName(classes) || isDateName(id))) return 'named';
  if (scriptTime(element) !== undefined) return 'named';
  if (/^(p|div|span|li|td|small|em|i|b|strong|address|h[2-6]|font|a|dd)$/.test(name) && length > 0 && length < 90)
    return 'line';
  return null;
}

/** What a script is to write the time from, in the reader's own zone. */
function scriptTime({ attribs }: Element): string | undefined {
  for (const key in attribs)
    if (
      key.startsWith('data-') &&
      /^data-(?:.{1,20}-)?(?:timestamp|time|date|datetime|date-time|published|published-at|pubdate|utime|unixtime|epoch|created)$/.test(
        key,
      ) &&
      /^\d{10}(?:\d{3})?$|^(?:19|20)\d{2}-\d{2}-\d{2}/.test(attribs[key] ?? '')
    )
      return attribs[key];
  return undefined;
}

function datesOf(element: Element, kind: Seen['kind'], page: PageFacts, hints: DateHints): FoundDate[] {
  const { datetime, content, title, itemprop = '', class: classes = '' } = element.attribs;
  const value = parseTime(datetime, hints) ?? parseTime(content, hints);
  const own = brokenText(element, 300).replaceAll('\n', ' ');
  // What stands before an element takes time to find, and most hold no date.
  const says = () =>
    labelOf(
      `${spaced(classes).replaceAll('-', ' ')} ${itemprop} ${textBefore(element)} ${value ? own.slice(0, 40) : ''}`,
    );
  if (value) return [{ iso: value, label: says() }];
  if (kind === 'named' && own.length > longestNamed) return [];
  const dates = findDates(own, hints, kind !== 'line' || own.length < 40);
  if (dates.length > 0)
    return dates.map((date) => ({ iso: date.iso, label: date.label ?? (dates.length === 1 ? says() : null) }));
  const other = parseTime(title, hints) ?? parseTime(scriptTime(element), hints);
  if (other) return [{ iso: other, label: says() }];
  if (page.capturedAtMs === null || (kind === 'line' && own.length > 40)) return [];
  const relative = relativeTime(own, page.capturedAtMs);
  return relative ? [{ iso: relative, label: labelOf(own) ?? says() }] : [];
}

/** The words in front of an element, in its own parent or in front of that. */
function textBefore(element: Element): string {
  let at: Element['prev'] | Element['parent'] = element;
  for (let level = 0; level < 2 && at; level++) {
    let text = '';
    for (let before: Element['prev'] = at.prev as Element['prev']; before && text.length < 60; before = before.prev) {
      if (before.type === 'text') text = `${before.data} ${text}`;
      else if (before.type === 'tag') text = `${brokenText(before, 80)} ${text}`;
      if ((before as Element).name === 'time') break;
    }
    if (text.trim() !== '') return text.slice(-60);
    at = at.parent as Element | null;
  }
  return '';
}

/** Running text behind the headline, as the last resort before the time of change. */
function headText(page: PageFacts, hints: DateHints): string | null {
  const body = page.$('article, main, #content, .content').first();
  const text = (body.length > 0 ? body.text() : page.bodyText()).slice(0, 20_000).replace(/\s+/g, ' ');
  const headline = page.$(page.named('h1').slice(0, 1)).text().replace(/\s+/g, ' ').trim();
  const at = Math.max(0, headline ? text.indexOf(headline) : 0);
  const dates = findDates(text.slice(at, at + headline.length + 400), hints);
  return (dates.find(({ label }) => label !== 'updated') ?? null)?.iso ?? null;
}
