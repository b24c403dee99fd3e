/** Times as pages write them, in many forms and languages; what is no time gives null, and an offset is kept as it was given. */
import { describe, expect, test } from 'vitest';
import { dateInUrl, findDate, findDates, parseTime, toUtc } from '../../functions/extract/metadata/dates.ts';

describe('parseTime reads ISO 8601', () => {
  test.each([
    { text: '2024-04-03', iso: '2024-04-03' },
    { text: '20240403', iso: '2024-04-03' },
    { text: '2024-04-03T', iso: '2024-04-03' },
    { text: ' 2024-04-03T19:45:01Z\n', iso: '2024-04-03T19:45:01Z' },
    { text: '2024-04-03T19:45:01z', iso: '2024-04-03T19:45:01Z' },
    { text: '2024-04-03T19:45Z', iso: '2024-04-03T19:45:00Z' },
    { text: '20240403T194501Z', iso: '2024-04-03T19:45:01Z' },
    { text: '2024-04-03T19:45:01+02:00', iso: '2024-04-03T19:45:01+02:00' },
    { text: '2024-04-03T19:45:01+0530', iso: '2024-04-03T19:45:01+05:30' },
    { text: '2024-04-03T19:45:01-04', iso: '2024-04-03T19:45:01-04:00' },
    { text: '2024-04-03T19:45:01-09:30', iso: '2024-04-03T19:45:01-09:30' },
    { text: '2024-04-03 19:45:01 +0800', iso: '2024-04-03T19:45:01+08:00' },
    { text: '2024-04-03 19:45:01 UTC', iso: '2024-04-03T19:45:01Z' },
    { text: '2024-04-03 19:45:01 GMT', iso: '2024-04-03T19:45:01Z' },
    { text: '2024-04-03 19:45:01', iso: '2024-04-03T19:45:01' },
    { text: '2024-04-03 9:05', iso: '2024-04-03T09:05:00' },
    { text: '2024-04-03T19:45:01.5Z', iso: '2024-04-03T19:45:01.500Z' },
    { text: '2024-04-03T19:45:01.123456789+02:00', iso: '2024-04-03T19:45:01.123+02:00' },
    { text: '2024-04-03T19:45:01,25Z', iso: '2024-04-03T19:45:01.250Z' },
    { text: '2024-04-03T07:45:01Z[UTC]', iso: '2024-04-03T07:45:01Z' },
    { text: '2024-02-29T23:59:59Z', iso: '2024-02-29T23:59:59Z' },
  ])('$text', ({ text, iso }) => {
    expect(parseTime(text)).toBe(iso);
  });
});

describe('parseTime keeps the day when the time of day cannot be', () => {
  test.each([
    { text: '2024-04-03T25:00:00Z' },
    { text: '2024-04-03T19:61:00Z' },
    { text: '2024-04-03T19:45:75Z' },
    { text: '2024-04-03 at noon' },
  ])('$text', ({ text }) => {
    expect(parseTime(text)).toBe('2024-04-03');
  });
});

describe('parseTime gives null', () => {
  test.each([
    { name: 'for nothing', text: '' },
    { name: 'for null', text: null },
    { name: 'for undefined', text: undefined },
    { name: 'for white space', text: '  ' },
    { name: 'for words', text: 'yesterday' },
    { name: 'for "null"', text: 'null' },
    { name: 'for "Invalid date"', text: 'Invalid date' },
    { name: 'for the thirtieth of February', text: '2024-02-30' },
    { name: 'for a leap day in another year', text: '2023-02-29' },
    { name: 'for month 13', text: '2024-13-01' },
    { name: 'for month 0', text: '2024-00-10' },
    { name: 'for day 0', text: '2024-04-00' },
    { name: 'for zeros', text: '0000-00-00 00:00:00' },
    { name: 'for the year 1', text: '0001-01-01T00:00:00Z' },
    { name: 'for a year before the web', text: '1989-12-31' },
    { name: 'for a year too far ahead', text: '2101-01-01' },
    { name: 'for a month alone', text: 'April 2024' },
    { name: 'for a year alone', text: '2024' },
    { name: 'for a time alone', text: '19:45' },
    { name: 'for the thirty-first of April', text: '31 April 2024' },
    { name: 'for a word in place of the month', text: '3 Foo 2024' },
    { name: 'for a phone number', text: '+49 30 1234567' },
    { name: 'for an address in numbers', text: '192.168.2024.1' },
  ])('$name', ({ text }) => {
    expect(parseTime(text)).toBeNull();
  });
});

