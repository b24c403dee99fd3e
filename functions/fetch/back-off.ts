/**
 * A host that is down is left alone for a while by this process, for longer each time. Five failures in a row make it
 * suspect, and its robots.txt says whether it is down or only some pages of it are: what strangers name must not close a site.
 */

import { type ArticleUrl, parseArticleUrl } from '../article/article-url.ts';
import type { Problem, ProblemCode } from '../problems.ts';
import { type FetchResult, failureOf } from './fetch-page.ts';

/** What makes a host suspect; one that asks us to come back later says when by itself. */
const suspicious = new Set<ProblemCode>(['timeout', 'connection-failed', 'dns-failed', 'server-error']);
/** What says that a host is down: any answer to the question for its robots.txt says that it is not. */
const down = new Set<ProblemCode>(['timeout', 'connection-failed', 'dns-failed']);
const failuresBefore = 5;
const shortestMs = 60_000;
const longestMs = 1_800_000;
/** Failures further apart than this are not in a row. */
const inRowMs = 600_000;
const maxHosts = 10_000;

/** `closedMs`: for how long it is left alone, 0 while it is not. `untilMs`: when that ends; when it failed. */
type Failing = { failures: number; problem: Problem; closedMs: number; untilMs: number };

export type BackOff = {
  /** Why nothing is fetched from the URL's host now, with how long that will be so, or null. */
  check: (url: ArticleUrl) => Problem | null;
  /** Fetches unless `check` forbids it, and learns from how it ends. */
  attempt: (url: ArticleUrl, fetch: () => Promise<FetchResult>) => Promise<FetchResult>;
};

/** `fetchRobots`: asks a host for its robots.txt. */
export function makeBackOff(deps: {
  fetchRobots: (url: ArticleUrl) => Promise<FetchResult>;
  now: () => number;
}): BackOff {
  const hosts = new Map<string, Failing>();

  function check(url: ArticleUrl): Problem | null {
    const { host } = new URL(url);
    const failing = hosts.get(host);
    if (!failing || failing.closedMs === 0 || failing.untilMs <= deps.now()) return null;
    return {
      code: failing.problem.code,
      detail: `${host} is down, so the archive does not ask it for a while; the last answer: ${failing.problem.detail}`,
      retryAfterMs: failing.untilMs - deps.now(),
      isUnasked: true,
    };
  }

  /** Closes a host, for longer than the last time, when its robots.txt says that it is down; forgets its failures when not. */
  async function ask(url: string, failing: Failing): Promise<void> {
    const { host } = new URL(url);
    const robots = parseArticleUrl('/robots.txt', url);
    const result = 'url' in robots ? await deps.fetchRobots(robots.url) : null;
    const problem = result && 'problem' in result ? result.problem : null;
    if (problem && !problem.isUnasked && down.has(problem.code)) close(host, failing, problem);
    else hosts.delete(host);
  }

  function close(host: string, failing: Failing, problem: Problem): void {
    const closedMs = Math.min(longestMs, failing.closedMs === 0 ? shortestMs : failing.closedMs * 2);
    put(host, { ...failing, problem, closedMs, untilMs: deps.now() + closedMs });
  }

  function put(host: string, failing: Failing): void {
    hosts.delete(host);
    hosts.set(host, failing);
    const [oldest] = hosts.keys();
    if (hosts.size > maxHosts && oldest !== undefined) hosts.delete(oldest);
  }

  async function failed(url: string, problem: Problem): Promise<void> {
    const { host } = new URL(url);
    const before = hosts.get(host);
    // What was under way when it was closed, or became suspect, says nothing new.
    if (before && before.failures >= failuresBefore) return;
    const isInRow = before !== undefined && deps.now() - before.untilMs <= inRowMs;
    const failing = { failures: isInRow ? before.failures + 1 : 1, problem, closedMs: 0, untilMs: deps.now() };
    put(host, failing);
    if (failing.failures < failuresBefore) return;
    // Its pages are asked for meanwhile, since they may be well.
    await ask(url, failing);
  }

  return {
    check,
    async attempt(url, fetch) {
      const { host } = new URL(url);
      const failing = hosts.get(host);
      if (failing && failing.closedMs > 0 && failing.untilMs <= deps.now()) {
        // Closed on, so that the others wait for what is learned.
        close(host, failing, failing.problem);
        await ask(url, failing);
      }
      const problem = check(url);
      if (problem) return { problem, at: url };
      const result = await fetch();
      const failure = failureOf(result);
      const last: string = failure?.at ?? ('page' in result ? result.page.finalUrl : url);
      const lastHost = new URL(last).host;
      // It led to another host, so it answered.
      if (lastHost !== host) hosts.delete(host);
      if (failure?.problem.isUnasked) return result;
      if (failure && suspicious.has(failure.problem.code)) await failed(last, failure.problem);
      else hosts.delete(lastHost);
      return result;
    },
  };
}
