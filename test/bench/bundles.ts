/** The functions' bundles: how large each is, and how long Node takes to load it, which is most of a cold start. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { functionNames } from '../../infra/bundles.ts';
import { startServices } from '../support/archive.ts';
import { awsEnvironment } from '../support/aws-endpoints.ts';
import { bytesOf, makeStacks } from '../support/stack.ts';
import { markdownTable, quantile } from './measure.ts';

const rounds = 9;
/** From the beginning of the import to its end, without the start of Node itself. */
const script =
  'const began = performance.now(); await import(process.argv[1]); console.log(performance.now() - began); process.exit()';
const wanted: Record<string, string> = {
  api: '900 KB, 200 ms',
  worker: '1.8 MB',
  sweeper: '650 KB',
  indexer: '650 KB',
};

export async function bench(): Promise<void> {
  const stacks = await makeStacks();
  const services = await startServices();
  const { ask, names } = services.embedded;
  const endpoints = await awsEnvironment(ask);
  const env = {
    PATH: process.env.PATH,
    ...endpoints.env,
    ...{ TABLE_NAME: names.tableName, BUCKET_NAME: names.bucketName, QUEUE_URL: names.queueUrl },
  };
  try {
    const rows = [];
    for (const name of functionNames) {
      const bundle = stacks.bundles[name];
      const ms: number[] = [];
      for (let n = 0; n < rounds; n++) {
        const args = ['--input-type=module', '-e', script, join(bundle.folder, 'index.mjs')];
        ms.push(Number((await promisify(execFile)(process.execPath, args, { env })).stdout));
      }
      rows.push([
        name,
        `${(bytesOf(bundle) / 1024).toFixed(0)} KB`,
        `${quantile(ms, 0.5).toFixed(0)} ms`,
        wanted[name] ?? '',
      ]);
    }
    console.log(
      markdownTable(['function', 'size', `import, median of ${rounds}, with its first read`, 'wanted'], rows),
    );
  } finally {
    endpoints.close();
    await services.close();
    stacks.remove();
  }
}