describe('findDate reads what people write', () => {
  test.each([
    // English
    { text: 'April 3, 2024', iso: '2024-04-03' },
    { text: 'Apr. 3, 2024', iso: '2024-04-03' },
    { text: 'Apr 3 2024', iso: '2024-04-03' },
    { text: 'Published: April 3rd, 2024 at 7:45 p.m.', iso: '2024-04-03T19:45:00' },
    { text: 'Jan 12, 2024, 12:05 AM', iso: '2024-01-12T00:05:00' },
    { text: 'Jan 12, 2024, 12:05 PM', iso: '2024-01-12T12:05:00' },
    { text: 'Wednesday 3 April 2024 19:45', iso: '2024-04-03T19:45:00' },
    { text: 'the 21st of September 2023', iso: '2023-09-21' },
    { text: '3 Sept. 2023', iso: '2023-09-03' },
    { text: '03-Apr-2024', iso: '2024-04-03' },
    { text: 'Updated on 3 May 2024 by our staff', iso: '2024-05-03' },
    { text: 'Wed, 03 Apr 2024 19:45:01 GMT', iso: '2024-04-03T19:45:01Z' },
    { text: 'Wed Apr 03 2024 19:45:01 GMT+0800 (CST)', iso: '2024-04-03T19:45:01+08:00' },
    // Numbers
    { text: '2024/04/03 19:45', iso: '2024-04-03T19:45:00' },
    { text: '2024-4-3', iso: '2024-04-03' },
    { text: '2024.04.03', iso: '2024-04-03' },
    { text: '03.04.2024 19:45', iso: '2024-04-03T19:45:00' },
    { text: '03.04.2024, 19.45 Uhr', iso: '2024-04-03T19:45:00' },
    { text: '13/4/2024', iso: '2024-04-13' },
    { text: '4/13/2024', iso: '2024-04-13' },
    // German, Dutch, Scandinavian
    { text: '3. April 2024, 19:45 Uhr', iso: '2024-04-03T19:45:00' },
    { text: '3. März 2024', iso: '2024-03-03' },
    { text: '12. Jänner 2024', iso: '2024-01-12' },
    { text: '3 maart 2024 om 19:45', iso: '2024-03-03T19:45:00' },
    { text: '3. mai 2024', iso: '2024-05-03' },
    { text: '3 maj 2024', iso: '2024-05-03' },
    // Romance languages
    { text: 'Publié le 3 février 2024 à 19h45', iso: '2024-02-03T19:45:00' },
    { text: '14 août 2023', iso: '2023-08-14' },
    { text: '3 de abril de 2024', iso: '2024-04-03' },
    { text: '3 de abril del 2024', iso: '2024-04-03' },
    { text: '3 de março de 2024 às 14h30', iso: '2024-03-03T14:30:00' },
    { text: '2 settembre 2024 ore 09:30', iso: '2024-09-02T09:30:00' },
    // Slavic languages, Turkish
    { text: '3 апреля 2024 г.', iso: '2024-04-03' },
    { text: '30 марта 2024, 12:00', iso: '2024-03-30T12:00:00' },
    { text: '3 kwietnia 2024', iso: '2024-04-03' },
    { text: '3 Ağustos 2024', iso: '2024-08-03' },
    // Chinese, Japanese, Korean
    { text: '2024年4月3日', iso: '2024-04-03' },
    { text: '发布时间：2024年04月03日 19:45', iso: '2024-04-03T19:45:00' },
    { text: '2024年4月3日19時45分', iso: '2024-04-03T19:45:00' },
    { text: '2024년 4월 3일 19:45', iso: '2024-04-03T19:45:00' },
    { text: '2024. 4. 3. 19:45', iso: '2024-04-03T19:45:00' },
  ])('$text', ({ text, iso }) => {
    expect(findDate(text)).toBe(iso);
  });

  test.each([
    "L'édition 2024 des 24 Heures du Mans",
    'World Cup 2022 set 10 records',
    'World Cup 2022 Set 10 Records',
    'Those born in 2024 may 10 times out of 12',
    'Nel 2024 tra 10 giorni',
  ])('and nothing where a word behind the year only looks like a month: %s', (text) => {
    expect(findDate(text)).toBeNull();
  });

  test.each(['2024 Apr 3', '2024 APR 3', '2024. ápr. 3.', '2024 április 3', '2024 m. bal. 3 d.', '2024 април 3'])(
    'with the year first: %s',
    (text) => {
      expect(findDate(text)).toBe('2024-04-03');
    },
  );

  test('the first of several', () => {
    expect(findDate('Published 3 April 2024, updated 2024-04-05')).toBe('2024-04-03');
  });

  test('and skips a date that cannot be', () => {
    expect(findDate('No. 31.02.2024, of 3 April 2024')).toBe('2024-04-03');
  });

  test('only near the beginning of a long text', () => {
    expect(findDate(`${'x'.repeat(395)} 3 April 2024`)).toBeNull();
  });

  test('not inside longer numbers', () => {
    expect(findDate('Order 12024-04-031')).toBeNull();
  });
});

