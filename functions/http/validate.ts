/** Request parts -> typed values by valibot schemas, or an `invalid-request` problem that names every wrong field. */
import type { Context, Env, MiddlewareHandler, ValidationTargets } from 'hono';
import { validator } from 'hono-openapi';
import * as v from 'valibot';
import { ProblemError } from '../problems.ts';

type Schema = v.GenericSchema<unknown, unknown>;
type InOut<Target extends string, S extends Schema> = {
  in: Record<Target, v.InferInput<S>>;
  out: Record<Target, v.InferOutput<S>>;
};

/** Validates the query or the path, and shows the schema in the OpenAPI document. */
export function valid<Target extends 'query' | 'param', S extends Schema>(
  target: Target,
  schema: S,
): MiddlewareHandler<Env, string, InOut<Target, S>> {
  const handler = validator(target as keyof ValidationTargets, schema, (result) => {
    if (!result.success)
      throw invalid(result.error as readonly v.BaseIssue<unknown>[], target === 'query' ? 'parameter' : 'path');
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
  const body = parse(await c.req.text());
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ProblemError('invalid-request', 'the body must be a JSON object');
  const result = v.safeParse(pick(body as Record<string, unknown>), body);
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

function invalid(issues: readonly v.BaseIssue<unknown>[], what: string): ProblemError {
  const errors = issues.slice(0, 20).map((issue) => {
    const name = v.getDotPath(issue) ?? '';
    const unknown = issue.type === 'strict_object' && issue.expected === 'never';
    return { name, detail: unknown ? `there is no such ${what}` : issue.message };
  });
  const [first] = errors;
  return new ProblemError(
    'invalid-request',
    first ? `${first.name ? `${what} "${first.name}": ` : ''}${first.detail}` : 'the request is not valid',
    { errors },
  );
}
