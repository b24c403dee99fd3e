/** What programs ask beside the content: validators, methods, and titles that nobody could read. */
import { expect, it } from 'vitest';
import { harbour, harbourEdited, storyPage } from '../support/pages.ts';
import { useArchive } from '../support/use.ts';

let nowMs = Date.parse('2024-05-01T10:00:00Z');
const { archive } = await useArchive({ now: () => nowMs });
const url = 'http://small.example/story';
const { body: article } = await archive.keep(url, storyPage(harbour));

it('a snapshot that is known is answered with 304, packed or not', async () => {
  for (const headers of [{}, { 'accept-encoding': 'gzip' }] as Record<string, string>[]) {
    const first = await archive.app.request(article.links.latest, { headers });
    const etag = first.headers.get('etag') ?? '';
    expect([first.status, etag.length > 60]).toEqual([200, true]);
    const again = await archive.app.request(article.links.latest, {
      headers: { ...headers, 'if-none-match': `"x", W/${etag}` },
    });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect(
      (await archive.app.request(article.links.latest, { headers: { ...headers, 'if-none-match': '"x"' } })).status,
    ).toBe(200);
  }
});

it('OPTIONS says what a path takes', async () => {
  const { status, headers } = await archive.app.request('/articles', { method: 'OPTIONS' });
  expect([status, headers.get('allow')?.split(', ').sort()]).toEqual([204, ['GET', 'HEAD', 'OPTIONS', 'POST']]);
  expect((await archive.app.request('/nothing', { method: 'OPTIONS' })).status).toBe(404);
});

it.each([{ title: '\u0000\u0001' }, { title: '\u200b' }, { tags: ['\u0007'] }, { tags: ['ok', '\u2060 '] }])(
  'a title or a tag that nobody can read is refused: %j',
  async (change) => {
    expect((await archive.send('PATCH', article.links.self, change)).body.code).toBe('invalid-request');
  },
);

it('the feed says that an article is new when its story or a correction is, and not when it was looked at', async () => {
  const updated = async () => /<entry>[\s\S]*?<updated>([^<]+)/.exec((await archive.get('/feed.xml')).body)?.[1];
  const first = await updated();
  nowMs += 3_600_000;
  await archive.post({ url });
  expect(await updated()).toBe(first);
  nowMs += 3_600_000;
  await archive.send('PATCH', article.links.self, { title: 'Ferry back' });
  expect(await updated()).toBe(new Date(nowMs).toISOString());
  nowMs += 3_600_000;
  await archive.keep(url, storyPage(harbourEdited));
  expect(await updated()).toBe(new Date(nowMs).toISOString());
});