describe('the words before a date', () => {
  test.each([
    { text: 'Публикувано на 3 април 2024', label: 'published' },
    { text: 'Публикация 3 апреля 2024', label: 'published' },
    { text: 'Республика Татарстан 3 апреля 2024', label: null },
    { text: 'Широка публика 3 април 2024', label: null },
    { text: 'Publicado 3 de abril de 2024', label: 'published' },
    { text: 'Publicerad 3 april 2024', label: 'published' },
    { text: 'Czech Republic, 3 April 2024', label: null },
    { text: 'República Dominicana, 3 de abril de 2024', label: null },
    { text: 'Public holiday on 3 April 2024', label: null },
    { text: 'Δημοσιεύτηκε 3 Απριλίου 2024', label: 'published' },
    { text: 'Ενημερώθηκε 3 Απριλίου 2024', label: 'updated' },
    { text: 'ΕΝΗΜΕΡΩΘΗΚΕ 3 Απριλίου 2024', label: 'updated' },
    { text: 'Τελευταία ενημέρωση 3 Απριλίου 2024', label: 'updated' },
    { text: 'Ενημέρωση: 3 Απριλίου 2024', label: 'updated' },
    { text: 'Ενημέρωση 3 Απριλίου 2024', label: null },
  ])('of $text call it $label', ({ text, label }) => {
    expect(findDates(text)).toEqual([{ iso: '2024-04-03', label }]);
  });
});

describe('dateInUrl', () => {
  test.each([
    { href: 'https://example.com/2024/04/03/a-story', iso: '2024-04-03' },
    { href: 'https://example.com/2024/4/3/a-story', iso: '2024-04-03' },
    { href: 'https://example.com/news/2024-04-03-a-story', iso: '2024-04-03' },
    { href: 'https://example.com/a_2024_04_03.html', iso: '2024-04-03' },
    { href: 'https://example.com/20240403/a-story', iso: '2024-04-03' },
    { href: 'https://example.com/n1/20240403-c1.html', iso: '2024-04-03' },
    { href: 'https://example.com/2024/04/a-story', iso: null },
    { href: 'https://example.com/2024/13/03/a-story', iso: null },
    { href: 'https://example.com/2024/02/30/a-story', iso: null },
    { href: 'https://example.com/1985/04/03/a-story', iso: null },
    { href: 'https://example.com/article/120240403999', iso: null },
    { href: 'https://example.com/a-story?date=2024-04-03', iso: null },
    { href: 'https://2024-04-03.example.com/', iso: null },
    { href: 'https://example.com/', iso: null },
  ])('of $href is $iso', ({ href, iso }) => {
    expect(dateInUrl(href)).toBe(iso);
  });
});

describe('toUtc', () => {
  test.each([
    { name: 'a day, as its beginning', iso: '2024-04-03', utc: '2024-04-03T00:00:00.000Z' },
    { name: 'UTC', iso: '2024-04-03T19:45:01Z', utc: '2024-04-03T19:45:01.000Z' },
    { name: 'an offset east', iso: '2024-04-03T02:45:01+08:00', utc: '2024-04-02T18:45:01.000Z' },
    { name: 'an offset west', iso: '2024-04-03T19:45:01-04:00', utc: '2024-04-03T23:45:01.000Z' },
    { name: 'no offset, as UTC', iso: '2024-04-03T19:45:01', utc: '2024-04-03T19:45:01.000Z' },
    { name: 'milliseconds', iso: '2024-04-03T19:45:01.250+02:00', utc: '2024-04-03T17:45:01.250Z' },
    { name: 'nothing', iso: null, utc: null },
    { name: 'an offset that cannot be', iso: '2024-04-03T19:45:01+99:00', utc: null },
  ])('of $name', ({ iso, utc }) => {
    expect(toUtc(iso)).toBe(utc);
  });
});

