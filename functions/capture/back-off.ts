/** A host that fails time after time is left alone for a while by this process, for longer each time, until it answers again. */
import type { Problem, ProblemCode } from '../problems.ts';
import type { ArticleUrl } from './article-url.ts';
import type { FetchResult } from './fetch-page.ts';

/** What a host and not a page of it is to blame for; a host that asks us to come back later says when by itself. */
const faultsOfHosts = new Set<ProblemCode>(['timeout', 'connection-failed', 'dns-failed', 'server-error']);
/** So many in a row, since a site may have a few pages that are broken and be well. */
const failuresBefore = 5;
const shortestMs = 60_000;
const longestMs = 600_000;
const maxHosts = 10_000;

/**
 * `closedAt`: the number of the last fetch that had begun when the host was closed, 0 before it is. `untilMs`: when it may be
 * asked again, or when it failed; failures longer apart than `longestMs` from then on are not in a row.
 */
type Failing = { failures: number; problem: Problem; closedAt: number; untilMs: number };

export type BackOff = {
  /** Why nothing is fetched from the URL's host now, with how long that will be so, or null. */
  check: (url: ArticleUrl) => Problem | null;
  /** Fetches unless `check` forbids it, and learns from how it ends. */
  attempt: (url: ArticleUrl, fetch: () => Promise<FetchResult>) => Promise<FetchResult>;
};

export function makeBackOff(now: () => number): BackOff {
  const hosts = new Map<string, Failing>();
  let begun = 0;

  function failingOf(host: string): Failing | undefined {
    const failing = hosts.get(host);
    return failing && now() - failing.untilMs <= longestMs ? failing : undefined;
  }

  function check(url: ArticleUrl): Problem | null {
    const host = hostOf(url);
    const failing = failingOf(host);
    if (!failing || failing.untilMs <= now()) return null;
    const { code, detail } = failing.problem;
    return {
      code,
      detail: `${host} failed ${failing.failures} times in a row and is left alone for a while; the last time: ${detail}`,
      retryAfterMs: failing.untilMs - now(),
    };
  }

  function failed(host: string, problem: Problem, number: number): void {
    const before = failingOf(host);
    // Many may be under way when the host is closed, and each would make its time longer.
    if (before && number <= before.closedAt) return;
    const failures = (before?.failures ?? 0) + 1;
    const isClosed = failures >= failuresBefore;
    hosts.delete(host);
    hosts.set(host, {
      failures,
      problem,
      closedAt: isClosed ? begun : 0,
      untilMs: now() + (isClosed ? waitMs(failures) : 0),
    });
    for (const oldest of hosts.keys()) {
      if (hosts.size <= maxHosts) return;
      hosts.delete(oldest);
    }
  }

  return {
    check,
    async attempt(url, fetch) {
      const problem = check(url);
      if (problem) return { problem };
      const number = ++begun;
      const failing = failingOf(hostOf(url));
      // One asks whether the host is well, and the others wait for what it learns.
      if (failing && failing.closedAt > 0) failing.untilMs = now() + waitMs(failing.failures);
      const result = await fetch();
      const lastUrl = 'page' in result ? result.page.finalUrl : 'problem' in result ? (result.at ?? url) : url;
      const isFault = 'problem' in result && faultsOfHosts.has(result.problem.code);
      if (isFault) failed(hostOf(lastUrl), result.problem, number);
      else hosts.delete(hostOf(lastUrl));
      // It led to another host, so it answered.
      if (hostOf(lastUrl) !== hostOf(url)) hosts.delete(hostOf(url));
      return result;
    },
  };
}

function waitMs(failures: number): number {
  return Math.min(shortestMs * 2 ** (failures - failuresBefore), longestMs);
}

function hostOf(url: string): string {
  return new URL(url).host;
}
