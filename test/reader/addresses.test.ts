/** Addresses in any text that is pasted, and in files that other programs write. */
import { describe, expect, test } from 'vitest';
import { addressesIn, tagsIn } from '../../functions/reader/addresses.ts';
import { readBrought } from '../../functions/reader/brought-files.ts';

test.each([
  ['https://a.example/1', ['https://a.example/1'], []],
  ['Read https://a.example/1, then (https://b.example/x_(y)).', ['https://a.example/1', 'https://b.example/x_(y)'], []],
  ['a.example/story\nb.example', ['https://a.example/story', 'https://b.example/'], []],
  ['看这里：https://a.example/报道。', ['https://a.example/%E6%8A%A5%E9%81%93'], []],
  ['https://a.example/1 https://a.example/1', ['https://a.example/1'], []],
  ['harbour-post', [], ['harbour-post']],
  ['javascript:alert(1)', [], ['javascript:alert(1)']],
  ['nothing in this sentence is one', [], []],
  ['https://me:secret@a.example/', [], ['https://me:secret@a.example/']],
  ['', [], []],
])('%j', (text, urls, wrong) => expect(addressesIn(text)).toEqual({ urls, wrong }));

test('tags are parted by commas of any script, each once', () => {
  expect(tagsIn('bridge, council,bridge，供水、 #to check')).toEqual(['bridge', 'council', '供水', 'to check']);
});

const brought = (name: string, text: string) => readBrought(name, Buffer.from(text));

describe('a file', () => {
  test('of bookmarks gives its addresses, with folders as tags', () => {
    const text = `<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><p><DT><H3>Bookmarks bar</H3><DL><p>
<DT><A HREF="https://a.example/1?x=1&amp;y=2" ADD_DATE="1700000000" TAGS="river,bridge">One</A>
<DT><H3>Council</H3><DL><p><DT><A HREF="https://a.example/2">Two</A></DL><p>
<DT><A HREF="javascript:void(0)">Button</A></DL></DL>`;
    expect(brought('bookmarks.html', text)).toEqual({
      kind: 'links',
      links: [
        { url: 'https://a.example/1?x=1&y=2', tags: ['river', 'bridge'], addedAt: '2023-11-14T22:13:20.000Z' },
        { url: 'https://a.example/2', tags: ['Council'], addedAt: null },
      ],
    });
  });

  test.each([
    ['Pocket', 'title,url,time_added,tags,status\n"A, b","https://a.example/1",1700000000,river|bridge,unread\n'],
    [
      'Instapaper',
      'URL,Title,Selection,Folder,Timestamp,Tags\nhttps://a.example/1,"A ""b""",,Unread,1700000000,"[""river"",""bridge""]"\r\n',
    ],
  ])('of %s gives its addresses with their tags', (_, text) => {
    expect(brought('list.csv', text)).toEqual({
      kind: 'links',
      links: [{ url: 'https://a.example/1', tags: ['river', 'bridge'], addedAt: '2023-11-14T22:13:20.000Z' }],
    });
  });

  test.each([
    ['1700000000', '2023-11-14T22:13:20.000Z'],
    ['1700000000123', '2023-11-14T22:13:20.123Z'],
    ['1700000000123456', '2023-11-14T22:13:20.123Z'],
    ['2023-11-14', '2023-11-14T00:00:00.000Z'],
    ['2023-11-14T22:13:20+08:00', '2023-11-14T14:13:20.000Z'],
    // No zone is said: UTC, whatever the server's is.
    ['2023-11-14 22:13', '2023-11-14T22:13:00.000Z'],
    ['0', null],
    ['yesterday', null],
    ['99999999999999999999', null],
    ['2023-99-14', null],
  ])('with the time %s has been listed since %s', (said, addedAt) => {
    expect(brought('l.csv', `url,created\nhttps://a.example/1,${said}\n`)).toMatchObject({ links: [{ addedAt }] });
  });

  test.each([
    [
      'SingleFile',
      '<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://a.example/story \n saved date: Sun Nov 29 2026 11:00:00 GMT+0100 (Mitteleuropäische Normalzeit)\n-->',
    ],
    ['a browser', '<!DOCTYPE html>\n<!-- saved from url=(0025)https://a.example/story -->\n<html>'],
    ['its site', '<!doctype html><link href="https://a.example/story" rel="canonical">'],
  ])('that is a page has the address that %s wrote into it', (name, text) => {
    const savedAt = name === 'SingleFile' ? '2026-11-29T10:00:00.000Z' : null;
    expect(brought('page.html', text)).toEqual({ kind: 'page', url: 'https://a.example/story', savedAt });
  });

  test.each([
    ['page.html', '<!doctype html><p>x', 'page-without-address'],
    ['feeds.opml', '<?xml version="1.0"?><opml version="2.0"/>', 'opml'],
    ['x', 'WARC/1.1\r\n', 'warc'],
    ['story.md', '[x](https://a.example/)\n---', 'document'],
    ['picture.png', '\x89PNG', 'unknown'],
  ])('%s is seen for what it is', (name, text, kind) => expect(brought(name, text).kind).toBe(kind));
});
