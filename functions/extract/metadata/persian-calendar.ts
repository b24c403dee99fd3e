/** Days of the solar calendar that Iran and Afghanistan write in -> those of the common one. */

const months = [
  ['فروردین', 'حمل'],
  ['اردیبهشت', 'ثور'],
  ['خرداد', 'جوزا'],
  ['تیر', 'سرطان'],
  ['مرداد', 'اسد'],
  ['شهریور', 'سنبله'],
  ['مهر', 'میزان'],
  ['آبان', 'عقرب'],
  ['آذر', 'قوس'],
  ['دی', 'جدی'],
  ['بهمن', 'دلو'],
  ['اسفند', 'حوت'],
];
/** Fields of a date in that calendar, which every Node has. */
const calendar = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
  timeZone: 'UTC',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
});
const dayMs = 86_400_000;
/** Higher numbers are years of the Hijra, which came to 1430 in 2009; Iran comes to it in 2051. */
const lastYear = 1429;

/** From 1 to 12; undefined for a word that is none of its months. Arabic letters stand for Persian ones in many a text. */
export function persianMonth(name: string): number | undefined {
  const word = name.replaceAll('ي', 'ی').replaceAll('ك', 'ک');
  const index = months.findIndex((names) => names.includes(word));
  return index < 0 ? undefined : index + 1;
}

/** Null for a day that is not there, and for those of other centuries. */
export function fromPersian(
  year: number,
  month: number,
  day: number,
): { year: number; month: number; day: number } | null {
  if (year < 1370 || year > lastYear || month < 1 || month > 12 || day < 1 || day > 31) return null;
  // The year begins on the twentieth or the twenty-first of March; six months have 31 days, the others 30.
  const before = month <= 7 ? (month - 1) * 31 : 186 + (month - 7) * 30;
  for (const first of [20, 21]) {
    const date = new Date(Date.UTC(year + 621, 2, first) + (before + day - 1) * dayMs);
    if (isDay(date, { year, month, day }))
      return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  }
  return null;
}

function isDay(date: Date, wanted: { year: number; month: number; day: number }): boolean {
  const parts = calendar.formatToParts(date);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return of('year') === wanted.year && of('month') === wanted.month && of('day') === wanted.day;
}
