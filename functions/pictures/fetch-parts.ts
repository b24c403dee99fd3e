/** What a page wants beside it -> its parts, as far as budgets, manners and the sites allow, and of the rest why it is missing. */
import { Readable } from 'node:stream';
import type { ArticleUrl } from '../article/article-url.ts';
import { parseArticleUrl } from '../article/article-url.ts';
import { forEachAtOnce } from '../at-once.ts';
import { pictureAccept } from '../capture/request-pictures.ts';
import type { FetchResult, Validators } from '../fetch/fetch-page.ts';
import { maxWanted, type Wanted, wantedOfSheet } from './collect.ts';
import { type MissingPart, makePart, makeRoom, maxPartBytes, type Part, validatorsIn } from './pack.ts';
import { makePlaces } from './places.ts';
import type { PartKind } from './rewrite-css.ts';
import { decodeSheet } from './sheet.ts';

export type AskPart = (
  url: ArticleUrl,
  options: { accept: string; maxBytes: number; referer: string; validators?: Validators },
) => Promise<FetchResult>;

const accepts: Record<PartKind, string> = {
  picture: pictureAccept,
  style: 'text/css,*/*;q=0.1',
  font: 'font/woff2,font/*;q=0.9,*/*;q=0.1',
};
/** Why a part is missing that was looked for in a file. */
export const notInFile = 'the file that the page came in does not hold it';
export const noRoom = 'there was no room left';
const longestMs = 60_000;
const atOnce = 12;
const atOnceOfHost = 6;
const rounds = 5;

/** What is there without asking for it: of an earlier look, or in a file. A string says why it is not had at all. */
export type KnownPart = (wanted: Wanted) => Promise<Part | string | null>;

/** Without `ask` nothing is fetched. `page`: whose parts they are. `isAsked`: of what is known, what may have changed where it is. */
export async function fetchParts(
  { ask, now }: { ask: AskPart | null; now: () => number },
  wanted: Wanted[],
  { page, known, isAsked = () => false }: { page: string; known: KnownPart; isAsked?: (url: string) => boolean },
): Promise<{ parts: Part[]; missing: MissingPart[]; asked: number }> {
  const untilMs = now() + longestMs;
  const parts = new Map<string, Part>();
  const missing = new Map<string, MissingPart>();
  const seen = new Set<string>();
  const closed = new Set<string>();
  const places = makePlaces(atOnceOfHost);
  const referer = `${new URL(page).origin}/`;
  const room = makeRoom();
  let asked = 0;

  /** Null when it is kept, else why not. */
  async function keep(one: Wanted): Promise<string | null> {
    const { url, kind, most = maxPartBytes[kind] } = one;
    const kept = await known(one);
    if (typeof kept === 'string') return kept;
    const there = kept?.kind === kind && kept.body.length <= most ? kept : null;
    const validators = there && isAsked(url) ? there.validators : undefined;
    if (there && !validators) return take(there);
    if (ask === null) return notInFile;
    const parsed = parseArticleUrl(url);
    if ('problem' in parsed) return parsed.problem.detail;
    const { host } = new URL(parsed.url);
    if (closed.has(host)) return 'its host asked to be left alone';
    if (now() > untilMs) return 'there was no time left';
    if (room.isFull()) return noRoom;
    asked++;
    const result = await ask(parsed.url, {
      accept: accepts[kind],
      maxBytes: most,
      referer,
      ...(validators ? { validators } : {}),
    });
    if (!('page' in result)) {
      if ('problem' in result && /^(rate-limited|server-error)$/.test(result.problem.code)) closed.add(host);
      if (there) return take(there);
      if (!('problem' in result)) return 'the site answered 304 to a request without conditions';
      return `${result.problem.code}: ${result.problem.detail}`;
    }
    const { body, contentType, finalUrl, headers } = result.page;
    const part = makePart({ url, at: finalUrl, kind, sentAs: contentType, validators: validatorsIn(headers), body });
    return part === null ? `its bytes are no ${kind}` : take(part);
  }

  function take(part: Part): string | null {
    if (!room.takes(part)) return noRoom;
    parts.set(part.url, part);
    return null;
  }

  /** With enough of its host under way, after one of them. */
  async function inTurn(one: Wanted): Promise<void> {
    const leave = await places.enter(URL.parse(one.url)?.host ?? '');
    try {
      const why = await keep(one);
      const { url, kind, most } = one;
      const gap = why === null || most !== undefined ? null : { url, kind, why: why.slice(0, 300) };
      if (gap && room.takesMissing(gap)) missing.set(url, gap);
    } finally {
      leave();
    }
  }

  async function keepAll(some: Wanted[]): Promise<void> {
    const fresh: Wanted[] = [];
    for (const one of some)
      if (!seen.has(one.url) && seen.size < maxWanted) {
        seen.add(one.url);
        fresh.push(one);
      }
    await forEachAtOnce(Readable.from(fresh), atOnce, inTurn);
  }

  // First the style sheets, which name others, and fonts and pictures that the page does not.
  const named: Wanted[] = [];
  let sheets = wanted.filter(({ kind }) => kind === 'style');
  for (let round = 0; round < rounds && sheets.length > 0; round++) {
    const fresh = sheets.filter(({ url }) => !seen.has(url));
    await keepAll(fresh);
    const found = fresh.flatMap(({ url }) => {
      const part = parts.get(url);
      return part ? wantedOfSheet(decodeSheet(part.body, part.type), part.at) : [];
    });
    named.push(...found.filter(({ kind }) => kind !== 'style'));
    sheets = found.filter(({ kind }) => kind === 'style');
  }
  const isFont = ({ kind }: Wanted) => kind === 'font';
  const rest = wanted.filter(({ kind }) => kind !== 'style');
  await keepAll([...rest.filter(isFont), ...named.filter(isFont), ...rest, ...named]);
  // In the order in which they were wanted, so that the same parts make the same pack.
  const order = [...seen];
  const byOrder = (a: { url: string }, b: { url: string }) => order.indexOf(a.url) - order.indexOf(b.url);
  return { parts: [...parts.values()].sort(byOrder), missing: [...missing.values()].sort(byOrder), asked };
}
