/** What all routes of pages share: the frame around a page, the id of a story, the form of a request. */
import type { Context } from 'hono';
import * as v from 'valibot';
import { articleIdParameter, timestampParameter } from '../http/parameters.ts';
import { ProblemError } from '../problems.ts';
import { type Counts, countStories } from './counts.ts';
import { type Attention, makeFrame } from './frame.ts';
import { answerPage, type Frame, type Page } from './page.ts';
import type { ReaderDeps } from './reader-deps.ts';
import { type View, viewOf } from './view.ts';

export type Answers = {
  deps: ReaderDeps;
  /** What is known of the reader, and how much there is: as of now with `isFresh`, else as of some seconds ago. */
  begin(c: Context, options?: { isFresh: boolean }): Promise<{ view: View; counts: Counts; frame: Frame }>;
  answer(c: Context, page: Page, headers?: Record<string, string>): Promise<Response>;
  attention(options?: { isFresh: boolean }): Promise<Attention>;
};

/** So old the counts in the frame may be. */
const countedMs = 3000;

export function makeAnswers(deps: ReaderDeps): Answers {
  const frames = makeFrame(deps);
  let known: { atMs: number; counts: Counts } | null = null;

  /** The sum in the frame is no reason to count for each page anew. */
  async function countsOf(isFresh: boolean): Promise<Counts> {
    const atMs = deps.now();
    if (known && !isFresh && known.counts.stories > 0 && atMs >= known.atMs && atMs - known.atMs < countedMs)
      return known.counts;
    const counts = await countStories(deps.search);
    known = { atMs, counts };
    return counts;
  }

  const begin = async (c: Context, { isFresh } = { isFresh: false }) => {
    const counts = await countsOf(isFresh);
    return { view: viewOf(c, deps.now()), counts, frame: await frames.frame(counts) };
  };
  return {
    deps,
    begin,
    async answer(c, page, headers = {}) {
      const { view, frame } = await begin(c);
      return answerPage(c, view, { page, frame, headers });
    },
    attention: frames.attention,
  };
}

/** The id in the path of a story. Throws `unknown-article` for what is none. */
export function idOf(c: Context): string {
  const parsed = v.safeParse(articleIdParameter, c.req.param('id'));
  if (!parsed.success) throw new ProblemError('unknown-article', 'no article has this id');
  return parsed.output;
}

export function timestampOf(c: Context): string {
  const parsed = v.safeParse(timestampParameter, c.req.param('timestamp'));
  if (!parsed.success) throw new ProblemError('unknown-snapshot', 'the article has no such snapshot');
  return parsed.output;
}

export type Form = Record<string, string | undefined>;

/** The fields of a form, each once, as text. A file is not read. */
export async function formOf(c: Context): Promise<Form> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type))
    throw new ProblemError('unsupported-media-type', 'send a form as application/x-www-form-urlencoded');
  return Object.fromEntries(new URLSearchParams(await c.req.text()));
}
