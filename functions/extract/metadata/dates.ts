/** The many ways in which pages write a time -> ISO 8601 with the page's own offset kept, or nothing. */

import { monthNumber } from './months.ts';
import { fromPersian, persianMonth } from './persian-calendar.ts';
import { offsetMinutes, writeOffset, zoneMinutes } from './zones.ts';

/** What is known of the page besides the text of the date. */
export type DateHints = {
  /** The country of the site in two letters, for zones that several countries name alike. */
  country?: string | null;
  /** The language of the page, without its region; looked for only where a date can be read in two ways. */
  language?: () => string | null;
  /** Which comes first in `4/3/2024`, by all that the page tells. Day first by default, as in most of the world. */
  order?: (first: number, second: number, year: number) => 'day' | 'month';
};

export type FoundDate = { iso: string; label: 'published' | 'updated' | null };

const isoLike =
  /^(\d{4})(-?)(\d{2})\2(\d{2})(?!\d{1,5}(?!\d))(?:[T\s]*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\b\.?)?\s*(Z|UTC|GMT|[+-]\d{1,2}:?\d{2}|[+-]\d{1,2}|[A-Z]{2,5}\b)?)?/i;
const maxText = 400;

/** A value that is meant as a time (an attribute, JSON-LD) -> ISO 8601, or null when it is not a time between 1990 and 2100. */
export function parseTime(value: string | null | undefined, hints: DateHints = {}): string | null {
  if (!value) return null;
  const text = value.trim().slice(0, 100);
  if (/^\d{10}$/.test(text)) return validInstant(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return validInstant(Number(text));
  const iso = isoLike.exec(text);
  if (iso) {
    const [, year, , month, day, hour, minute, second, fraction, half, zone] = iso;
    const clock =
      hour === undefined || minute === undefined
        ? null
        : { hour: twelveHours(Number(hour), half), minute, second, fraction };
    return build({ year: Number(year), month: Number(month), day: Number(day) }, clock, zone, hints);
  }
  return findDate(text, hints);
}

/** The date in running text that says when it was published: the one called so, else the first that is no update. */
export function findDate(text: string, hints: DateHints = {}): string | null {
  const found = findDates(text, hints);
  const best =
    found.find(({ label }) => label === 'published') ?? found.find(({ label }) => label === null) ?? found[0];
  return best?.iso ?? null;
}

/** The date that a text calls the one of a change. */
export function findUpdate(text: string, hints: DateHints = {}): string | null {
  return findDates(text, hints).find(({ label }) => label === 'updated')?.iso ?? null;
}

const dayMonthYear =
  /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|ère|º|\.)?[\s./-]{0,3}(?:de\s|d['’]\s?|of\s|ta[’']\s)?(\p{L}[\p{L}\p{M}.]{1,14})[,،]?[\s./-]{1,3}(?:de\s|del\s)?((?:19|20|25)\d{2})(?!\d)/gu;
const monthDayYear =
  /(?<![\p{L}\p{M}\d])(\p{L}[\p{L}\p{M}]{1,14})\.?\s{1,2}(\d{1,2})(?:st|nd|rd|th)?[,،]?\s{1,2}((?:19|20)\d{2})(?!\d)/gu;
const yearMonthDay = /(?<!\d)((?:19|20)\d{2})\.?\s(?:m\.\s|gada\s)?(\p{L}[\p{L}\p{M}]{1,14})\.?\s(\d{1,2})(?!\d)/gu;
/** `2024. gada 3. aprīlis`, `2024 ж. 3 сәуір`, `2024-ж., 3-апрель` */
const yearDayMonth =
  /(?<!\d)((?:19|20)\d{2})(?:\.\s(?:gada|g\.)|[\s-]ж\.,?|\sел,)\s(\d{1,2})[.-]?\s?(\p{L}[\p{L}\p{M}]{2,11})/gu;
