/** The small grammars of the API's parameters: each form that the contract names, and what is refused. */

import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  articleIdParameter,
  cursorParameter,
  duration,
  flagParameter,
  limitParameter,
  timeParameter,
  timestampParameter,
} from '../../functions/http/parameters.ts';

/** The value, or the first thing that the schema says is wrong. */
function read<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | { wrong: string } {
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : { wrong: parsed.issues[0].message };
}

const timeHelp = 'write a time as 2024-04-03, 2024-04-03T19:45:01Z or 2024-04-03T21:45+02:00';

describe('a time', () => {
  test.each([
    { text: '2024-04-03', from: '2024-04-03T00:00:00.000Z', to: '2024-04-03T23:59:59.999Z' },
    { text: '2024-02-29', from: '2024-02-29T00:00:00.000Z', to: '2024-02-29T23:59:59.999Z' },
  ])('$text is that whole day', ({ text, from, to }) => {
    expect(read(timeParameter({ end: false }), text)).toBe(from);
    expect(read(timeParameter({ end: true }), text)).toBe(to);
  });

  test.each([
    { text: '2024-04-03T19:45:01Z', utc: '2024-04-03T19:45:01.000Z' },
    { text: '2024-04-03t19:45:01z', utc: '2024-04-03T19:45:01.000Z' },
    { text: '2024-04-03T19:45Z', utc: '2024-04-03T19:45:00.000Z' },
    { text: '2024-04-03T21:45+02:00', utc: '2024-04-03T19:45:00.000Z' },
    { text: '2024-04-03T21:45 02:00', utc: '2024-04-03T19:45:00.000Z' },
    { text: '2024-04-03T21:45:01.25+02:00', utc: '2024-04-03T19:45:01.250Z' },
    { text: '2024-04-03T21:45:01 02:00', utc: '2024-04-03T19:45:01.000Z' },
    { text: '2024-04-03T15:45:01-04:00', utc: '2024-04-03T19:45:01.000Z' },
    { text: '2024-04-03T01:00+08:00', utc: '2024-04-02T17:00:00.000Z' },
    { text: '2024-04-03T19:45:01-00:00', utc: '2024-04-03T19:45:01.000Z' },
    { text: '2024-04-03T19:45:01.123456789Z', utc: '2024-04-03T19:45:01.123Z' },
  ])('$text is $utc at either end', ({ text, utc }) => {
    expect(read(timeParameter({ end: false }), text)).toBe(utc);
    expect(read(timeParameter({ end: true }), text)).toBe(utc);
  });

  test.each([
    '',
    'today',
    '2024',
    '2024-04',
    '2024-4-3',
    '20240403',
    '20240403194501',
    '03.04.2024',
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-04-00',
    '2024-04-03T19:45:01',
    '2024-04-03T19:45',
    '2024-04-03T19Z',
    '2024-04-03 19:45Z',
    '2024-04-03T25:00Z',
    '2024-04-03T19:60Z',
    '2024-04-03T19:45:60Z',
    '2024-02-30T00:00Z',
    '2024-04-03T19:45+2:00',
    '2024-04-03T19:45+0200',
    '2024-04-03T19:45+25:00',
    '2024-04-03T19:45:01.1234567890Z',
    ' 2024-04-03',
    '2024-04-03 ',
    '-2024-04-03',
    '２０２４-04-03',
    `2024-04-03T19:45:01Z${' '.repeat(40)}`,
  ])('"%s" is refused with the forms that are taken', (text) => {
    expect(read(timeParameter({ end: false }), text)).toEqual({ wrong: timeHelp });
  });
});

