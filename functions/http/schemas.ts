/** The shapes of the API: what requests hold, checked, and what answers hold, shown in the OpenAPI document. */

import * as v from 'valibot';
import { maxTags } from '../article/article.ts';
import { kindReasons, kinds } from '../article/kind.ts';
import { newsTypes } from '../article/news-type.ts';
import { dayMs, minuteMs } from '../durations.ts';
import { problemCodes } from '../problems.ts';
import { foldSpace } from '../white-space.ts';
import { duration, timeParameter } from './parameters.ts';

export const maxUrls = 500;

const urlText = v.pipe(
  v.string('url must be a string'),
  v.minLength(1, 'url is empty'),
  v.description('the URL of a page, http or https'),
);

/** More than characters that control something or stand for nothing. */
function isReadable(text: string): boolean {
  return /[^\p{C}\p{Z}\p{M}]/u.test(text);
}

export const tag = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'a tag is empty'),
  v.check(isReadable, 'a tag has no character that can be read'),
  // One of the forms of é, so that lists and counts have one tag.
  v.transform((text) => text.normalize('NFC')),
  v.maxLength(80, 'a tag has at most 80 characters'),
);
export const note = v.pipe(v.string(), v.trim(), v.maxLength(4000, 'a note has at most 4,000 characters'));

const urlFields = {
  url: urlText,
  ifNotArchivedWithin: v.optional(
    v.pipe(duration, v.description('answer with the stored article when its last snapshot is younger than this')),
  ),
};
const submitFields = {
  url: urlText,
  html: v.pipe(
    v.string('html must be a string'),
    v.minLength(1, 'html is empty'),
    v.description('the page as the client holds it, saved as UTF-8'),
  ),
  contentType: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(200),
      v.regex(/^[\w.+-]+\/[\w.+-]+(\s*;.*)?$/, 'write a media type such as text/html'),
    ),
  ),
  capturedAt: v.optional(timeParameter({ end: false })),
};
/** A page that was put where `POST /uploads` said. */
const uploadFields = {
  url: urlText,
  upload: v.pipe(v.string(), v.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'write the id that POST /uploads gave')),
  contentType: submitFields.contentType,
  capturedAt: submitFields.capturedAt,
};
const batchFields = {
  urls: v.pipe(
    v.array(v.string('each of urls must be a string'), 'urls must be a list'),
    v.minLength(1, 'urls is empty'),
    v.maxLength(maxUrls, `at most ${maxUrls} URLs at a time; send the rest in further requests`),
  ),
};
export const pictures = v.picklist(['off', 'story', 'page'], 'pictures must be off, story or page');
export const wishes = {
  pictures: v.optional(
    v.pipe(pictures, v.description('what is kept of its looks: nothing, styles and the pictures of the story, or all')),
  ),
  tags: v.optional(v.pipe(v.array(tag), v.maxLength(maxTags, `at most ${maxTags} tags`), v.description('tags to add'))),
  note: v.optional(v.pipe(note, v.description('a note, shown to who has a key'))),
};
export const urlBody = v.strictObject({ ...urlFields, ...wishes });
export const submitBody = v.strictObject({ ...submitFields, ...wishes });
export const batchBody = v.strictObject({ ...batchFields, ...wishes });
export const uploadedBody = v.strictObject({ ...uploadFields, ...wishes });
export const postBody = v.union([urlBody, submitBody, uploadedBody, batchBody]);

export const uploadBody = v.strictObject({
  bytes: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(1),
    v.maxValue(20 * 1024 * 1024, 'a saved page may have at most 20 MB'),
  ),
});
export const uploadedBytes = v.pipe(v.string(), v.description('a page, up to 20 MB'));
export const upload = v.object({
  upload: v.string(),
  method: v.literal('PUT'),
  url: v.pipe(v.string(), v.description('where to put the bytes; it is a secret for as long as it holds')),
  expiresAt: v.string(),
});