/** `3 เม.ย. 67`: with the last two digits of the year. */
const thai = /(?<!\d)(\d{1,2})\s(\p{sc=Thai}[\p{sc=Thai}\p{M}.]{1,14})\s(\d{2})(?![\d:])/gu;
const persian = /(?<!\d)(\d{1,2})\s(\p{sc=Arab}{2,9})(?:\sماه)?[،,]?\s(1[34]\d{2})(?!\d)/gu;
/** Only where something else says that it is a date, on pages of Iran and Afghanistan: elsewhere `1424/9/25` is of the Hijra. */
const persianNumbers = /(?<!\d)(1[34]\d{2})\/(\d{1,2})\/(\d{1,2})(?!\d)/g;
const vietnamese = /(?<!\d)(\d{1,2})\s(?:tháng|thg)\s(\d{1,2}),?\s(?:năm\s)?((?:19|20)\d{2})(?!\d)/giu;
const numbersYearFirst =
  /(?<!\d)((?:19|20)\d{2})\s?(?:[年년./-]|оны)\s?(\d{1,2})(?:\s?[月월./-]|-р сарын)\s?(\d{1,2})(?!\d)\s?[日일]?/g;
const numbersYearLast = /(?<!\d)(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d{2})(?!\d)/g;
/** Only where something else says that it is a date. */
const shortYear = /(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{2})(?![\d.]\d?)/g;

const anyNumber = /\p{Nd}|[〇○]/u;
const beyondLatin = /[^\p{ASCII}\u0080-\u024f\u1e00-\u20ff]/u;

/** Of the Buddhist era, or of the common one where that would be long ago. */
function thaiYear(year: number): number {
  return year > 50 ? 1957 + year : 2000 + year;
}

/** In the order of the text, each with what the words before it call it. */
export function findDates(given: string, hints: DateHints = {}, isDate = false): FoundDate[] {
  const short = given.slice(0, maxText);
  // Most texts that are asked for a date have no number in them.
  if (!anyNumber.test(short)) return [];
  const text = readable(short);
  const isLatin = !beyondLatin.test(text);
  const found: { at: number; end: number; iso: string }[] = [];
  const add = (match: RegExpMatchArray, year: number, month: number | undefined, day: number) => {
    if (month === undefined) return;
    const at = match.index ?? 0;
    const end = at + match[0].length;
    if (found.some((other) => at < other.end && end > other.at)) return;
    const date = { year: year > 2500 ? year - 543 : year, month, day };
    const clock = clockBeside(text, at, end);
    const iso = build(date, clock?.clock ?? null, clock?.zone, hints) ?? build(date, null, undefined, hints);
    if (iso) found.push({ at, end, iso });
  };
  const name = (text: string | undefined) => monthNumber(text ?? '', hints);
  for (const m of text.matchAll(numbersYearFirst)) add(m, Number(m[1]), Number(m[2]), Number(m[3]));
  for (const m of text.matchAll(vietnamese)) add(m, Number(m[3]), Number(m[2]), Number(m[1]));
  for (const m of text.matchAll(dayMonthYear)) add(m, Number(m[3]), name(m[2]), Number(m[1]));
  for (const m of text.matchAll(monthDayYear)) add(m, Number(m[3]), name(m[1]), Number(m[2]));
  for (const m of text.matchAll(yearMonthDay)) if (!isOtherWord(m)) add(m, Number(m[1]), name(m[2]), Number(m[3]));
  for (const m of text.matchAll(yearDayMonth)) add(m, Number(m[1]), name(m[3]), Number(m[2]));
  for (const m of isLatin ? [] : text.matchAll(thai)) add(m, thaiYear(Number(m[3])), name(m[2]), Number(m[1]));
  const addPersian = (m: RegExpMatchArray, month: number | undefined, day: number, year: number) => {
    const date = month === undefined ? null : fromPersian(year, month, day);
    if (date) add(m, date.year, date.month, date.day);
  };
  for (const m of isLatin ? [] : text.matchAll(persian))
    addPersian(m, persianMonth(m[2] ?? ''), Number(m[1]), Number(m[3]));
  const addNumbers = (m: RegExpMatchArray, year: number) => {
    const [first, second] = [Number(m[1]), Number(m[2])];
    const isMonthFirst =
      second > 12 ||
      (first <= 12 && first !== second && m[0].includes('/') && hints.order?.(first, second, year) === 'month');
    if (isMonthFirst) add(m, year, first, second);
    else add(m, year, second, first);
  };
  for (const m of text.matchAll(numbersYearLast)) addNumbers(m, Number(m[3]));
  if (isDate) for (const m of text.matchAll(shortYear)) addNumbers(m, 2000 + Number(m[3]));
  // A date of the common calendar beside it says the same day, and can be read in one way only.
  if (isDate && found.length === 0)
    for (const m of text.matchAll(persianNumbers))
      if (isPersian(hints)) addPersian(m, Number(m[2]), Number(m[3]), Number(m[1]));
  found.sort((a, b) => a.at - b.at);
  return found.map(({ at, iso }, i) => ({
    iso,
    label: labelOf(text.slice(Math.max(found[i - 1]?.end ?? 0, at - 60), at)),
  }));
}

