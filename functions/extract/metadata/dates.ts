/** The many ways in which pages write a time -> ISO 8601 with the page's own offset kept, or nothing. */

const months: Record<string, number> = {};
for (const [i, row] of [
  'jan january janvier januar enero ene gennaio gen janeiro januari styczeń stycznia января ocak jänner',
  'feb february février fevrier fév februar febrero febbraio fevereiro fev februari luty lutego февраля şubat feber',
  'mar march mars märz maerz mrz marzo março marco maart marzec marca марта mart',
  'apr april avril avr abril abr aprile kwiecień kwietnia апреля nisan',
  'may mai mayo maggio mag maio mei maj maja мая mayıs',
  'jun june juin juni junio giugno giu junho czerwiec czerwca июня haziran',
  'jul july juillet juli julio luglio lug julho lipiec lipca июля temmuz',
  'aug august août aout agosto ago augustus augusti sierpień sierpnia августа ağustos',
  'sep sept september septembre septiembre settembre set setembro wrzesień września сентября eylül',
  'oct october octobre oktober okt octubre ottobre ott outubro out październik października октября ekim',
  'nov november novembre noviembre novembro listopad listopada ноября kasım',
  'dec december décembre decembre dezember dez diciembre dic dicembre dezembro desember december grudzień grudnia декабря aralık',
].entries()) {
  for (const name of row.split(' ')) months[name] = i + 1;
}

