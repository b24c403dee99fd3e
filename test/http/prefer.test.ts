/** The Prefer header of POST /articles: how long the answer waits and what it says of that (RFC 7240). */
import { expect, test } from 'vitest';
import { readPrefer } from '../../functions/http/prefer.ts';

test.each([
  { name: 'no header', header: undefined, waitMs: 10_000, applied: 'wait=10' },
  { name: 'an empty header', header: '', waitMs: 10_000, applied: 'wait=10' },
  { name: 'a wait', header: 'wait=3', waitMs: 3000, applied: 'wait=3' },
  { name: 'no wait at all', header: 'wait=0', waitMs: 0, applied: 'wait=0' },
  { name: 'the longest wait', header: 'wait=25', waitMs: 25_000, applied: 'wait=25' },
  { name: 'a longer wait, which is cut', header: 'wait=26', waitMs: 25_000, applied: 'wait=25' },
  { name: 'a huge wait, which is cut', header: 'wait=999999', waitMs: 25_000, applied: 'wait=25' },
  { name: 'a wait in quotes', header: 'wait="7"', waitMs: 7000, applied: 'wait=7' },
  { name: 'white space around the equals sign', header: 'wait = 7', waitMs: 7000, applied: 'wait=7' },
  { name: 'upper case', header: 'Wait=7', waitMs: 7000, applied: 'wait=7' },
  { name: 'respond-async', header: 'respond-async', waitMs: 0, applied: 'respond-async' },
  { name: 'Respond-Async', header: 'Respond-Async', waitMs: 0, applied: 'respond-async' },
  {
    name: 'respond-async with a wait, which says how long',
    header: 'respond-async, wait=5',
    waitMs: 5000,
    applied: 'wait=5',
  },
  { name: 'the same the other way round', header: 'wait=5, respond-async', waitMs: 5000, applied: 'wait=5' },
  { name: 'two waits, of which the first counts', header: 'wait=5, wait=9', waitMs: 5000, applied: 'wait=5' },
  { name: 'other preferences', header: 'return=minimal, handling=lenient', waitMs: 10_000, applied: 'wait=10' },
  { name: 'a wait among others', header: 'return=minimal,wait=2', waitMs: 2000, applied: 'wait=2' },
  { name: 'a negative wait, which is no preference', header: 'wait=-1', waitMs: 10_000, applied: 'wait=10' },
  { name: 'a fraction, which is no preference', header: 'wait=1.5', waitMs: 10_000, applied: 'wait=10' },
  { name: 'a word, which is no preference', header: 'wait=long', waitMs: 10_000, applied: 'wait=10' },
  { name: 'a wait without value', header: 'wait', waitMs: 10_000, applied: 'wait=10' },
  { name: 'a name that only begins so', header: 'waiting=3', waitMs: 10_000, applied: 'wait=10' },
  { name: 'a bad wait before a good one', header: 'wait=x, wait=4', waitMs: 4000, applied: 'wait=4' },
])('$name', ({ header, waitMs, applied }) => {
  expect(readPrefer(header)).toEqual({ waitMs, applied });
});
