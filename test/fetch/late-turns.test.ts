/** Messages that come late: their pages are had all the same, and their host is asked no faster for it. */
import { expect, it } from 'vitest';
import { parseArticleUrl } from '../../functions/article/article-url.ts';
import { makeCourtesy, nearMs } from '../../functions/fetch/courtesy.ts';
import { closeHost } from '../../functions/store/hosts.ts';
import { useServices } from '../support/use.ts';

const { store } = await useServices();
const startMs = Date.parse('2024-04-03T12:00:00Z');

type Message = { atMs: number; turnMs?: number; n: number };

/** What becomes of messages of one host that come so late each time: when each page is asked for, after the beginning. */
async function startsOf(
  host: string,
  {
    pages,
    lateMs,
    pauseMs,
    between = async () => undefined,
  }: {
    pages: number;
    lateMs: (n: number) => number;
    pauseMs: number;
    between?: (nowMs: number) => Promise<unknown>;
  },
): Promise<number[]> {
  let nowMs = startMs;
  let sleptMs = 0;
  const courtesy = makeCourtesy({
    settings: { userAgent: 'NightdeskTest/1', robots: 'ignore', hostPauseMs: pauseMs },
    table: store.table,
    fetchPage: () => Promise.reject(new Error('nothing is fetched here')),
    now: () => nowMs,
    sleep: async (ms) => {
      sleptMs = ms;
    },
  });
  const parsed = parseArticleUrl(`http://${host}/`);
  if ('problem' in parsed) throw new Error(parsed.problem.detail);
  const messages: Message[] = Array.from({ length: pages }, (_, n) => ({ atMs: startMs, n }));
  const starts: number[] = [];
  for (let rounds = 0; messages.length > 0 && rounds < 5000; rounds++) {
    messages.sort((a, b) => a.atMs - b.atMs || a.n - b.n);
    const message = messages.shift();
    if (!message) break;
    nowMs = Math.max(nowMs, message.atMs);
    sleptMs = 0;
    await between(nowMs);
    const answer = await courtesy.mayAsk(parsed.url, message.turnMs);
    if (answer === 'now') starts.push(nowMs + sleptMs - startMs);
    else if ('atMs' in answer) {
      // As `turn.ts` sends it back.
      const delayMs = Math.max(0, Math.floor((answer.atMs - nowMs - nearMs / 2) / 1000) * 1000);
      messages.push({ ...message, turnMs: answer.atMs, atMs: nowMs + delayMs + lateMs(message.n) });
    }
  }
  return starts.sort((a, b) => a - b);
}

const gaps = (starts: number[]) => starts.slice(1).map((start, i) => start - (starts[i] ?? 0));

it.each([
  { name: '20 s', lateMs: () => 20_000 },
  { name: '6 s', lateMs: () => 6000 },
  { name: 'up to 20 s, each differently', lateMs: (n: number) => (n * 7919) % 20_000 },
  { name: 'not at all', lateMs: () => 0 },
])(
  '60 pages of a host are asked for within 90 s, a second apart, when messages are late: $name',
  async ({ name, lateMs }) => {
    const starts = await startsOf(`${name.length}.late.example`, { pages: 60, pauseMs: 1000, lateMs });
    expect(starts).toHaveLength(60);
    expect(starts.at(-1)).toBeLessThan(90_000);
    expect(Math.min(...gaps(starts))).toBeGreaterThanOrEqual(1000);
  },
);

it('a machine that slept for an hour asks no faster when it wakes', async () => {
  let slept = false;
  const starts = await startsOf('sleeper.example', {
    pages: 60,
    pauseMs: 1000,
    lateMs: () => (slept ? 0 : 3_600_000),
    between: async (nowMs) => {
      slept = nowMs >= startMs + 3_600_000;
    },
  });
  expect(starts).toHaveLength(60);
  expect(Math.min(...gaps(starts))).toBeGreaterThanOrEqual(1000);
  expect(starts.at(-1)).toBeLessThan(3_600_000 + 130_000);
});

it('a host that asked to be left alone is asked by no late message before that', async () => {
  const host = 'closed.example';
  let isClosed = false;
  const starts = await startsOf(host, {
    pages: 30,
    pauseMs: 1000,
    lateMs: () => 20_000,
    between: async (nowMs) => {
      if (isClosed || nowMs < startMs + 30_000) return;
      isClosed = true;
      await closeHost(store.table, host, startMs + 120_000);
    },
  });
  expect(starts).toHaveLength(30);
  expect(starts.filter((start) => start > 30_000 + nearMs && start < 120_000)).toEqual([]);
});