const isoLike =
  /^(\d{4})(-?)(\d{2})\2(\d{2})(?!\d{1,5}(?!\d))(?:[T\s]*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\b\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?/i;
/** The time of day that follows a date in running text, with the half of the day before or after it. */
const clockAfter =
  /^[^\d]{0,14}?(下午|晚上|午後|오후|上午|早上|凌晨|午前|오전)?\s*(\d{1,2})(?:[:.h]|\s?[时時点點시]\s?)(\d{2})(?::(\d{2}))?(?!\d)\s*分?\s*([ap]\.?m\b)?/i;
const zone = /(?:GMT|UTC)?([+-]\d{2}):?(\d{2})(?!\d)|\b(GMT|UTC|Z)\b/i;

/** A value that is meant as a time (an attribute, JSON-LD) -> ISO 8601, or null when it is not a time between 1990 and 2100. */
export function parseTime(value: string | null | undefined): string | null {
  if (!value) return null;
  const text = value.trim().slice(0, 100);
  if (/^\d{10}$/.test(text)) return validInstant(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return validInstant(Number(text));
  const iso = isoLike.exec(text);
  if (iso) {
    const [, year, , month, day, hour, minute, second, fraction, half, offset] = iso;
    const hour24 = hour === undefined ? undefined : String(twelveHours(Number(hour), half));
    return build(Number(year), Number(month), Number(day), hour24, minute, second, fraction, offset);
  }
  return findDate(text);
}

/** The first date that stands in running text, with a time of day if one follows it closely. */
export function findDate(text: string): string | null {
  return findDates(text.slice(0, 400))[0] ?? null;
}

function findDates(text: string): string[] {
  const found: { at: number; iso: string }[] = [];
  const add = (match: RegExpMatchArray, year: number, month: number | undefined, day: number) => {
    if (month === undefined) return;
    const after = (match.index ?? 0) + match[0].length;
    const rest = text.slice(after, after + 48);
    const clock = clockAfter.exec(rest);
    const offset = clock ? zone.exec(rest.slice(clock[0].length, clock[0].length + 12)) : null;
    const hour = clock ? String(twelveHours(Number(clock[2]), clock[1] ?? clock[5])) : undefined;
    const iso =
      build(
        year,
        month,
        day,
        hour,
        clock?.[3],
        clock?.[4],
        undefined,
        offset ? (offset[1] ? `${offset[1]}:${offset[2]}` : 'Z') : undefined,
      ) ?? build(year, month, day, undefined, undefined, undefined, undefined, undefined);
    if (iso) found.push({ at: match.index ?? 0, iso });
  };
  for (const m of text.matchAll(
    /(?<!\d)((?:19|20)\d{2})\s?[年년./-]\s?(\d{1,2})\s?[月월./-]\s?(\d{1,2})(?!\d)\s?[日일]?/g,
  ))
    add(m, Number(m[1]), Number(m[2]), Number(m[3]));
  for (const m of text.matchAll(
    /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?\s(?:de\s|of\s)?(\p{L}{3,12})\.?,?\s(?:de\s|del\s)?((?:19|20)\d{2})(?!\d)/gu,
  ))
    add(m, Number(m[3]), months[(m[2] ?? '').toLowerCase()], Number(m[1]));
  for (const m of text.matchAll(/(\p{L}{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s((?:19|20)\d{2})(?!\d)/gu))
    add(m, Number(m[3]), months[(m[1] ?? '').toLowerCase()], Number(m[2]));
  for (const m of text.matchAll(/(?<!\d)(\d{1,2})-(\p{L}{3,4})-((?:19|20)\d{2})(?!\d)/gu))
    add(m, Number(m[3]), months[(m[2] ?? '').toLowerCase()], Number(m[1]));
  for (const m of text.matchAll(/(?<!\d)(\d{1,2})[./](\d{1,2})[./]((?:19|20)\d{2})(?!\d)/g)) {
    const [first, second] = [Number(m[1]), Number(m[2])];
    // With a slash, a second part over 12 can only be a day: the American order. Otherwise day first, as most of the world.
    if (second > 12) add(m, Number(m[3]), first, second);
    else add(m, Number(m[3]), second, first);
  }
  return found.sort((a, b) => a.at - b.at).map((f) => f.iso);
}

/** The day in a path such as `/2024/04/03/`, `/2024-04-03-`, `/20240403-`. */
export function dateInUrl(href: string): string | null {
  const path = new URL(href).pathname;
  const match =
    /(?<!\d)((?:19|20)\d{2})[/_-](\d{1,2})[/_-](\d{1,2})(?!\d)/.exec(path) ??
    /(?<!\d)(20\d{2})([01]\d)([0-3]\d)(?!\d)/.exec(path);
  return match
    ? build(Number(match[1]), Number(match[2]), Number(match[3]), undefined, undefined, undefined, undefined, undefined)
    : null;
}

/** ISO 8601 as `parseTime` makes it -> RFC 3339 UTC with milliseconds; a time without an offset is taken as UTC. */
export function toUtc(iso: string | null): string | null {
  if (iso === null) return null;
  const whole = iso.length === 10 ? `${iso}T00:00:00Z` : /(Z|[+-]\d{2}:\d{2})$/.test(iso) ? iso : `${iso}Z`;
  const ms = Date.parse(whole);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function build(
  year: number,
  month: number,
  day: number,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  fraction: string | undefined,
  offset: string | undefined,
): string | null {
  if (year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const date = `${year}-${pad(month)}-${pad(day)}`;
  if (hour === undefined || minute === undefined) return date;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return date;
  const milliseconds = fraction ? `.${fraction.slice(0, 3).padEnd(3, '0')}` : '';
  return `${date}T${pad(Number(hour))}:${minute}:${second ?? '00'}${milliseconds}${normalOffset(offset)}`;
}

function normalOffset(offset: string | undefined): string {
  if (!offset) return '';
  if (/^(z|utc|gmt)$/i.test(offset)) return 'Z';
  const digits = offset.replace(':', '').padEnd(5, '0');
  return `${digits.slice(0, 3)}:${digits.slice(3, 5)}`;
}

function twelveHours(hour: number, half: string | undefined): number {
  if (!half) return hour;
  return (hour % 12) + (/^(p|下午|晚上|午後|오후)/i.test(half) ? 12 : 0);
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