export const patchBody = v.strictObject({
  title: v.optional(
    v.nullable(
      v.pipe(
        v.string(),
        v.trim(),
        v.minLength(1, 'title is empty'),
        v.check(isReadable, 'title has no character that can be read'),
        v.maxLength(500, 'a title has at most 500 characters'),
        v.transform(foldSpace),
      ),
    ),
  ),
  publishedAt: v.optional(v.nullable(timeParameter({ end: false }))),
  tags: v.optional(v.nullable(v.pipe(v.array(tag), v.maxLength(maxTags, `at most ${maxTags} tags`)))),
  note: v.optional(v.nullable(note)),
  takenDown: v.optional(v.literal(false, 'only false: it lifts a takedown; DELETE makes one')),
  removed: v.optional(v.literal(false, 'only false: it undoes a removal; DELETE with reason=mistake makes one')),
  joined: v.optional(v.literal(false, 'only false: it undoes that the article was joined to another one')),
});

const marks = ['shrunk', 'replaced', 'moved', 'part', 'truncated'] as const;
export const nullableText = v.nullable(v.string());

export const problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  code: v.picklist(problemCodes),
});

export const articleItem = v.object({
  id: v.string(),
  url: v.string(),
  aliases: v.array(v.string()),
  site: v.string(),
  kind: v.picklist(kinds),
  title: nullableText,
  authors: v.array(v.string()),
  description: nullableText,
  publishedAt: v.string(),
  publishedAtSource: v.picklist(['page', 'feed', 'capture', 'corrected']),
  modifiedAt: nullableText,
  lang: nullableText,
  section: nullableText,
  keywords: v.array(v.string()),
  tags: v.array(v.string()),
  image: nullableText,
  siteName: v.pipe(nullableText, v.description('what the site calls itself')),
  paid: v.pipe(v.boolean(), v.description('whether the page says that its story is for subscribers')),
  type: v.pipe(
    v.nullable(v.picklist(newsTypes)),
    v.description('the type of news, when the page says that it is news'),
  ),
  feed: nullableText,
  files: v.array(v.string()),
  firstArchivedAt: v.string(),
  lastArchivedAt: v.string(),
  changedAt: v.string(),
  snapshotCount: v.number(),
  versionCount: v.number(),
  versionOf: v.pipe(v.string(), v.description('the snapshot that gave the text')),
  wordCount: v.number(),
  removedAt: nullableText,
  removal: v.pipe(
    v.nullable(
      v.object({ at: v.string(), says: v.picklist(['not-found', 'gone', 'home']), backAt: v.optional(v.string()) }),
    ),
    v.description('the last time that its site took it down, what it answered, and when the page was back'),
  ),
  joined: v.array(v.string()),
  pages: v.number(),
  missing: v.nullable(
    v.pipe(
      v.object({ what: v.literal('text'), why: v.picklist(['pdf', 'image', 'no-text']), detail: v.string() }),
      v.description('what the archive does not have of it, and how to send that'),
    ),
  ),
  note: v.optional(nullableText),
  bookmarkedAt: v.optional(nullableText),
  extracted: v.optional(v.object({ title: nullableText, publishedAt: nullableText })),
  links: v.object({
    self: v.string(),
    document: v.string(),
    markdown: v.string(),
    snapshots: v.string(),
    diff: v.string(),
    latest: v.string(),
  }),
});
const ranges = v.pipe(v.array(v.tuple([v.number(), v.number()])), v.description('[start, end) in UTF-16 code units'));
const damaged = v.array(v.object({ segment: v.string(), detail: v.string() }));
export const understood = v.pipe(
  v.object({
    all: v.pipe(
      v.array(
        v.object({
          not: v.boolean(),
          any: v.array(
            v.object({
              field: v.pipe(
                v.string(),
                v.description('`text` for any text, `title`, `author`, or the name of a filter'),
              ),
              match: v.picklist(['word', 'phrase', 'beginning', 'filter']),
              text: v.string(),
            }),
          ),
        }),
      ),
      v.description('each group must hold: one of its parts; with `not`, none of them'),
    ),
    ignored: v.pipe(
      v.array(v.object({ text: v.string(), position: v.number() })),
      v.description('the pieces of `q` that had no effect, and where they stand, in UTF-16 code units'),
    ),
  }),
  v.description('how `q` was understood'),
);
/**
 * With `q` each item also says where it matches, with `url` how the URL leads to it; with a damaged index the answer says that
 * it is partial.
 */
