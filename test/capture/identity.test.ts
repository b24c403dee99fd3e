/** Which URLs are one story, and which are not: the alias table with real captures. */
import { describe, expect, it } from 'vitest';
import { cookieWall, harbour, harbourEdited, numberedStory, storyPage, stub } from '../support/pages.ts';
import { redirectTo } from '../support/site.ts';
import { useArchive } from '../support/use.ts';

const { site, archive } = await useArchive();

async function idOf(url: string): Promise<string> {
  const { body } = await archive.post({ url });
  if (!body.id) throw new Error(JSON.stringify(body));
  return body.id;
}

describe('one story', () => {
  it.each([
    {
      name: 'tracking parameters',
      a: 'http://one.example/t?id=3',
      b: 'http://one.example/t?utm_source=feed&id=3&fbclid=x#comments',
    },
    {
      name: 'upper case and escapes in the URL',
      a: 'http://one.example/%7Euser/e%c3%a9',
      b: 'http://ONE.example/~user/e%C3%A9',
    },
  ])('by its normalised URL: $name', async ({ a, b }) => {
    for (const url of [a, b])
      site.serve(url.toLowerCase().replace('#comments', '').replace('e%c3%a9', 'e%c3%a9'), storyPage(numberedStory(1)));
    site.serve(a, storyPage(numberedStory(1)));
    site.serve(b.replace('ONE', 'one').replace('#comments', ''), storyPage(numberedStory(1)));
    expect(await idOf(a)).toBe(await idOf(b));
  });

  it.each([
    { name: 'an AMP page', page: 'http://press.example/story/amp', canonical: 'http://press.example/story' },
    {
      name: 'a mobile page',
      page: 'http://m.press.example/mobile-story',
      canonical: 'http://www.press.example/mobile-story',
    },
    {
      name: 'a page under http whose canonical is https',
      page: 'http://press.example/secure',
      canonical: 'https://press.example/secure',
    },
    { name: 'a closing slash', page: 'http://press.example/slash/', canonical: 'http://press.example/slash' },
  ])('by its canonical variant, which gives the id: $name', async ({ page, canonical }) => {
    site.serve(page, storyPage({ ...numberedStory(2), canonical }));
    const { body } = await archive.post({ url: page });
    expect(body.url).toBe(canonical);
    expect(body.aliases).toEqual([page]);
    const found = await archive.get(`/articles?url=${encodeURIComponent(canonical)}`);
    expect(found.body.items.map((item: { id: string }) => item.id)).toEqual([body.id]);
  });

  it('when the slug changed with the headline and the old URL names the new one', async () => {
    const [old, renamed] = [
      'http://slug.example/2024/ferry-returns-4711',
      'http://slug.example/2024/ferry-returns-and-breaks-down-4711',
    ];
    site.serve(old, storyPage({ ...harbour, canonical: old }));
    const id = await idOf(old);
    site.serve(old, storyPage({ ...harbourEdited, canonical: renamed }));
    expect(await idOf(old)).toBe(id);
    site.serve(renamed, storyPage({ ...harbourEdited, canonical: renamed }));
    expect(await idOf(renamed)).toBe(id);
    site.serve(old, redirectTo(renamed, 301));
    expect(await idOf(old)).toBe(id);
  });

  it('when the new URL was archived first and the old one redirects to it', async () => {
    site.serve('http://moved.example/new', storyPage(numberedStory(3)));
    const id = await idOf('http://moved.example/new');
    site.serve('http://moved.example/old', redirectTo('/new', 301));
    expect(await idOf('http://moved.example/old')).toBe(id);
  });

  it('under http and https when both serve it without a canonical', async () => {
    site.serve('http://scheme.example/story', storyPage(numberedStory(4)));
    const id = await idOf('http://scheme.example/story');
    const submitted = await archive.post({ url: 'https://scheme.example/story', html: storyPage(numberedStory(4)) });
    expect(submitted.body.id).toBe(id);
  });
});

