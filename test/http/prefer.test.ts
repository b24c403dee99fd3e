/** The Prefer header of POST /articles: how long the answer waits and what it says of that (RFC 7240). */
import { expect, test } from 'vitest';
import { readPrefer } from '../../functions/http/prefer.ts';

test.each([
  ['no header', undefined, 10_000, 'wait=10'],
  ['an empty header', '', 10_000, 'wait=10'],
  ['a wait', 'wait=3', 3000, 'wait=3'],
  ['no wait at all', 'wait=0', 0, 'wait=0'],
  ['the longest wait', 'wait=25', 25_000, 'wait=25'],
  ['a longer wait, which is cut', 'wait=26', 25_000, 'wait=25'],
  ['a huge wait, which is cut', 'wait=999999', 25_000, 'wait=25'],
  ['a wait in quotes', 'wait="7"', 7000, 'wait=7'],
  ['white space around the equals sign', 'wait = 7', 7000, 'wait=7'],
  ['upper case', 'Wait=7', 7000, 'wait=7'],
  ['respond-async', 'respond-async', 0, 'respond-async'],
  ['Respond-Async', 'Respond-Async', 0, 'respond-async'],
  ['respond-async with a wait, which says how long', 'respond-async, wait=5', 5000, 'wait=5'],
  ['the same the other way round', 'wait=5, respond-async', 5000, 'wait=5'],
  ['two waits, of which the first counts', 'wait=5, wait=9', 5000, 'wait=5'],
  ['other preferences', 'return=minimal, handling=lenient', 10_000, 'wait=10'],
  ['a wait among others', 'return=minimal,wait=2', 2000, 'wait=2'],
  ['a negative wait, which is no preference', 'wait=-1', 10_000, 'wait=10'],
  ['a fraction, which is no preference', 'wait=1.5', 10_000, 'wait=10'],
  ['a word, which is no preference', 'wait=long', 10_000, 'wait=10'],
  ['a wait without value', 'wait', 10_000, 'wait=10'],
  ['a name that only begins so', 'waiting=3', 10_000, 'wait=10'],
  ['a bad wait before a good one', 'wait=x, wait=4', 4000, 'wait=4'],
])('%s', (_, header, waitMs, applied) => {
  expect(readPrefer(header)).toEqual({ waitMs, applied });
});
