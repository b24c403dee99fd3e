/** The reference feeds that lie beside the repository, where they do: nearly every field that is asked for is right. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseFeed } from '../../functions/feeds/parse.ts';

type Asked = { of: 'feed' | 'entry'; field: 'id' | 'title' | 'url' | 'author' | 'summary'; value: string };

const folder = new URL('../../../shared/data/feeds/', import.meta.url);
const present = existsSync(fileURLToPath(new URL('truth.json', folder)));

test.skipIf(!present)(`reference feeds${present ? '' : ' (skipped: ../shared/data/feeds is not there)'}`, () => {
  const truth: Record<string, Asked> = JSON.parse(readFileSync(new URL('truth.json', folder), 'utf8'));
  const wrong = Object.entries(truth).filter(([file, { of, field, value }]) => {
    const feed = parseFeed(readFileSync(new URL(file, folder)), { url: 'https://example.org/' });
    const found = (of === 'feed' ? feed : feed.entries[0])?.[field];
    return found?.replace(/\s+/g, ' ') !== value.replace(/\s+/g, ' ').trim();
  });
  expect(wrong.length).toBeLessThanOrEqual(Object.keys(truth).length * 0.03);
});