describe('stories that stay apart', () => {
  it('of a site whose pages all name the home page as canonical', async () => {
    for (const n of [1, 2])
      site.serve(
        `http://lazy.example/story-${n}`,
        storyPage({ ...numberedStory(n), canonical: 'http://lazy.example/' }),
      );
    expect(await idOf('http://lazy.example/story-1')).not.toBe(await idOf('http://lazy.example/story-2'));
    expect((await archive.get('/articles?url=http://lazy.example/')).body.items).toEqual([]);
  });

  it('of a site whose pages all name a section as canonical', async () => {
    for (const n of [1, 2])
      site.serve(
        `http://sections.example/politics/story-${n}`,
        storyPage({ ...numberedStory(n), canonical: 'http://sections.example/politics' }),
      );
    expect(await idOf('http://sections.example/politics/story-1')).not.toBe(
      await idOf('http://sections.example/politics/story-2'),
    );
  });

  it('of two users of one blogging domain, one of whom names the other', async () => {
    site.serve('http://alice.blogspot.com/2024/post', storyPage(numberedStory(11)));
    site.serve(
      'http://mallory.blogspot.com/2024/post',
      storyPage({ ...numberedStory(11), canonical: 'http://alice.blogspot.com/2024/post' }),
    );
    const alice = await idOf('http://alice.blogspot.com/2024/post');
    expect(await idOf('http://mallory.blogspot.com/2024/post')).not.toBe(alice);
  });

  it('when a page names a URL of another site', async () => {
    site.serve(
      'http://copy.example/story',
      storyPage({ ...numberedStory(12), canonical: 'http://origin.example/story' }),
    );
    const copy = await idOf('http://copy.example/story');
    site.serve('http://origin.example/story', storyPage(numberedStory(12)));
    expect(await idOf('http://origin.example/story')).not.toBe(copy);
  });

  it('when a page named the URL of another story of its site first: the story itself takes its URL back', async () => {
    site.serve(
      'http://grab.example/2024/wrong-1',
      storyPage({ ...numberedStory(13), canonical: 'http://grab.example/2024/right-2' }),
    );
    const wrong = await idOf('http://grab.example/2024/wrong-1');
    site.serve('http://grab.example/2024/right-2', storyPage(harbour));
    const right = await idOf('http://grab.example/2024/right-2');
    expect(right).not.toBe(wrong);
    expect((await archive.get('/articles?url=http://grab.example/2024/right-2')).body.items[0].id).toBe(right);
  });
});

describe('an old URL of a story that is gone', () => {
  it('does not mark the story removed while it is at its new one', async () => {
    const [old, current] = ['http://leaves.example/2024/old-4711', 'http://leaves.example/2024/current-4711'];
    site.serve(old, redirectTo(current));
    site.serve(current, storyPage(harbour));
    const id = await idOf(old);
    expect(await idOf(current)).toBe(id);
    site.remove(old);
    const gone = await archive.post({ url: old });
    expect(gone.body).toMatchObject({ code: 'not-found', article: { id, removedAt: null } });
    site.remove(current);
    expect((await archive.post({ url: current })).body.article.removedAt).not.toBeNull();
  });
});

describe('a URL that now redirects', () => {
  it.each([
    { name: 'the home page', target: 'http://bounce.example/' },
    { name: 'another story', target: 'http://bounce.example/2024/other-story' },
  ])('to $name keeps its text and gets a snapshot marked moved', async ({ name, target }) => {
    const url = `http://bounce.example/2024/${encodeURIComponent(name)}`;
    site.serve(url, storyPage(harbour));
    const id = await idOf(url);
    site.serve(target, storyPage(numberedStory(15)));
    site.serve(url, redirectTo(target));
    const again = await archive.post({ url });
    expect(again.body).toMatchObject({ id, title: 'Harbour ferry returns after nine years', snapshotCount: 2 });
    const { body } = await archive.get(`/articles/${id}/snapshots`);
    expect(body.items[0]).toMatchObject({ mark: 'moved', finalUrl: target });
    expect(
      (await archive.get(`/articles?url=${encodeURIComponent(target)}`)).body.items.map(
        (item: { id: string }) => item.id,
      ),
    ).not.toContain(id);
  });
});

describe('a redirect to a variant of the same URL is no move', () => {
  it('a wall behind it gives way to the story', async () => {
    site.serve('http://slash.example/2024/story', redirectTo('/2024/story/'));
    site.serve('http://slash.example/2024/story/', cookieWall);
    const id = await idOf('http://slash.example/2024/story');
    site.serve('http://slash.example/2024/story/', storyPage(harbour));
    const { body } = await archive.post({ url: 'http://slash.example/2024/story' });
    expect(body).toMatchObject({
      id,
      kind: 'article',
      title: 'Harbour ferry returns after nine years',
      wordCount: 137,
    });
  });

  it.each([
    { name: 'a wall', html: cookieWall, mark: 'shrunk' },
    { name: 'a stub', html: stub, mark: 'shrunk' },
    { name: 'another story', html: storyPage(numberedStory(16)), mark: 'replaced' },
  ])('$name behind it is marked $mark, at a URL that was known and at a new one', async ({ name, html, mark }) => {
    const path = `/2024/${encodeURIComponent(name)}`;
    const [plain, www] = [`http://variant.example${path}`, `http://www.variant.example${path}`];
    site.serve(plain, storyPage(harbour));
    const id = await idOf(plain);
    site.serve(plain, redirectTo(www));
    site.serve(www, html);
    for (let n = 0; n < 2; n++) expect((await archive.post({ url: plain })).body).toMatchObject({ id, wordCount: 137 });
    const { body } = await archive.get(`/articles/${id}/snapshots`);
    expect(body.items.map((item: { mark: string | null }) => item.mark)).toEqual([mark, mark, null]);
  });
});
