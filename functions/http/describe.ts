/** The parts of a route's OpenAPI description that all routes share. */
import { describeRoute, resolver } from 'hono-openapi';
import type * as v from 'valibot';
import { aboutProblem, type ProblemCode } from '../problems.ts';
import * as schemas from './schemas.ts';

type Answer = { description: string; schema?: v.GenericSchema; type?: string };

/** `answers` by status; `problems` by code, gathered by their status: a code's own, or the one that this route gives it. */
export function describe(
  summary: string,
  answers: Record<number, Answer>,
  problems: (ProblemCode | [ProblemCode, number])[],
  body?: v.GenericSchema,
  bodyTypes: string[] = ['application/json'],
) {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const one of [...problems, 'too-many-requests'] as const) {
    const [code, status] = typeof one === 'string' ? [one, aboutProblem(one).status] : one;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const problemAnswers = [...byStatus].map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${aboutProblem(code).title}`).join('. '),
      content: { 'application/problem+json': { schema: resolver(schemas.problem) } },
    },
  ]);
  const plainAnswers = Object.entries(answers).map(([status, { description, schema, type = 'application/json' }]) => [
    status,
    { description, ...(schema ? { content: { [type]: { schema: resolver(schema) } } } : {}) },
  ]);
  return describeRoute({
    summary,
    ...(body
      ? {
          requestBody: {
            required: true,
            content: Object.fromEntries(bodyTypes.map((type) => [type, { schema: resolver(body) }])),
          },
        }
      : {}),
    responses: Object.fromEntries([...plainAnswers, ...problemAnswers]),
  });
}
