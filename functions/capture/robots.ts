/** Whether a site's robots.txt lets us fetch a URL (RFC 9309). Answers are kept a day, in memory and in the table. */
import robotsParserModule from 'robots-parser';
import type { Problem } from '../problems.ts';
import { getRobots, putRobots, type RobotsFile } from '../store/hosts.ts';
import type { Table } from '../store/table.ts';
import { type ArticleUrl, parseArticleUrl } from './article-url.ts';
import type { FetchResult } from './fetch-page.ts';

// The package is CommonJS with `module.exports = function`; its types describe an ES module's default export.
const robotsParser = robotsParserModule as unknown as typeof robotsParserModule.default;

/** RFC 9309 2.5 asks for at least 500 KiB; what is beyond is not read. */
const maxRobotsBytes = 512_000;
const keepMs = 86_400_000;
/** A robots.txt that could not be had for the site's fault is asked for again sooner. */
const keepUnreachableMs = 600_000;
const maxRemembered = 500;

export type RobotsDeps = {
  table: Table;
  fetch: (url: ArticleUrl, maxBytes: number) => Promise<FetchResult>;
  /** The product token that rules are matched against. */
  agent: string;
  now: () => number;
};

/** A function from a URL to the problem that forbids fetching it, or null. */
export function makeRobots(deps: RobotsDeps): (url: ArticleUrl) => Promise<Problem | null> {
  const remembered = new Map<string, RobotsFile>();

  return async function check(url) {
    const origin = new URL(url).origin;
    const known = remembered.get(origin) ?? (await getRobots(deps.table, origin));
    if (known && isFresh(known, deps.now())) {
      remember(origin, known);
      return verdict(known, origin, url, deps.agent);
    }
    const asked = await ask(deps, origin);
    if ('problem' in asked) return asked.problem;
    await putRobots(deps.table, origin, asked.file, asked.file.status >= 500 ? keepUnreachableMs : keepMs);
    remember(origin, asked.file);
    return verdict(asked.file, origin, url, deps.agent);
  };

  function remember(origin: string, file: RobotsFile): void {
    remembered.delete(origin);
    remembered.set(origin, file);
    const oldest = remembered.keys().next();
    if (remembered.size > maxRemembered && !oldest.done) remembered.delete(oldest.value);
  }
}

function isFresh(file: RobotsFile, nowMs: number): boolean {
  return nowMs - Date.parse(file.fetchedAt) < (file.status >= 500 ? keepUnreachableMs : keepMs);
}

/**
 * RFC 9309 2.3.1: a 4xx means that all is allowed, a server error that all is forbidden. A host that cannot be reached
 * at all cannot serve the page either, so its problem is the page's problem.
 */
async function ask(deps: RobotsDeps, origin: string): Promise<{ file: RobotsFile } | { problem: Problem }> {
  const url = parseArticleUrl('/robots.txt', origin);
  if ('problem' in url) return url;
  const fetchedAt = new Date(deps.now()).toISOString();
  const result = await deps.fetch(url.url, maxRobotsBytes);
  if ('page' in result) {
    return { file: { text: new TextDecoder().decode(result.page.body), status: result.page.status, fetchedAt } };
  }
  if ('notModified' in result) return { file: { text: null, status: 304, fetchedAt } };
  switch (result.problem.code) {
    case 'not-found':
    case 'gone':
    case 'access-denied':
    case 'http-error':
    case 'too-many-redirects':
      return { file: { text: null, status: 404, fetchedAt } };
    case 'too-large':
    case 'server-error':
      return { file: { text: null, status: 500, fetchedAt } };
    case 'bad-response':
      return { file: { text: null, status: 500, fetchedAt } };
    default:
      return { problem: result.problem };
  }
}

function verdict(file: RobotsFile, origin: string, url: string, agent: string): Problem | null {
  if (file.status >= 500) {
    return {
      code: 'server-error',
      detail: `${origin}/robots.txt could not be read, so nothing may be fetched (RFC 9309 2.3.1.4)`,
    };
  }
  if (file.text === null) return null;
  const allowed = robotsParser(`${origin}/robots.txt`, file.text).isAllowed(url, agent);
  if (allowed !== false) return null;
  return {
    code: 'blocked-by-robots',
    detail: `${origin}/robots.txt forbids this URL to ${agent}; ROBOTS=ignore would fetch it all the same`,
  };
}
