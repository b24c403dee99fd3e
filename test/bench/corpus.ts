/**
 * Stories like the real ones, as many as wanted. Each takes its sentences whole and at random from two of the real documents
 * of ../shared/data, so that words and pairs of characters are as frequent as in real text, in the archive as in a story; four
 * names, Chinese and Latin, drawn by Zipf's law from an endless stock, go into each, so that the vocabulary grows with the
 * archive as real ones do (Heaps).
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Article } from '../../functions/article/article.ts';
import { textIdOf } from '../../functions/article/versions.ts';

export type BenchStory = {
  id: string;
  title: string;
  text: string;
  site: string;
  publishedAt: string;
  archivedAt: string;
};
export type Random = () => number;

const data = fileURLToPath(new URL('../../../shared/data/documents', import.meta.url));
const storyLength = 1200;

export type RealDocument = { title: string; url: string; publishedAt: string; text: string };

/** The real documents, as plain text. Null when they are not on this machine. */
export function realDocuments(): RealDocument[] | null {
  if (!existsSync(data)) return null;
  return readdirSync(data)
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => {
      const source = readFileSync(join(data, file), 'utf8');
      const link = /^\[(.+)\]\((\S+)\)$/m.exec(source);
      const field = (name: string) => new RegExp(`^${name}: *"?(.*?)"?$`, 'm').exec(source)?.[1];
      const time = Date.parse(field('date') ?? '') || Number(/^<!--(\d+)-->/.exec(source)?.[1]);
      const body = source
        .replace(/^---\n[\s\S]*?\n---\n/, '')
        .replace(/<!--.*?-->|^\[.*\]\(.*\)$|^-+$/gm, '')
        .replace(/<\/p>|<br *\/?>/g, '\n')
        .replace(/<[^>]+>|!?\[[^\]]*\]\([^)]*\)/g, '')
        .replace(/&nbsp;/g, ' ');
      return {
        title: (field('title') ?? link?.[1] ?? '').trim(),
        url: field('from') ?? link?.[2] ?? '',
        publishedAt: new Date(time || 0).toISOString(),
        text: body.trim(),
      };
    });
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Endless and always the same. Nine in ten come in the order of their time, the tenth is older, as backfills are. */
export function* stories(documents: { text: string }[], random: Random = seeded(7)): Generator<BenchStory> {
  yield* storiesOf(sentencesOf(documents), random);
}

/** The sentences of each document. */
export function sentencesOf(documents: { text: string }[]): string[][] {
  return documents
    .map(({ text }) => text.split(/(?<=[。！？\n])/).filter((one) => one.trim().length > 8))
    .filter((sentences) => sentences.length > 0);
}

export function* storiesOf(sources: string[][], random: Random): Generator<BenchStory> {
  const draw = <T>(list: T[]) => list[Math.floor(random() * list.length)];
  for (let n = 0; ; n++) {
    const pool = [...(draw(sources) ?? []), ...(draw(sources) ?? [])];
    let text = '';
    for (let names = 0; text.length < storyLength; ) {
      text += (draw(pool) ?? '').slice(0, 300);
      if (text.length > (names * storyLength) / 4) {
        names++;
        text += nameOf(random);
      }
      if (random() < 0.15) text += '\n';
    }
    const publishedMs = Date.UTC(2015, 0, 1) + (random() < 0.1 ? random() * n : n) * 3_000_000;
    yield {
      id: createHash('sha256').update(`story ${n}`).digest('base64url').slice(0, 22),
      title: `${nameOf(random)}：${(draw(pool) ?? '').trim().slice(0, 24)}`,
      text: text.slice(0, storyLength),
      site: `site${zipf(random, 60)}.example`,
      publishedAt: new Date(publishedMs).toISOString(),
      archivedAt: new Date(Date.UTC(2015, 0, 1) + n * 3_000_000).toISOString(),
    };
  }
}

const surnames =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆';
const syllables = [
  'ka',
  'ro',
  'men',
  'ti',
  'zu',
  'lor',
  'shan',
  'vel',
  'or',
  'bri',
  'nes',
  'do',
  'qua',
  'pel',
  'is',
  'tan',
];

/** Of a hundred million people and companies, the known ones often and each of the rest hardly ever. */
function nameOf(random: Random): string {
  const rank = zipf(random, 100_000_000);
  if (rank % 5 !== 0) {
    const given =
      String.fromCharCode(0x4e00 + ((rank * 7) % 6000)) + String.fromCharCode(0x4e00 + ((rank * 31) % 6000));
    return (surnames[rank % surnames.length] ?? '') + given;
  }
  let word = '';
  for (let rest = rank; rest > 0; rest = Math.floor(rest / 16)) word += syllables[rest % 16];
  return ` ${word.charAt(0).toUpperCase()}${word.slice(1)} `;
}

/** A rank from 1 to `most`, rank r about 1/r times as often as the first. */
function zipf(random: Random, most: number): number {
  return Math.floor(most ** random());
}

export function articleOf({ id, title, text, site, publishedAt, archivedAt }: BenchStory): Article {
  const textId = textIdOf(text);
  const timestamp = archivedAt.replace(/\D/g, '').slice(0, 14);
  return {
    id,
    v: 1,
    iv: 1,
    url: `https://${site}/${publishedAt.slice(0, 10).replaceAll('-', '/')}/story-${id}`,
    aliases: [],
    site,
    kind: 'article',
    title,
    authors: [],
    description: text.slice(0, 80),
    publishedAt,
    modifiedAt: null,
    lang: 'zh',
    section: null,
    keywords: [],
    image: null,
    siteName: null,
    isPaid: false,
    newsType: null,
    tags: [],
    feed: null,
    entry: null,
    note: null,
    parts: [],
    ownTextId: null,
    joined: [],
    countedBy: 2,
    files: [],
    firstArchivedAt: archivedAt,
    lastArchivedAt: archivedAt,
    snapshotCount: 1,
    versionCount: 1,
    wordCount: 800,
    textId,
    pastId: null,
    versionOf: timestamp,
    removedAt: null,
    corrections: {},
    latest: {
      timestamp,
      fetchedAt: archivedAt,
      digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
      bytes: 90_000,
      status: 200,
      contentType: 'text/html; charset=utf-8',
      charset: 'utf-8',
      headers: [
        ['content-type', 'text/html; charset=utf-8'],
        ['server', 'bench'],
      ],
      headersCut: false,
      requestedUrl: `https://${site}/story-${id}`,
      finalUrl: `https://${site}/story-${id}`,
      redirects: [],
      durationMs: 120,
      source: 'fetch',
      capture: `bench.${id}`,
      changed: true,
      mark: null,
      part: null,
      kind: 'article',
      title,
      textId,
      wordCount: 800,
      fingerprint: id,
      file: null,
      extractor: 1,
      extent: 'all',
    },
  };
}

/** A real document as a story of the archive. */
export function storyOf({ title, url, publishedAt, text }: RealDocument): BenchStory {
  const id = createHash('sha256').update(url).digest('base64url').slice(0, 22);
  const site = URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : 'unknown.example';
  return { id, title, text, site, publishedAt, archivedAt: publishedAt };
}
