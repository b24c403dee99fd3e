/** Request parts -> typed values by valibot schemas, or an `invalid-request` problem that names every wrong field. */
import type { Context, Env, MiddlewareHandler, ValidationTargets } from 'hono';
import { validator } from 'hono-openapi';
import * as v from 'valibot';
import { ProblemError } from '../problems.ts';
import { bodyJson } from './request-body.ts';

type Schema = v.GenericSchema<unknown, unknown>;
/** What the names in a problem are names of. */
type Part = 'parameter' | 'path' | 'field';
type InOut<Target extends string, S extends Schema> = {
  in: Record<Target, v.InferInput<S>>;
  out: Record<Target, v.InferOutput<S>>;
};

/** Validates the query or the path, and shows the schema in the OpenAPI document. */
export function valid<Target extends 'query' | 'param', S extends Schema>(
  target: Target,
  schema: S,
): MiddlewareHandler<Env, string, InOut<Target, S>> {
  const what = target === 'query' ? 'parameter' : 'path';
  const worded = v.config(schema, { message: (issue) => plainWords(issue, what) });
  const handler = validator(target as keyof ValidationTargets, worded, (result) => {
    if (!result.success) throw invalid(result.error as readonly v.BaseIssue<unknown>[], what);
  });
  // hono-openapi types what it validated by generics that do not survive being wrapped.
  return handler as unknown as MiddlewareHandler<Env, string, InOut<Target, S>>;
}

/** For routes that take no query parameters: one that is not known is an error, never ignored. */
export const noQuery = valid('query', v.strictObject({}));

/** The body as JSON that fits a schema; `pick` chooses the schema once the body is known to be an object. */
export async function jsonBody<S extends Schema>(
  c: Context,
  pick: (body: Record<string, unknown>) => S,
): Promise<v.InferOutput<S>> {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/(json|[\w.+-]+\+json)\b/i.test(type)) {
    throw new ProblemError(
      'unsupported-media-type',
      `the body came as ${type || 'no type at all'}; send JSON with the header Content-Type: application/json`,
    );
  }
  const body = parse(await bodyJson(c));
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ProblemError('invalid-request', 'the body must be a JSON object');
  const schema = pick(body as Record<string, unknown>);
  const result = v.safeParse(schema, body, { message: (issue) => plainWords(issue, 'field') });
  if (!result.success) throw invalid(result.issues, 'field');
  return result.output;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProblemError('invalid-json', error.message);
    throw error;
  }
}

function invalid(issues: readonly v.BaseIssue<unknown>[], what: Part): ProblemError {
  const errors = issues.slice(0, 20).map((issue) => ({ name: v.getDotPath(issue) ?? '', detail: issue.message }));
  const [first] = errors;
  return new ProblemError(
    'invalid-request',
    first ? `${first.name ? `${what} "${first.name}": ` : ''}${first.detail}` : 'the request is not valid',
    { errors },
  );
}

/** What a schema that says nothing itself has to say. */
function plainWords(issue: v.BaseIssue<unknown>, what: Part): string {
  const { type, kind, input, expected, requirement } = issue;
  if (type === 'strict_object' && expected === 'never') return `there is no such ${what}${encodingHint(issue, what)}`;
  if (type === 'strict_object' && input === undefined) return 'it is missing';
  if (what === 'parameter' && Array.isArray(input)) return 'it may be given only once';
  if (type === 'min_length' && requirement === 1) return 'it is empty';
  if (type === 'max_length') return `it may have at most ${requirement} characters`;
  if (kind === 'schema') return `it must be ${expected === 'Array' ? 'a list' : `a ${expected}`}`;
  return issue.message;
}

/** A URL that is pasted into the query ends, for us, at its first `&`. */
function encodingHint({ path }: v.BaseIssue<unknown>, what: Part): string {
  const [unknown] = path ?? [];
  const beside = unknown?.type === 'object' ? Object.keys(unknown.input) : [];
  if (what !== 'parameter' || unknown?.key === 'url' || !beside.includes('url')) return '';
  return '; if it is part of the url, percent-encode that: %26 for &, %3F for ?';
}
