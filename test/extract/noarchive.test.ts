/** Who asks not to be archived, and in which words. */
import { expect, it } from 'vitest';
import { asksNotToBeArchived } from '../../functions/extract/noarchive.ts';

const page = (tag: string | null, html = '') => ({
  headers: (tag === null ? [] : [['X-Robots-Tag', tag]]) as [string, string][],
  contentType: 'text/html',
  body: Buffer.from(`<!doctype html><html><head>${html}</head><body><p>Text</p></body></html>`),
});
const tagged = '<meta name="robots" content="noarchive">';

it.each([
  { name: 'nobody', asks: false, given: page(null, '<meta name="description" content="noarchive">') },
  { name: 'the header', asks: true, given: page('noarchive') },
  { name: 'the header, among others', asks: true, given: page('noindex, NoArchive') },
  { name: 'the header, to all by name', asks: true, given: page('*: noarchive') },
  { name: 'the header, to us', asks: true, given: page('nightdesk: noindex, noarchive') },
  { name: 'the header, to another', asks: false, given: page('otherbot: noindex, noarchive') },
  { name: 'the header, to another and to us', asks: true, given: page('otherbot: noindex, nightdesk: noarchive') },
  { name: 'the header, after a value', asks: true, given: page('max-snippet: 20, noarchive') },
  { name: 'the header, not to be indexed only', asks: false, given: page('noindex, nofollow') },
  { name: 'a meta tag', asks: true, given: page(null, '<meta name="robots" content="index,noarchive">') },
  { name: 'a meta tag, otherwise written', asks: true, given: page(null, "<META content='NOARCHIVE' name=robots />") },
  { name: 'a meta tag, to us', asks: true, given: page(null, '<meta name="NightDesk" content="noarchive">') },
  { name: 'a meta tag, to another', asks: false, given: page(null, '<meta name="otherbot" content="noarchive">') },
  { name: 'a meta tag with spaces', asks: true, given: page(null, '<meta name = "robots" content = "noarchive">') },
  { name: 'a meta tag with slashes', asks: true, given: page(null, '<meta/name="robots"/content="noarchive"/>') },
  { name: 'a meta tag with >', asks: true, given: page(null, '<meta data-x="a>b" name=robots content=noarchive>') },
  {
    name: 'a meta tag without commas',
    asks: true,
    given: page(null, '<meta name=robots content="noindex noarchive">'),
  },
  { name: 'a meta tag in a comment', asks: false, given: page(null, `<!-- ${tagged} -->`) },
  { name: 'a meta tag in a script', asks: false, given: page(null, `<script>'${tagged}'</script>`) },
  {
    name: 'the header, after a date',
    asks: true,
    given: page('unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive'),
  },
  {
    name: 'the header, after a date with a comma',
    asks: true,
    given: page('unavailable_after: Sat, 27 Nov 2027 15:00:00 GMT, noarchive'),
  },
  {
    name: 'a meta tag in UTF-16',
    asks: true,
    given: { ...page(null), body: Buffer.from(`\ufeff<html><head>${tagged}</head></html>`, 'utf16le') },
  },
])('$name: $asks', ({ asks, given }) => {
  expect(asksNotToBeArchived(given, 'NightDesk')?.code).toBe(asks ? 'blocked-by-robots' : undefined);
});
