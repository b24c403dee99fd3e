/** What is deployed: how large each function is, and that none brings what another is for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FunctionName, functionNames } from '../../infra/bundles.ts';
import { bytesOf, makeStacks, synthMs, type TestStacks } from '../support/stack.ts';

let stacks: TestStacks;

beforeAll(async () => {
  stacks = await makeStacks();
}, synthMs);
afterAll(() => stacks.remove());

const kb = 1024;
const budgets: Record<FunctionName, number> = {
  // With the pages of the reader, their words in two languages, style and script.
  api: 900 * kb,
  importer: 2000 * kb,
  // 1.83 MB: author names, times of 30 languages and kinds of pages by their signs came with extractor 2.
  worker: 1.9 * kb * kb,
  sweeper: 650 * kb,
  indexer: 650 * kb,
};

test.each(functionNames)('%s is within its budget', (name: FunctionName) => {
  expect(bytesOf(stacks.bundles[name])).toBeLessThan(budgets[name]);
});

const reading = ['cheerio', 'linkedom', '@mozilla/readability', 'htmlparser2', 'iconv-lite', 'chardet', 'yaml'];
const answering = ['hono', 'hono-openapi', '@valibot/to-json-schema'];
/** Of one machine only. */
const embedding = ['dynalite', 'fauxqs', '@hono/node-server', 'abstract-level', 'classic-level'];

/** Packages that a function has no use for, and modules of ours likewise. */
const foreign: Record<FunctionName, { packages: string[]; ours: RegExp }> = {
  api: {
    packages: [...embedding, ...reading, 'undici', 'tar-stream'],
    ours: /functions\/(cli|local|archive|capture\/(worker|extract|fetch-page|main-text)|search\/(indexer|merge))/,
  },
  importer: {
    packages: [...embedding, 'undici'],
    ours: /functions\/(cli|local|archive|capture\/(worker|fetch-page)|search\/(indexer|merge))/,
  },
  worker: {
    packages: [...embedding, ...answering, 'tar-stream', 'opencc-js', 'diff'],
    ours: /functions\/(cli|local|archive|http|search\/(indexer|search|merge|segment))/,
  },
  sweeper: {
    packages: [...embedding, ...reading, ...answering, 'undici', 'tar-stream', 'opencc-js', 'tldts', 'diff'],
    ours: /functions\/(cli|local|archive|http|search|feeds|formats|capture\/(worker|extract|fetch-page))/,
  },
  indexer: {
    packages: [...embedding, ...reading, ...answering, '@aws-sdk/client-sqs', 'undici', 'tar-stream', 'diff'],
    ours: /functions\/(cli|local|archive|http|feeds|formats|capture\/(worker|extract|fetch-page))/,
  },
};

test.each(functionNames)('%s brings nothing that it has no use for', (name: FunctionName) => {
  // By bytes that are there: a module of which nothing was used is read, and left out.
  const inputs = Object.values(stacks.bundles[name].metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const files = inputs.map(([file]) => file);
  const packageOf = (file: string) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
  expect(files.length).toBeGreaterThan(50);
  const { packages, ours } = foreign[name];
  expect(files.filter((file) => packages.includes(packageOf(file) ?? ''))).toEqual([]);
  expect(files.filter((file) => !packageOf(file) && ours.test(file))).toEqual([]);
});