describe('a duration', () => {
  test.each([
    { text: '0s', ms: 0 },
    { text: '90s', ms: 90_000 },
    { text: '15m', ms: 900_000 },
    { text: '1h', ms: 3_600_000 },
    { text: '2d', ms: 172_800_000 },
    { text: '1d12h', ms: 129_600_000 },
    { text: '1d2h3m4s', ms: 93_784_000 },
    { text: '999999d', ms: 86_399_913_600_000 },
  ])('$text is $ms ms', ({ text, ms }) => {
    expect(read(duration, text)).toBe(ms);
  });

  test.each(['', '1', 'h', '1 h', '1.5h', '-1h', '1H', '1w', '1h ', 'PT1H', '1h1h1h1h1h', '1000000s', '１h'])(
    '"%s" is refused',
    (text) => {
      expect(read(duration, text)).toEqual({ wrong: 'write a duration as 30s, 15m, 1h or 2d' });
    },
  );

  test('a number is refused, since it has no unit', () => {
    expect(v.safeParse(duration, 60).success).toBe(false);
  });
});

describe('limit', () => {
  test.each([
    { text: undefined, limit: 20 },
    { text: '1', limit: 1 },
    { text: '20', limit: 20 },
    { text: '100', limit: 100 },
  ])('$text is $limit', ({ text, limit }) => {
    expect(read(limitParameter, text)).toBe(limit);
  });

  test.each(['0', '101', '999', '1000', '-1', '1.5', '1e1', '0x10', '', ' 5', '5 ', 'all', 'NaN', '٥'])(
    '"%s" is refused',
    (text) => {
      expect(v.safeParse(limitParameter, text).success).toBe(false);
    },
  );
});

describe('an article id', () => {
  test('has 22 characters of base64url', () => {
    expect(read(articleIdParameter, 'Hlx7gs8HV83CwWJthUqzeP')).toBe('Hlx7gs8HV83CwWJthUqzeP');
    expect(read(articleIdParameter, '--__--__--__--__--__--')).toBe('--__--__--__--__--__--');
  });

  test.each([
    '',
    'Hlx7gs8HV83CwWJthUqze',
    'Hlx7gs8HV83CwWJthUqzePP',
    'Hlx7gs8HV83CwWJthUqz+P',
    'Hlx7gs8HV83CwWJthUqzeP\n',
    'A#Hlx7gs8HV83CwWJthUqz',
  ])('is not "%s"', (text) => {
    expect(v.safeParse(articleIdParameter, text).success).toBe(false);
  });
});

describe('a timestamp', () => {
  test('has 14 digits', () => {
    expect(read(timestampParameter, '20240403194501')).toBe('20240403194501');
  });

  test.each(['', '2024040319450', '202404031945011', '2024-04-03T19:45', '20240403194501\n', '２0240403194501'])(
    'is not "%s"',
    (text) => {
      expect(v.safeParse(timestampParameter, text).success).toBe(false);
    },
  );
});

describe('a flag', () => {
  test.each([
    { text: 'true', flag: true },
    { text: 'false', flag: false },
    { text: undefined, flag: undefined },
  ])('$text is $flag', ({ text, flag }) => {
    expect(read(flagParameter, text)).toBe(flag);
  });

  test.each(['', '1', '0', 'yes', 'TRUE', 'true '])('"%s" is refused', (text) => {
    expect(read(flagParameter, text)).toEqual({ wrong: 'write true or false' });
  });
});

test('a cursor has at most 500 characters', () => {
  expect(read(cursorParameter, 'a'.repeat(500))).toBe('a'.repeat(500));
  expect(v.safeParse(cursorParameter, 'a'.repeat(501)).success).toBe(false);
});

test('24:00 is refused, which RFC 3339 does not know', () => {
  expect(read(timeParameter({ end: false }), '2024-04-03T24:00Z')).toEqual({ wrong: timeHelp });
});

test.each(['9999-12-31T23:59:59-12:00', '0000-01-01T00:00+12:00'])(
  '%s, which lies outside of the years 0000 to 9999, is refused, since other forms do not sort',
  (text) => {
    expect(read(timeParameter({ end: false }), text)).toEqual({ wrong: timeHelp });
  },
);