/** Behind a bare year, a short word is mostly no month: `2024 des 24 Heures`, `2022 set 10 records`. English has `2024 Apr 3`. */
function isOtherWord([text, , word = '']: RegExpMatchArray): boolean {
  if (!/^\d{4}\s[a-z]{2,3}\s/i.test(text)) return false;
  return word === 'may' || !/^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i.test(word);
}

/** Callers that have no page ask whether a text is a date, not which. */
function isPersian({ country, language }: DateHints): boolean {
  return language === undefined || /^(IR|AF)$/.test(country ?? '') || /^(fa|ps|prs)$/.test(language() ?? '');
}

const updatedWords =
  /(updat|modif|last edit|edited|revis|changed|correct|amend|reviewed|aktualis|aktualiz|geändert|überarbeitet|zuletzt|bearbeitet|mis à jour|mise à jour|màj|actualiz|atualiz|aggiorn|bijgewerkt|gewijzigd|opdater|oppdater|uppdater|päivit|güncel|обновл|оновл|изменен|更新|最后修改|最後更新|最終更新|수정|업데이트|cập nhật|diperbarui|تحديث|עודכן|अपडेट|อัปเดต|frissít|módosít)/giu;
const updatedElsewhere =
  /(ažurir|ažuriran|posodob|atnauj|atjaun|uuenda|upraven|zmen|ajourn|dikemas ?kini|kemas kini|обновен|редакти|абноўл|ажурир|به‌?روز|بروز ?رسانی|ویرایش|اپ ?ڈیٹ|हालिया|संशोधित|আপডেট|হালনাগাদ|புதுப்பி|განახლ|թարմաց|yenilə|янгилан|жаңарт|бүкіл өзгер)/giu;
/** The noun alone is also what Greeks call news. */
const updatedGreek = /(ενημερ[ωώ][θμ]|τελευτα[ίι]α ενημ[έε]ρωση|ενημ[έε]ρωση:)/giu;
const publishedWords =
  /(publis|(?<!re)public\p{L}|publié|posted|written |created|first |originally|released|erschienen|veröffentlicht|erstellt|geschrieben am|gepostet|opublik|pubblicat|publicad|geplaatst|gepubliceerd|julkaist|yayın|опублик|发布|發布|發佈|刊登|公開|掲載|配信|投稿|등록|입력|đăng|terbit|نشر|פורסם|प्रकाशित|เผยแพร่|megjelen|közzét)/giu;

const publishedElsewhere =
  /(objav|giriş|eklenme|vydán|zverejn|paskelb|publicēt|avaldat|публик(?:ац|ов|ув)|објав|жарыял|жариял|δημοσ[ιί]ε[υύ]|انتشار|منتشر|تاریخ خبر|شائع|প্রকাশ|வெளியிட|გამოქვეყ|հրապար|dərc|chop etil)/giu;

/** By the last word before the date that says it. */
export function labelOf(before: string): FoundDate['label'] {
  if (before.trim() === '') return null;
  const last = (...lists: RegExp[]) =>
    Math.max(...lists.map((words) => [...before.matchAll(words)].at(-1)?.index ?? -1));
  const updated = last(updatedWords, updatedElsewhere, updatedGreek);
  const published = last(publishedWords, publishedElsewhere);
  if (updated < 0 && published < 0) return null;
  return updated > published ? 'updated' : 'published';
}

type Clock = { hour: number; minute: string; second?: string | undefined; fraction?: string | undefined };

