/**
 * Whether a URL may be asked for, and when: one object a process, which everything that fetches from sites asks. It owns what
 * robots.txt says (`robots.ts`), which hosts are down (`back-off.ts`) or asked to be left alone, how much of a site is under way
 * (`crowd.ts`), and the turns of each host, at least a pause apart across all workers (`store/hosts.ts`).
 */
import type { ArticleUrl } from '../article/article-url.ts';
import { siteOf } from '../article/norm.ts';
import type { Problem } from '../problems.ts';
import { closedUntil, closeHost, freeAt, reserveSlot, reserveSlotBefore, startInTurn } from '../store/hosts.ts';
import type { Table } from '../store/table.ts';
import { makeBackOff } from './back-off.ts';
import { makeCrowd } from './crowd.ts';
import { type FetchOptions, type FetchResult, failureOf, type Validators } from './fetch-page.ts';
import { makeRobots } from './robots.ts';

/** `atMs`: not before then, in epoch milliseconds; the turn is kept for whoever comes back with it. */
export type Answer = 'now' | { atMs: number } | { problem: Problem };

export type Courtesy = {
  /** Waits for a turn that is near. `turnMs`: the one that it was given before. */
  mayAsk(url: ArticleUrl, turnMs?: number): Promise<Answer>;
  /** For what has no way to come back: waits for its turn, however far it is up to `untilMs`. */
  mayAskBefore(url: ArticleUrl, untilMs: number): Promise<'now' | 'late' | { problem: Problem }>;
  /** Fetches what may be asked for: redirects with the same courtesy. Learns from how it ends. */
  ask(url: ArticleUrl, options: { validators?: Validators; accept?: string }): Promise<FetchResult>;
  /** A part of a page that was asked for in its turn: robots.txt decides where it forbids all of the host. */
  askPart(url: ArticleUrl, options: PartOptions): Promise<FetchResult>;
};

export type PartOptions = { accept: string; maxBytes: number; referer: string; validators?: Validators };

export type CourtesyDeps = {
  settings: { userAgent: string; robots: 'obey' | 'ignore'; hostPauseMs: number };
  table: Table;
  fetchPage: (url: ArticleUrl, options: FetchOptions) => Promise<FetchResult>;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
};

/** A turn this near is waited for; one that is further off is told. */
export const nearMs = 5000;
/** A message that is later than this comes to a line that is over. */
const longestLateMs = 300_000;
/** With enough fetches of its site under way, a job comes back after at least so long. */
const crowdedWaitMs = 10_000;
/** For a site that asks to come back later and does not say when. */
const defaultRetryAfterMs = 60_000;

/** The product token of a user agent, which robots.txt names. */
export function productToken(userAgent: string): string {
  return userAgent.split(/[/\s]/, 1)[0] ?? userAgent;
}

