/**
 * Real segments of 262,144 stories of 1,200 characters, each made of four of a quarter: run as a process of its own, so that its memory is
 * that of the merge. `build FOLDER N` makes the quarters of segment N, `merge FOLDER N` merges them and prints what that took.
 */
import { createWriteStream, existsSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { countsOf } from '../../functions/article/article.ts';
import { textIdOf } from '../../functions/article/versions.ts';
import { writerOf } from '../../functions/search/article-words.ts';
import { makeBuilder } from '../../functions/search/build.ts';
import { newestTerms } from '../../functions/search/fold.ts';
import { countAll, type Histogram } from '../../functions/search/histogram.ts';
import { mergeSegments } from '../../functions/search/merge.ts';
import { rowOf } from '../../functions/search/put-segment.ts';
import { readHead, writeHead } from '../../functions/search/segment.ts';
import { inTurns } from '../../functions/search/steps.ts';
import { articleOf, realDocuments, sentencesOf } from './corpus.ts';
import { pieceBytes, quarterDocs, quarters, storyAt } from './scale-numbers.ts';

const quarterFile = (folder: string, number: number, quarter: number, part: 'body' | 'head') =>
  join(folder, `quarter-${number}-${quarter}.${part}`);

async function build(folder: string, number: number): Promise<void> {
  const documents = realDocuments();
  if (!documents) throw new Error('../shared/data/documents is not there');
  const sentences = sentencesOf(documents);
  for (let quarter = 0; quarter < quarters; quarter++) {
    if (existsSync(quarterFile(folder, number, quarter, 'head'))) continue;
    const builder = makeBuilder(newestTerms);
    const histogram: Histogram = new Map();
    for (let n = quarter * quarterDocs; n < (quarter + 1) * quarterDocs; n++) {
      const story = storyAt(sentences, n, number, true);
      const article = { ...articleOf(story), textId: textIdOf(story.text), countedBy: 2 as const };
      builder.add(rowOf(article), writerOf(article, { text: story.text, past: [] }));
      countAll(histogram, countsOf(article), 1);
    }
    const segment = await inTurns(builder.finish(histogram), async () => undefined);
    writeFileSync(quarterFile(folder, number, quarter, 'body'), segment.body);
    writeFileSync(quarterFile(folder, number, quarter, 'head'), writeHead(segment.head));
  }
}

async function merge(folder: string, number: number): Promise<void> {
  let gets = 0;
  const inputs = Array.from({ length: quarters }, (_, quarter) => {
    const file = openSync(quarterFile(folder, number, quarter, 'body'), 'r');
    const read = async ({ offset, length }: { offset: number; length: number }) => {
      gets += Math.floor((offset + length - 1) / pieceBytes) - Math.floor(offset / pieceBytes) + 1;
      const bytes = Buffer.allocUnsafe(length);
      readSync(file, bytes, 0, length, offset);
      return bytes;
    };
    return {
      head: readHead(readFileSync(quarterFile(folder, number, quarter, 'head'))),
      drops: new Set<string>(),
      read,
    };
  });
  const out = createWriteStream(join(folder, `segment-${number}.body`));
  const write = (bytes: Buffer) => new Promise<void>((done) => out.write(bytes, () => done()));
  const began = performance.now();
  const merged = await mergeSegments(inputs, () => setImmediate(), write);
  if (!merged) throw new Error('nothing was merged');
  await write(merged.body);
  writeFileSync(join(folder, `segment-${number}.head`), writeHead(merged.head));
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const { docs, bytes, postings } = merged.head;
  const seconds = (performance.now() - began) / 1000;
  const puts = Math.ceil(bytes / pieceBytes);
  console.log(JSON.stringify({ docs, bytes, postings, seconds, gets, puts, peakMb: Number(peak) / 1024 }));
}

const [task, folder = '', number = '0'] = process.argv.slice(2);
if (task === 'build') await build(folder, Number(number));
if (task === 'merge') await merge(folder, Number(number));