export const foundList = v.object({
  items: v.array(
    v.object({
      ...articleItem.entries,
      snippet: v.optional(v.string()),
      matches: v.optional(ranges),
      titleMatches: v.optional(ranges),
      pastVersion: v.optional(
        v.nullable(v.object({ timestamp: v.string(), url: v.string(), mark: v.optional(v.picklist(marks)) })),
      ),
      by: v.optional(
        v.pipe(
          v.picklist(['direct', 'canonical']),
          v.description(
            'only when asked with `url`: `direct` when the article was archived at that URL, `canonical` when the article only names it as its canonical URL, so that another page may be there',
          ),
        ),
      ),
    }),
  ),
  next: nullableText,
  understood: v.optional(understood),
  count: v.optional(
    v.pipe(
      v.object({ value: v.number(), more: v.boolean() }),
      v.description(
        'with `count=true`, when the search index answers: how many articles match; beyond 100 only that there are more',
      ),
    ),
  ),
  partial: v.optional(v.literal(true)),
  damaged: v.optional(damaged),
});
export const calendar = v.object({
  month: v.string(),
  total: v.number(),
  days: v.array(
    v.object({
      date: v.string(),
      count: v.number(),
      sites: v.pipe(v.array(v.object({ site: v.string(), count: v.number() })), v.description('the 100 largest')),
      otherSites: v.optional(v.pipe(v.number(), v.description('the articles of all other sites'))),
      edited: v.optional(v.number()),
      removed: v.optional(v.number()),
      textless: v.optional(v.pipe(v.number(), v.description('articles without a text'))),
    }),
  ),
  partial: v.optional(v.literal(true)),
  damaged: v.optional(damaged),
});
const partly = { partial: v.optional(v.literal(true)), damaged: v.optional(damaged) };
export const tagList = v.object({ items: v.array(v.object({ tag: v.string(), count: v.number() })), ...partly });
const totals = <T extends string>(name: T, value = v.string()) =>
  v.object({
    items: v.array(v.object({ ...{ [name]: value }, count: v.number() })),
    next: nullableText,
    ...partly,
  });
export const siteList = totals('site');
export const languageList = totals('lang');
export const kindList = totals('kind');
export const article = v.object({
  ...articleItem.entries,
  text: nullableText,
  html: nullableText,
  textTruncated: v.boolean(),
});
export const posted = v.object({
  ...articleItem.entries,
  snapshot: v.picklist(['first', 'new', 'unchanged', 'stored']),
  snapshotUrl: v.string(),
});

export const capture = v.object({
  id: v.string(),
  url: v.string(),
  status: v.picklist(['queued', 'running', 'succeeded', 'failed']),
  batch: nullableText,
  source: v.picklist(['fetch', 'submitted', 'feed']),
  feed: nullableText,
  createdAt: v.string(),
  attempts: v.number(),
  nextAttemptAt: nullableText,
  finishedAt: nullableText,
  article: nullableText,
  snapshot: nullableText,
  problem: v.nullable(problem),
});
export const accepted = v.object({
  batch: v.string(),
  items: v.array(v.union([v.object({ url: v.string(), capture: v.string() }), v.object({ url: v.string(), problem })])),
});

