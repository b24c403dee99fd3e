/** Whether a site's robots.txt lets us fetch a URL (RFC 9309). Answers are kept a day, in memory and in the table. */

import { type ArticleUrl, parseArticleUrl } from '../article/article-url.ts';
import { toIso } from '../article/times.ts';
import { dayMs } from '../durations.ts';
import type { Problem } from '../problems.ts';
import { getRobots, putRobots, type RobotsFile } from '../store/hosts.ts';
import type { Table } from '../store/table.ts';
import type { FetchResult } from './fetch-page.ts';
import { allows } from './robots-match.ts';
import { crawlDelayMs, rulesFor } from './robots-rules.ts';

/** RFC 9309 2.5 asks for at least 500 KiB; what is beyond is not read. */
const maxRobotsBytes = 512_000;
const keepMs = dayMs;
/** A robots.txt that could not be had for the site's fault is asked for again sooner. */
const keepUnreachableMs = 600_000;
/** A site that asks for more than this between two fetches could as well forbid them. */
const maxDelayMs = 60_000;
/** Characters of rules held in memory, of all sites together, and what an entry takes beside them. */
const maxRemembered = 8_000_000;
const entrySize = 500;

export type RobotsDeps = {
  table: Table;
  /** Fetches a file, or the first `maxBytes` of a longer one. */
  fetchStart: (url: ArticleUrl, maxBytes: number) => Promise<FetchResult>;
  /** The product token that rules are matched against. */
  agent: string;
  now: () => number;
};

/** What a site's robots.txt says, or why nobody knows, until when that is believed. */
type Answer = ({ file: RobotsFile } | { problem: Problem }) & { untilMs: number };

export type Robots = {
  /** The problem that forbids fetching a URL, or null. */
  check: (url: ArticleUrl) => Promise<Problem | null>;
  /** What the site asks for between two fetches, as far as anybody honours it. */
  delayMs: (url: ArticleUrl) => Promise<number>;
};

/** Many URLs of a site at once ask the site once. */
export function makeRobots(deps: RobotsDeps): Robots {
  const remembered = new Map<string, Answer>();
  const asking = new Map<string, Promise<Answer>>();
  let rememberedSize = 0;

  return {
    async check(url) {
      const { origin } = new URL(url);
      const answer = await answerOf(origin);
      const problem = 'file' in answer ? verdict(answer.file, { origin, url, agent: deps.agent }) : answer.problem;
      if (problem === null || problem.code === 'blocked-by-robots') return problem;
      return { ...problem, retryAfterMs: Math.max(0, answer.untilMs - deps.now()), isUnasked: true };
    },
    async delayMs(url) {
      const answer = await answerOf(new URL(url).origin);
      return 'file' in answer ? Math.min(crawlDelayMs(answer.file.text ?? ''), maxDelayMs) : 0;
    },
  };

  async function answerOf(origin: string): Promise<Answer> {
    const known = remembered.get(origin);
    const answer = known && deps.now() < known.untilMs ? known : await shared(origin);
    remember(origin, answer);
    return answer;
  }

  function shared(origin: string): Promise<Answer> {
    const underWay = asking.get(origin);
    if (underWay) return underWay;
    const asked = learn(deps, origin).finally(() => asking.delete(origin));
    asking.set(origin, asked);
    return asked;
  }

  /** The site asked last goes last. */
  function remember(origin: string, answer: Answer): void {
    forget(origin);
    remembered.set(origin, answer);
    rememberedSize += sizeOf(answer);
    for (const oldest of remembered.keys()) {
      if (rememberedSize <= maxRemembered) return;
      forget(oldest);
    }
  }

  function forget(origin: string): void {
    const answer = remembered.get(origin);
    if (answer && remembered.delete(origin)) rememberedSize -= sizeOf(answer);
  }
}

function sizeOf(answer: Answer): number {
  return entrySize + ('file' in answer ? (answer.file.text?.length ?? 0) : answer.problem.detail.length);
}

/** From the table, or from the site. */
async function learn(deps: RobotsDeps, origin: string): Promise<Answer> {
  const stored = await getRobots(deps.table, origin);
  const untilMs = stored && untilOf(stored);
  if (stored && untilMs !== null && stored.agent === deps.agent && deps.now() < untilMs)
    return { file: stored, untilMs };
  const asked = await ask(deps, origin);
  if ('problem' in asked) {
    return { ...asked, untilMs: deps.now() + Math.max(keepUnreachableMs, asked.problem.retryAfterMs ?? 0) };
  }
  const until = untilOf(asked.file);
  await putRobots(deps.table, { origin, file: asked.file, untilMs: until });
  return { ...asked, untilMs: until };
}

function untilOf({ fetchedAt, status }: RobotsFile): number {
  return Date.parse(fetchedAt) + (status >= 500 ? keepUnreachableMs : keepMs);
}

/**
 * RFC 9309 2.3.1: a 4xx means that all is allowed, a server error that all is forbidden. A host that cannot be reached
 * at all cannot serve the page either, so its problem is the page's problem.
 */
async function ask(deps: RobotsDeps, origin: string): Promise<{ file: RobotsFile } | { problem: Problem }> {
  const url = parseArticleUrl('/robots.txt', origin);
  if ('problem' in url) return url;
  const { agent } = deps;
  const fetchedAt = toIso(deps.now());
  const file = (status: number, text: string | null = null) => ({ file: { text, status, fetchedAt, agent } });
  const result = await deps.fetchStart(url.url, maxRobotsBytes);
  if ('page' in result) return file(result.page.status, rulesFor(wholeLines(result.page.body), agent));
  if ('notModified' in result) return file(304);
  switch (result.problem.code) {
    case 'not-found':
    case 'gone':
    case 'access-denied':
    case 'http-error':
    case 'too-many-redirects':
      return file(404);
    case 'too-large':
    case 'server-error':
    case 'bad-response':
      return file(500);
    default:
      return { problem: result.problem };
  }
}

/** The line at which a long file was cut says something else than it did. */
function wholeLines(body: Uint8Array): string {
  const text = new TextDecoder().decode(body);
  return body.length < maxRobotsBytes ? text : text.slice(0, text.search(/[\r\n][^\r\n]*$/) + 1);
}

function verdict(
  file: RobotsFile,
  { origin, url, agent }: { origin: string; url: string; agent: string },
): Problem | null {
  if (file.status >= 500) {
    return {
      code: 'server-error',
      detail: `${origin}/robots.txt could not be read, so nothing may be fetched (RFC 9309 2.3.1.4)`,
    };
  }
  if (!file.text || allows(file.text, url)) return null;
  return {
    code: 'blocked-by-robots',
    detail: `${origin}/robots.txt forbids this URL to ${agent}; ROBOTS=ignore would fetch it anyway`,
  };
}
