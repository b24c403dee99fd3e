/** `npm run bench -- NAME`: measures on this machine and prints a table. Figures of one run belong together; compare their ratios. */
import { parseArgs } from 'node:util';

const benches: Record<string, { about: string; load: () => Promise<{ bench: (only: string[]) => Promise<void> }> }> = {
  archive: {
    about: 'start, one POST, sustained archiving of real pages, memory, listing at 100,000 articles',
    load: () => import('./archive.ts'),
  },
  beside: {
    about: 'one of these and the same of an earlier commit, in turn; --only COMMIT,BENCH,PAIRS,PART,PART',
    load: () => import('./beside.ts'),
  },
  bundles: {
    about: 'the functions of AWS: how large they are, and how long they take to load',
    load: () => import('./bundles.ts'),
  },
  cost: {
    about: 'what a month costs on AWS: the built functions do their work, their calls are counted and priced',
    load: () => import('./cost.ts'),
  },
  extraction: {
    about:
      'each measure of the sets of real pages, by halves, beside Readability, Defuddle and metascraper; --only SET,COMMIT',
    load: () => import('./extraction.ts'),
  },
  faults: {
    about: 'the tests of faults at full count, and load; --only kill,calls,fuzz,close,load',
    load: () => import('./faults.ts'),
  },
  pictures: {
    about: '200 pages of 30 pictures, kept with their looks, and how long it takes to write pages anew',
    load: () => import('./pictures.ts'),
  },
  opml: {
    about: 'an OPML of 1,000 feeds, with calls as slow as those of AWS',
    load: () => import('./opml.ts'),
  },
  feeds: {
    about: '1,000 feeds of 20 entries (or --only N), some broken: the first poll, the captures, a second poll',
    load: () => import('./feeds.ts'),
  },
  hostile: {
    about: 'sites without end, crafted and damaged pages, 5,000 URLs of one host; --only sites,pages,mutations,host',
    load: () => import('./hostile.ts'),
  },
  import: {
    about: 'real documents in and out: import, export, again, memory',
    load: () => import('./import.ts'),
  },
  mutants: {
    about: 'small faults in the source, and how many of them the tests see; --only COUNT,SEED',
    load: () => import('./mutants.ts'),
  },
  reader: {
    about: 'the pages at 100,000 stories (or --only N): server, bytes, and what a slowed Chromium sees',
    load: () => import('./reader.ts'),
  },
  scale: {
    about:
      'the index at 1, 10 and 100 million stories: a real merge, and own heads over one real segment; --only build first',
    load: () => import('./scale.ts'),
  },
  search: {
    about: 'the search index at 100,000 stories beside SQLite FTS5: answers, times, reads, size, ingest, memory',
    load: () => import('./search.ts'),
  },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, only: { type: 'string' } },
});
const chosen = positionals.map((name) => benches[name]);

if (values.help || chosen.length === 0 || chosen.includes(undefined)) {
  console.log('npm run bench -- NAME [--only PART,PART]\n');
  for (const [name, { about }] of Object.entries(benches)) console.log(`  ${name.padEnd(12)}${about}`);
  process.exitCode = values.help ? 0 : 2;
} else {
  for (const entry of chosen) if (entry) await (await entry.load()).bench(values.only?.split(',') ?? []);
}