const every = v.pipe(
  duration,
  v.minValue(5 * minuteMs, 'every must be from 5m to 7d'),
  v.maxValue(7 * dayMs, 'every must be from 5m to 7d'),
);
const feedFields = {
  every: v.optional(every),
  name: v.optional(
    v.nullable(
      v.pipe(
        v.string(),
        v.trim(),
        v.minLength(1, 'name is empty'),
        v.maxLength(200, 'a name has at most 200 characters'),
      ),
    ),
  ),
  tags: v.optional(v.pipe(v.array(tag), v.maxLength(maxTags, `at most ${maxTags} tags`))),
  capture: v.optional(v.picklist(['page', 'feed', 'both'], 'capture must be page, feed or both')),
  pictures: v.optional(pictures),
  recheck: v.optional(
    v.pipe(
      v.array(
        v.pipe(duration, v.minValue(5 * minuteMs, 'from 5m to 365d'), v.maxValue(365 * dayMs, 'from 5m to 365d')),
      ),
      v.maxLength(20, 'at most 20 times'),
    ),
  ),
};
export const feedBody = v.strictObject({
  url: v.pipe(
    v.string('url must be a string'),
    v.minLength(1, 'url is empty'),
    v.description('a feed, or a page that names one'),
  ),
  ...feedFields,
});
export const feedPatch = v.strictObject({
  ...feedFields,
  paused: v.optional(v.boolean('paused must be true or false')),
});
export const feed = v.object({
  id: v.string(),
  url: v.string(),
  name: nullableText,
  title: nullableText,
  siteUrl: nullableText,
  format: nullableText,
  status: v.picklist(['new', 'active', 'failing', 'ended', 'paused']),
  every: v.string(),
  capture: v.picklist(['page', 'feed', 'both']),
  pictures: v.picklist(['off', 'story', 'page']),
  tags: v.array(v.string()),
  recheck: v.array(v.string()),
  createdAt: v.string(),
  lastPollAt: nullableText,
  lastSuccessAt: nullableText,
  lastNewEntryAt: nullableText,
  nextPollAt: nullableText,
  endedAt: nullableText,
  pausedAt: nullableText,
  entries: v.number(),
  entriesWithoutLink: v.number(),
  entriesSeen: v.number(),
  articles: v.number(),
  /** Other feeds that its page named. */
  others: v.array(v.object({ url: v.string(), title: nullableText })),
  failures: v.number(),
  problem: v.nullable(problem),
  links: v.object({ self: v.string(), articles: v.string(), atom: v.string() }),
});

export const snapshot = v.object({
  timestamp: v.string(),
  fetchedAt: v.string(),
  digest: v.string(),
  bytes: v.number(),
  status: v.number(),
  contentType: v.string(),
  charset: v.string(),
  changed: v.boolean(),
  mark: v.nullable(v.picklist(marks)),
  part: v.nullable(v.number()),
  source: v.picklist(['fetch', 'submitted', 'document', 'warc', 'feed']),
  file: nullableText,
  kind: v.string(),
  kindReason: v.pipe(v.nullable(v.picklist(kindReasons)), v.description('why it is of this kind')),
  kindConfidence: v.pipe(v.nullable(v.number()), v.description('how sure that is, from 0 to 1')),
  title: nullableText,
  wordCount: v.number(),
  extent: v.picklist(['all', 'metadata', 'nothing']),
  requestedUrl: v.string(),
  finalUrl: v.string(),
  redirects: v.array(v.string()),
  durationMs: v.number(),
  headers: v.array(v.tuple([v.string(), v.string()])),
  headersCut: v.boolean(),
  /** The pictures, styles and fonts that are kept with it; null where none are, or those of an earlier one are its. */
  pictures: v.nullable(v.object({ parts: v.number(), missing: v.number(), bytes: v.number(), url: v.string() })),
  url: v.string(),
});

export const takedown = {
  id: v.pipe(v.string(), v.regex(/^[\w-]{22}$/)),
  urlHash: v.pipe(v.string(), v.regex(/^[\w-]{22}$/)),
  keys: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[\w-]{22}$/))), v.maxLength(200)),
  takenDownAt: v.pipe(v.string(), v.isoTimestamp()),
};
export const secret = v.pipe(v.string(), v.regex(/^[\w+/]{43}=$/));
export const takedownList = v.object({ secret, items: v.array(v.object(takedown)), next: nullableText });

const diffSide = v.object({ timestamp: v.string(), fetchedAt: v.string(), title: nullableText, url: v.string() });
export const diff = v.object({
  from: diffSide,
  to: diffSide,
  titleChanged: v.boolean(),
  textChanged: v.boolean(),
  paragraphs: v.array(v.object({ change: v.picklist(['same', 'added', 'removed']), text: v.string() })),
});

export function listOf<S extends v.GenericSchema>(item: S) {
  return v.object({ items: v.array(item), next: nullableText });
}
