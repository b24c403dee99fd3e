/** URLs as browsers write them become URIs that any parser takes, and are the same addresses. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uriOf } from '../../functions/formats/uri.ts';
import { forAll } from '../support/for-all.ts';

test.each([
  ['http://a.example/x|y{z}^`"<>', 'http://a.example/x%7Cy%7Bz%7D%5E%60%22%3C%3E'],
  ['http://a.example/a[1]?b[]=2', 'http://a.example/a%5B1%5D?b%5B%5D=2'],
  ['http://[::1]:80/a', 'http://[::1]:80/a'],
  ['http://a.example/100%', 'http://a.example/100%25'],
  ['http://a.example/%E5%9B%B3', 'http://a.example/%E5%9B%B3'],
  ['http://a.example/図 書', 'http://a.example/%E5%9B%B3%20%E6%9B%B8'],
])('%s', (href, uri) => expect(uriOf(href)).toBe(uri));

test('what is one already stays, and what becomes one is written in its characters alone', () => {
  forAll([fc.webUrl({ withQueryParameters: true }), fc.string({ unit: 'binary' })], (url, tail) => {
    const uri = uriOf(`${url}/${tail}`);
    expect(uri).toMatch(/^[\w\-.~:/?#@!$&'()*+,;=%[\]]+$/);
    expect(uriOf(uri)).toBe(uri);
  });
});