test.each([
  { name: 'seconds since 1970', text: '1712173501', iso: '2024-04-03T19:45:01.000Z' },
  { name: 'milliseconds since 1970', text: '1712173501000', iso: '2024-04-03T19:45:01.000Z' },
  { name: 'seconds since 1970 that begin like a date', text: '2004051234', iso: '2033-07-04T00:53:54.000Z' },
  { name: '14 digits', text: '20240403194501', iso: '2024-04-03T19:45:01' },
  { name: 'an ISO day with a twelve-hour clock', text: '2024-04-03 9:05 PM', iso: '2024-04-03T21:05:00' },
  { name: 'RFC 5322 with an offset', text: 'Wed, 03 Apr 2024 19:45:01 +0800', iso: '2024-04-03T19:45:01+08:00' },
  { name: 'slashes with an offset', text: '2024/04/03 19:45 +08:00', iso: '2024-04-03T19:45:00+08:00' },
  { name: 'French for the first', text: '1er avril 2024', iso: '2024-04-01' },
  { name: 'Chinese afternoon', text: '2024年4月3日 下午7:45', iso: '2024-04-03T19:45:00' },
  { name: 'Chinese midnight', text: '2024年4月3日 上午12:05', iso: '2024-04-03T00:05:00' },
  { name: 'Japanese afternoon', text: '2024年4月3日 午後7時45分', iso: '2024-04-03T19:45:00' },
  { name: 'Korean afternoon', text: '2024. 4. 3. 오후 7:45', iso: '2024-04-03T19:45:00' },
])('parseTime reads $name', ({ text, iso }) => {
  expect(parseTime(text)).toBe(iso);
});

test.each([
  { name: 'Armenian', text: '3 ապրիլի, 2024', iso: '2024-04-03' },
  { name: 'Azerbaijani', text: '3 aprel 2024', iso: '2024-04-03' },
  { name: 'Belarusian', text: '3 красавіка 2024', iso: '2024-04-03' },
  { name: 'Burmese digits', text: '၃ ဧပြီ ၂၀၂၄', iso: '2024-04-03' },
  { name: 'Croatian', text: '3. listopada 2024.', iso: '2024-10-03', country: 'HR' },
  { name: 'Czech', text: '3. listopadu 2024', iso: '2024-11-03', country: 'CZ' },
  { name: 'Filipino', text: 'Abril 3, 2024', iso: '2024-04-03' },
  { name: 'Georgian', text: '3 აპრილი, 2024', iso: '2024-04-03' },
  { name: 'Gujarati digits', text: '૩ એપ્રિલ, ૨૦૨૪', iso: '2024-04-03' },
  { name: 'Han numbers', text: '二〇二四年十二月二十三日', iso: '2024-12-23' },
  { name: 'Hungarian, short', text: '2024. ápr. 3.', iso: '2024-04-03' },
  { name: 'Kazakh', text: '2024 ж. 3 сәуір', iso: '2024-04-03' },
  { name: 'Khmer', text: '៣ មេសា ២០២៤', iso: '2024-04-03' },
  { name: 'Levantine Arabic', text: '3 كانون الثاني 2024', iso: '2024-01-03' },
  { name: 'Levantine Arabic beside the other name', text: '3 تشرين الأول/أكتوبر 2024', iso: '2024-10-03' },
  { name: 'Maltese', text: '3 ta’ April 2024', iso: '2024-04-03' },
  { name: 'Persian', text: '۱۵ فروردین ۱۴۰۳', iso: '2024-04-03' },
  { name: 'Persian, the last day of a leap year', text: '30 اسفند 1403', iso: '2025-03-20' },
  { name: 'a Persian day that is not there', text: '30 اسفند 1402', iso: null },
  { name: 'Persian numbers', text: '۱۴۰۳/۰۱/۱۵ - ۱۰:۱۵', iso: '2024-04-03T10:15:00' },
  { name: 'Persian numbers of another year than the Hijra has', text: '1445/9/25', iso: null },
  { name: 'Persian numbers beside the common ones', text: '1403/01/15 - 2024/04/03', iso: '2024-04-03' },
  { name: 'Sinhala', text: '3 අප්‍රේල් 2024', iso: '2024-04-03' },
  { name: 'Swahili', text: '3 Machi 2024', iso: '2024-03-03' },
  { name: 'Tamil', text: 'ஏப்ரல் 3, 2024', iso: '2024-04-03' },
  { name: 'Telugu', text: '3 ఏప్రిల్, 2024', iso: '2024-04-03' },
  { name: 'Thai with two digits of the Buddhist year', text: '3 เม.ย. 67', iso: '2024-04-03' },
  { name: 'Urdu', text: '3 اپریل، 2024', iso: '2024-04-03' },
  { name: 'Arabic afternoon', text: '3 أبريل 2024 07:45 م', iso: '2024-04-03T19:45:00' },
  { name: 'Greek afternoon', text: '3 Απριλίου 2024 7:45 μ.μ.', iso: '2024-04-03T19:45:00' },
])('$name: $text', ({ text, iso, country = null }) => {
  expect(findDates(text, { country }, true)[0]?.iso ?? null).toBe(iso);
});
