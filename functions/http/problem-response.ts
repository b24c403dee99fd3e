/** Problems -> `application/problem+json` answers (RFC 9457). The `type` names the code; `code` repeats it for programs. */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '../log.ts';
import { aboutProblem, type Problem, type ProblemCode, ProblemError } from '../problems.ts';
import { JoinedElsewhere } from './find-article.ts';

export type ProblemBody = { type: string; title: string; status: number; detail: string; code: ProblemCode } & Record<
  string,
  unknown
>;

export function problemBody(
  problem: Problem,
  extra: Record<string, unknown> = {},
  status = aboutProblem(problem.code).status,
): ProblemBody {
  const { title } = aboutProblem(problem.code);
  return {
    type: `urn:nightdesk:problem:${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    ...extra,
  };
}

export function problemResponse(
  c: Context,
  { problem, extra = {}, status }: { problem: Problem; extra?: Record<string, unknown>; status?: number | undefined },
): Response {
  const body = problemBody(problem, extra, status);
  // Every status of the problem table has a body.
  return c.json(body, body.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json; charset=utf-8',
  });
}

/** What a route threw -> an answer. Anything that is not a problem is a fault of ours: logged whole, told in general. */
export function answerError(log: Log): (error: Error, c: Context) => Response {
  return (error, c) => {
    if (error instanceof ProblemError)
      return problemResponse(c, { problem: error.problem, extra: error.extra, status: error.status });
    if (error instanceof JoinedElsewhere) {
      const url = new URL(c.req.url);
      return c.body(null, 308, { location: url.pathname.replace(error.id, error.into) + url.search });
    }
    if (error instanceof HTTPException && error.status < 500)
      return problemResponse(c, { problem: { code: 'invalid-request', detail: error.message } });
    log({ event: 'request failed', method: c.req.method, path: c.req.path, error });
    return problemResponse(c, {
      problem: {
        code: 'internal',
        detail: 'the request could not be answered; nothing that was archived is affected',
      },
    });
  };
}
