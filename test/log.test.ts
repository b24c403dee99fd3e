/** Log lines: JSON for machines, one readable line for people. */
import { expect, it } from 'vitest';
import { jsonLog, type Log, lineLog } from '../functions/log.ts';

const now = () => Date.parse('2024-04-03T19:45:01Z');

function lines(make: (write: (line: string) => void, now: () => number) => Log): { log: Log; written: string[] } {
  const written: string[] = [];
  return { log: make((line) => written.push(line), now), written };
}

it('writes an event as one line of JSON, errors with their stack', () => {
  const { log, written } = lines(jsonLog);
  log({ event: 'captured', url: 'http://a.example/\n', ms: { fetch: 12 } });
  log({ event: 'job failed', error: new TypeError('no') });
  expect(written[0]).toBe(
    '{"time":"2024-04-03T19:45:01.000Z","event":"captured","url":"http://a.example/\\n","ms":{"fetch":12}}',
  );
  expect(JSON.parse(written[1] ?? '').error).toMatchObject({
    name: 'TypeError',
    message: 'no',
    stack: expect.stringContaining('log.test.ts'),
  });
});

it('writes an event as one line for people', () => {
  const { log, written } = lines(lineLog);
  log({ event: 'captured', url: 'http://a.example/', snapshot: 'new', ms: { fetch: 12, save: 3 } });
  log({ event: 'capture failed', url: 'http://a.example/', code: 'timeout', detail: 'no whole page within 25 s' });
  log({ event: 'job failed', error: new TypeError('line one\nline two') });
  expect(written).toEqual([
    '19:45:01 captured http://a.example/ snapshot=new ms=(fetch 12, save 3)',
    '19:45:01 capture failed http://a.example/ code=timeout detail="no whole page within 25 s"',
    '19:45:01 job failed error="line one\\nline two"',
  ]);
});
