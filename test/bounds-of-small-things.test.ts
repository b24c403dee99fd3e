/** What seeded faults in the source showed that no other test saw: statuses, bounds by one, an end that waits. */
import { describe, expect, it, test } from 'vitest';
import { isOtherService } from '../functions/article/ports.ts';
import { parseDocumentName } from '../functions/capture/document-name.ts';
import { makeProgress } from '../functions/cli/progress.ts';
import { feedDate } from '../functions/feeds/dates.ts';
import { httpResponse } from '../functions/formats/http-response.ts';
import { startRunner } from '../functions/jobs/runner.ts';
import { aboutProblem, problemCodes } from '../functions/problems.ts';
import type { Message } from '../functions/store/queue.ts';

test('each problem has the status that clients know it by, and is tried again or not', () => {
  const statuses = Object.groupBy(problemCodes, (code) => aboutProblem(code).status);
  const of = (status: number) => statuses[status]?.toSorted() ?? [];
  expect(of(400)).toEqual(['invalid-cursor', 'invalid-json', 'invalid-query', 'invalid-request']);
  expect(of(401)).toEqual(['key-missing', 'key-revoked', 'key-unknown']);
  expect(of(403)).toEqual(['scope-too-small', 'wrong-origin']);
  expect(of(409)).toEqual(['conflict', 'not-failed', 'takedown-in-progress']);
  expect(of(410)).toEqual(['removed', 'taken-down']);
  expect(of(415)).toEqual(['not-utf8', 'unsupported-media-type']);
  for (const [code, status] of [
    ['method-not-allowed', 405],
    ['body-too-large', 413],
    ['wrong-host', 421],
    ['too-many-requests', 429],
    ['internal', 500],
    ['unavailable', 503],
    ['worker-lost', 422],
    ['not-a-feed', 422],
  ] as const)
    expect([code, aboutProblem(code).status]).toEqual([code, status]);
  expect(of(404).every((code) => /^(unknown-|no-such)/.test(code))).toBe(true);
  expect(problemCodes.filter((code) => aboutProblem(code).retry).toSorted()).toEqual([
    ...['bad-response', 'connection-failed', 'dns-failed', 'rate-limited', 'server-error', 'timeout'],
  ]);
});

test.each([
  { name: 'articles', file: 'articles', folder: null, isInTree: false },
  { name: 'articles/a.md', file: 'a.md', folder: null, isInTree: false },
  { name: 'articles/rfi/a.md', file: 'rfi/a.md', folder: 'rfi', isInTree: true },
  { name: 'a/b/c/d.md', file: 'a/b/c/d.md', folder: 'c', isInTree: false },
  { name: `${'x'.repeat(252)}.md`, file: `${'x'.repeat(252)}.md`, folder: null, isInTree: false },
])('the document $name has a name that can be kept', ({ name, ...expected }) => {
  expect(parseDocumentName(name)).toMatchObject(expected);
});

test.each(['a/b/c/d/e.md', `${'x'.repeat(253)}.md`])('the document %s has not', (name) => {
  expect(parseDocumentName(name)).toHaveProperty('problem');
});

test('ports of other services are not asked, and their neighbours are', () => {
  for (const port of ['1', '25', '79', '6667', '6697', '10080'])
    expect([port, isOtherService(port)]).toEqual([port, true]);
  for (const port of ['', '80', '81', '443', '8080', '6698', '10081'])
    expect([port, isOtherService(port)]).toEqual([port, false]);
});

test.each([
  { text: 'Wed, 03 Apr 2024 09:00:00 +1400', iso: '2024-04-02T19:00:00.000Z' },
  { text: 'Wed, 03 Apr 2024 09:00:00 -1200', iso: '2024-04-03T21:00:00.000Z' },
])('$text is a time of the furthest zones', ({ text, iso }) => {
  expect(new Date(feedDate(text) ?? '').toISOString()).toBe(iso);
});

test('a chunk has as many bytes as its number says, in hex of either case', () => {
  const body = 'x'.repeat(0x1f);
  for (const size of ['1f', '1F', '0000001f'])
    expect(
      Buffer.from(
        httpResponse(
          Buffer.from(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${size}\r\n${body}\r\n0\r\n\r\n`),
        )?.body ?? [],
      ).toString(),
    ).toBe(body);
});

describe('the runner', () => {
  it('does so many jobs at once, and ends when those that run have ended and are deleted', async () => {
    const waiting = Array.from(
      { length: 5 },
      (_, i): Message => ({
        ...{ job: { kind: 'capture', id: String(i), sends: 1 } as never, body: '', receipt: `r${i}`, receives: 1 },
      }),
    );
    const ends: (() => void)[] = [];
    const deleted: string[] = [];
    let most = 0;
    let running = 0;
    const full = Promise.withResolvers<void>();
    const runner = startRunner({
      queue: {
        receive: async (max: number, _wait: number, signal?: AbortSignal) => {
          const some = waiting.splice(0, max);
          if (some.length === 0) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
          return some;
        },
        done: async (receipts: string[]) => void deleted.push(...receipts),
      } as never,
      work: async () => {
        most = Math.max(most, ++running);
        if (running === 3) full.resolve();
        await new Promise<void>((resolve) => ends.push(resolve));
        running--;
      },
      every: [],
      log: () => undefined,
      maxJobs: 3,
    });
    await full.promise;
    let isStopped = false;
    const stopped = runner.stop().then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([isStopped, most]).toEqual([false, 3]);
    while (!isStopped) {
      for (const end of ends.splice(0)) end();
      await Promise.race([stopped, new Promise((resolve) => setImmediate(resolve))]);
    }
    expect(most).toBe(3);
    expect(deleted.length).toBeGreaterThanOrEqual(3);
    expect(running).toBe(0);
  });
});

test.each([
  { isTTY: true, steps: 1, ends: '\n' },
  { isTTY: true, steps: 0, ends: '' },
  { isTTY: false, steps: 1, ends: '' },
])('a bar of $steps steps ends its line on a terminal: $isTTY', ({ isTTY, steps, ends }) => {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const progress = makeProgress(2, { isTTY, write });
  for (let i = 0; i < steps; i++) progress.step('one');
  written = '';
  progress.end();
  expect(written).toBe(ends);
});