export function makeCourtesy({ settings, table, fetchPage, now, sleep }: CourtesyDeps): Courtesy {
  const { hostPauseMs } = settings;
  const obeys = settings.robots === 'obey';
  const crowd = makeCrowd();
  const robots = makeRobots({ table, fetchStart: fetchRobots, agent: productToken(settings.userAgent), now });
  const backOff = makeBackOff({ fetchRobots: (url) => crowd.join(url, 'fetch', () => fetchRobots(url, 1024)), now });

  return {
    async mayAsk(url, turnMs) {
      const crowded = await giveWay(url);
      if (crowded) return crowded;
      const problem = await forbids(url);
      if (problem) return { problem };
      const atMs = await turnOf(url, turnMs);
      if (atMs - now() > nearMs) return { atMs };
      if (atMs > now()) await sleep(atMs - now());
      return (await giveWay(url)) ?? 'now';
    },
    async mayAskBefore(url, untilMs) {
      if (now() >= untilMs) return 'late';
      const problem = await forbids(url);
      if (problem) return { problem };
      const atMs = await turnOf(url);
      if (atMs > untilMs) return 'late';
      if (atMs > now()) await sleep(atMs - now());
      return 'now';
    },
    async ask(url, options) {
      const result = await backOff.attempt(url, () =>
        crowd.join(url, 'fetch', () => fetchPage(url, { ...options, beforeHop: mayFollow })),
      );
      const failure = failureOf(result);
      if (failure?.problem.code === 'rate-limited' && !failure.problem.isUnasked) {
        // What one page of a host was told, to come back later, is meant for all that wait for it.
        const waitMs = failure.problem.retryAfterMs ?? defaultRetryAfterMs;
        await closeHost(table, new URL(failure.at).host, now() + waitMs);
      }
      return result;
    },
    async askPart(url, options) {
      const problem = await forbidsPart(url);
      if (problem) return { problem, at: url };
      return fetchPage(url, { ...options, isFile: true, beforeHop: forbidsPart });
    },
  };

  async function forbidsPart(url: ArticleUrl): Promise<Problem | null> {
    return backOff.check(url) ?? (obeys ? await robots.check(`${new URL(url).origin}/` as ArticleUrl) : null);
  }

  /** With enough of its site under way: a turn later, when others have had theirs. */
  async function giveWay(url: ArticleUrl): Promise<{ atMs: number } | null> {
    if (hostPauseMs === 0 || !crowd.isFull(url)) return null;
    const atMs = await reserveSlot(table, { host: new URL(url).host, pauseMs: hostPauseMs, nowMs: now() });
    return { atMs: Math.max(atMs, now() + crowdedWaitMs) };
  }

  /** Those that wait for a robots.txt take places of their site, too. */
  function forbids(url: ArticleUrl): Promise<Problem | null> {
    return crowd.join(url, 'wait', async () => backOff.check(url) ?? (obeys ? await robots.check(url) : null));
  }

  async function pauseOf(url: ArticleUrl): Promise<number> {
    return Math.max(hostPauseMs, obeys ? await robots.delayMs(url) : 0);
  }

  /**
   * The turn it has. One that is over since its message came late is made up for when the host has rested, or else given anew: those
   * that a sleeping machine missed would all be now, and those of a host that asked to come back later would be too early.
   */
  async function turnOf(url: ArticleUrl, turnMs?: number): Promise<number> {
    const pauseMs = await pauseOf(url);
    const { host } = new URL(url);
    if (pauseMs === 0) return now();
    if (turnMs !== undefined && now() - turnMs <= longestLateMs) {
      const [nowMs, latestMs] = [now(), now() + nearMs];
      if (turnMs > latestMs && (await closedUntil(table, host)) <= turnMs) return turnMs;
      const startMs = await startInTurn(table, { host, pauseMs, turnMs, nowMs, latestMs });
      if (startMs !== null) return startMs;
    }
    return reserveSlot(table, { host, pauseMs, nowMs: now() });
  }

  async function mayFollow(to: ArticleUrl, from: ArticleUrl): Promise<Problem | null> {
    return (await forbids(to)) ?? (await turnOfHop(to, from, await pauseOf(to)));
  }

  /**
   * A redirect to another site is a fetch from it like any other, for which a turn that is near is waited for here. The problem when it
   * is not: the whole comes again then, and has taken no turn that it does not use.
   */
  async function turnOfHop(to: ArticleUrl, from: ArticleUrl, pauseMs: number): Promise<Problem | null> {
    if (siteOf(to) === siteOf(from) || pauseMs === 0) return null;
    const { host } = new URL(to);
    const nowMs = now();
    const atMs = await reserveSlotBefore(table, { host, pauseMs, nowMs, latestMs: nowMs + nearMs });
    if (atMs === null) {
      const detail = `it redirects to ${host}, for which others wait or which asked to be left alone`;
      const retryAfterMs = Math.max(pauseMs, (await freeAt(table, host)) - nowMs);
      return { code: 'rate-limited', detail, retryAfterMs, isUnasked: true };
    }
    await sleep(atMs - nowMs);
    return null;
  }

  function fetchRobots(url: ArticleUrl, maxBytes: number): Promise<FetchResult> {
    return fetchPage(url, {
      accept: 'text/plain,*/*;q=0.1',
      maxBytes,
      truncate: true,
      isFile: true,
      beforeHop: (to, from) => turnOfHop(to, from, hostPauseMs),
    });
  }
}
