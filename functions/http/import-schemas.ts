/** Shapes of the routes that files go in and out by: on AWS they are in the importer alone. */
import * as v from 'valibot';
import { maxTags } from '../article/article.ts';
import { timeParameter } from './parameters.ts';
import { feedBody, note, nullableText, problem, secret, tag, takedown } from './schemas.ts';

/** What an export writes of an archive beyond its pages (`cli/export-warc.ts`). */
export const articleFacts = v.object({
  url: v.string(),
  tags: v.optional(v.pipe(v.array(tag), v.maxLength(maxTags))),
  note: v.optional(note),
  bookmarkedAt: v.optional(timeParameter({ end: false })),
  title: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1000))),
  publishedAt: v.optional(timeParameter({ end: false })),
});
export const feedFacts = v.object({
  ...feedBody.entries,
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  paused: v.optional(v.boolean()),
});
export const takedownFacts = v.object({ secret, items: v.pipe(v.array(v.object(takedown)), v.maxLength(100)) });
export const facts = v.union([
  v.object({ article: articleFacts }),
  v.object({ feed: feedFacts }),
  v.object({ takedowns: takedownFacts }),
]);

/** What is kept of the looks of a snapshot. */
const resource = { url: v.string(), kind: v.picklist(['picture', 'style', 'font']) };
export const resources = v.object({
  isKept: v.boolean(),
  extent: v.nullable(v.picklist(['story', 'page'])),
  parts: v.array(
    v.object({
      ...resource,
      at: v.string(),
      type: v.string(),
      digest: v.string(),
      validators: v.optional(v.object({ etag: v.optional(v.string()), lastModified: v.optional(v.string()) })),
      bytes: v.number(),
    }),
  ),
  missing: v.array(v.object({ ...resource, why: v.string() })),
  leftOut: v.pipe(
    v.array(v.object({ url: v.string(), times: v.number() })),
    v.description('what is kept, and how often the page does not show it, for it would be too large'),
  ),
});

export const warcBody = v.pipe(v.string(), v.description('a WARC or WARC.gz, up to 6 MB'));

const recordNames = { record: nullableText, url: nullableText };

export const importedRecords = v.object({
  items: v.array(
    v.union([
      v.object({
        ...recordNames,
        article: v.string(),
        snapshot: v.string(),
        snapshotUrl: v.string(),
        parts: v.optional(v.pipe(v.number(), v.description('pictures, styles and fonts that were put beside it'))),
      }),
      v.object({ ...recordNames, keptWith: v.pipe(v.string(), v.description('the snapshot that it is a part of')) }),
      v.object({ ...recordNames, restored: v.picklist(['article', 'feed', 'takedowns']) }),
      v.object({ ...recordNames, skipped: v.string() }),
      v.object({ ...recordNames, problem }),
    ]),
  ),
});

export const opmlBody = v.pipe(v.string(), v.description('an OPML file, as feed readers export it'));

export const followedList = v.object({
  items: v.array(
    v.union([
      v.object({ url: v.string(), feed: v.string(), isNew: v.boolean() }),
      v.object({ url: v.string(), problem }),
    ]),
  ),
});

export const documentBody = v.pipe(
  v.string(),
  v.description('a Markdown document; or a multipart form, a tar or a tar.gz of them, at most 500'),
);

export const imported = v.object({
  article: v.string(),
  url: v.string(),
  snapshot: v.picklist(['first', 'new', 'unchanged']),
  snapshotUrl: v.string(),
});

export const importedList = v.object({
  items: v.array(
    v.union([v.object({ name: v.string(), ...imported.entries }), v.object({ name: v.string(), problem })]),
  ),
});