/** The time of day that follows a date in running text, with the half of the day before or after it. */
const clockAfter =
  /^[^\d]{0,14}?(下午|晚上|午後|오후|上午|早上|凌晨|午前|오전)?\s*(\d{1,2})(?:[:.h]|\s?[时時点點시]\s?)(\d{2})(?::(\d{2}))?(?!\d)\s*[分분]?\s*([ap]\.?m\b\.?|[πμ]\.?μ(?!\p{L})\.?|[صم](?![\p{L}\p{M}])|صباح|مساء)?/iu;
const hourAfter = /^,?\s(?:at\s)?(\d{1,2})\s?([ap]\.?m\b\.?)/i;
const clockBefore =
  /(?<![\d.:])(\d{1,2})[:h](\d{2})(?::(\d{2}))?\s?([ap]\.?m\b\.?)?\s?([A-Z]{2,5}\b)?(?:\s?(?:Uhr|hrs?|,|\||-|–|·|on|am|le|el|de|ngày|thứ \p{L}{2,4})\s?){0,3}(?:\p{L}{3,10},?\s?)?$/iu;
const zoneAfter = /^\s?\(?(?:(?:GMT|UTC)\s?)?([+\-−]\d{1,2}(?::?\d{2})?)(?![\d:])|^\s?\(?([A-Z]{1,5})\b(?!\s?[+-]\d)/;

function clockBeside(text: string, at: number, end: number): { clock: Clock; zone: string | undefined } | null {
  const rest = text.slice(end, end + 48);
  const after = clockAfter.exec(rest);
  if (after) {
    const [found, early, hour, minute = '00', second, late] = after;
    return {
      clock: { hour: twelveHours(Number(hour), early ?? late), minute, second },
      zone: zoneIn(rest.slice(found.length)),
    };
  }
  const whole = hourAfter.exec(rest);
  if (whole)
    return {
      clock: { hour: twelveHours(Number(whole[1]), whole[2]), minute: '00' },
      zone: zoneIn(rest.slice(whole[0].length)),
    };
  const before = clockBefore.exec(text.slice(Math.max(0, at - 40), at));
  if (!before) return null;
  const [, hour, minute = '00', second, half, zone] = before;
  const isZone = zone !== undefined && zone === zone.toUpperCase();
  return { clock: { hour: twelveHours(Number(hour), half), minute, second }, zone: isZone ? zone : undefined };
}

function zoneIn(text: string): string | undefined {
  const found = zoneAfter.exec(text.slice(0, 14));
  return found ? (found[1] ?? found[2]) : undefined;
}

/** The day in a path such as `/2024/04/03/`, `/2024-04-03-`, `/20240403/`, `/2024/0403/`; no number of an article, no slug. */
export function dateInUrl(href: string): string | null {
  const path = new URL(href).pathname;
  const match =
    /(?<!\d)((?:19|20)\d{2})\/(\d{1,2})\/(\d{1,2})(?=\/|$|\.\p{L})/u.exec(path) ??
    /(?<!\d)((?:19|20)\d{2})([-_])(\d{1,2})\2(\d{1,2})(?!\d)/.exec(path)?.filter((_, i) => i !== 2) ??
    /\/(20\d{2})([01]\d)([0-3]\d)(?=\/|[-_]\p{L})/u.exec(path) ??
    /\/(20\d{2})\/([01]\d)([0-3]\d)(?=\/)/.exec(path);
  return match
    ? build({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }, null, undefined, {})
    : null;
}

/** ISO 8601 as `parseTime` makes it -> RFC 3339 UTC with milliseconds; a time without an offset is taken as UTC. */
export function toUtc(iso: string | null): string | null {
  if (iso === null) return null;
  const whole = iso.length === 10 ? `${iso}T00:00:00Z` : /(Z|[+-]\d{2}:\d{2})$/.test(iso) ? iso : `${iso}Z`;
  const ms = Date.parse(whole);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** A time of day that cannot be, or whose zone is unknown, leaves the day alone. */
function build(
  { year, month, day }: { year: number; month: number; day: number },
  clock: Clock | null,
  zone: string | undefined,
  { country = null }: DateHints,
): string | null {
  if (year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const date = `${year}-${pad(month)}-${pad(day)}`;
  if (clock === null) return date;
  const { hour, minute, second = '00', fraction } = clock;
  if (hour > 23 || Number(minute) > 59 || Number(second) > 59) return date;
  const offset = offsetOf(zone, country);
  if (offset === null) return date;
  const milliseconds = fraction ? `.${fraction.slice(0, 3).padEnd(3, '0')}` : '';
  return `${date}T${pad(hour)}:${minute}:${second}${milliseconds}${offset}`;
}

/** Null for a zone that is known to be one, without being known which. A word that is no zone is passed over. */
function offsetOf(zone: string | undefined, country: string | null): string | null {
  if (!zone) return '';
  if (/^[+\-−]/.test(zone)) {
    const minutes = offsetMinutes(zone);
    return minutes === null ? null : minutes === 0 ? '+00:00' : writeOffset(minutes);
  }
  if (/^(z|utc|gmt)$/i.test(zone)) return 'Z';
  if (zone.length < 3) return '';
  const minutes = zoneMinutes(zone, country);
  if (minutes !== null) return writeOffset(minutes);
  return /^(ist|cst|bst|ast|gst)$/i.test(zone) ? null : '';
}

/** The digit nought of each script that news writes its days in. */
const zeros = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040, 0x17e0, 0xff10,
];
const eras: Record<string, number> = { 令和: 2018, 平成: 1988, 民國: 1911, 民国: 1911, 中華民國: 1911 };

/** Months whose names are two words in the Arabic of the Levant, where no other month has the first of them. */
const levantine: Record<string, string> = {
  'كانون الثاني': 'يناير',
  'تشرين الأول': 'أكتوبر',
  'تشرين الاول': 'أكتوبر',
  'تشرين الثاني': 'نوفمبر',
  'كانون الأول': 'ديسمبر',
  'كانون الاول': 'ديسمبر',
};
const hanDigits = '〇一二三四五六七八九';

/** Digits of all scripts as those of ours, years of eras as those of the common one, and months as one word. */
function readable(text: string): string {
  if (!beyondLatin.test(text)) return text.replace(/\s+/g, ' ');
  return text
    .replace(/[\u200c\u200d]/g, '')
    .replace(/(?![0-9])\p{Nd}/gu, (digit) => {
      const code = digit.codePointAt(0) ?? 0;
      const zero = zeros.findLast((each) => each <= code) ?? code;
      return code - zero < 10 ? String(code - zero) : digit;
    })
    .replace(
      /[〇○二一][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十廿]{1,3}日/gu,
      (date) => date.replace(/[^年月日]+/gu, (number) => String(hanNumber(number))),
    )
    .replace(/(令和|平成|中華民國|民國|民国)\s?(\d{1,3}|元)\s?年/g, (_, era: string, year: string) => {
      return `${(eras[era] ?? 0) + (year === '元' ? 1 : Number(year))}年`;
    })
    .replace(/(?:كانون|تشرين) (?:الثاني|ال[أا]ول)(?:\s?\/\s?\p{sc=Arab}{3,8})?/gu, (month) => {
      return levantine[month.split('/')[0]?.trim() ?? ''] ?? month;
    })
    .replace(/(\p{sc=Arab}{3,8})\s?\/\s?\p{sc=Arab}{3,8}(?=\s\d{4})/gu, '$1')
    .replace(/\s+/g, ' ');
}

/** `二〇二四` -> 2024, `十二` -> 12, `二十三` -> 23 */
function hanNumber(text: string): number {
  const digit = (one: string) => hanDigits.indexOf(one.replace(/[○零]/, '〇'));
  if (text.length > 3) return Number([...text].map(digit).join(''));
  const [tens = '', ones = ''] = text.replace('廿', '二十').split('十');
  return text.includes('十') || text.includes('廿')
    ? (tens === '' ? 1 : digit(tens)) * 10 + (ones === '' ? 0 : digit(ones))
    : digit(text);
}

function twelveHours(hour: number, half: string | undefined): number {
  if (!half) return hour;
  return (hour % 12) + (/^(p|下午|晚上|午後|오후|μ|م)/i.test(half) ? 12 : 0);
}

function validInstant(ms: number): string | null {
  const iso = new Date(ms).toISOString();
  return iso >= '1990' && iso < '2100' ? iso : null;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function pad(n: number): string {
  return String(n).padStart(2, '0');
}
