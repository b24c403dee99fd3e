/** notAPage: which served bytes count as an HTML page, by content type and by what they look like. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { notAPage } from '../../functions/fetch/html-check.ts';

const html = Buffer.from('<!doctype html><html><head><title>x</title></head><body><p>y</p></body></html>');
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('a page', () => {
  test.each([
    ['text/html', html, 'text/html'],
    ['text/html with a charset', html, 'text/html; charset=utf-8'],
    ['upper case', html, 'TEXT/HTML'],
    ['XHTML', html, 'application/xhtml+xml'],
    ['text/html that looks like none', Buffer.from('Hello.'), 'text/html'],
    ['text/html whose first element comes late', Buffer.from(`${' '.repeat(2000)}<p>x`), 'text/html'],
    ['HTML called text/plain', html, 'text/plain'],
    ['HTML called application/octet-stream', html, 'application/octet-stream'],
    ['HTML called XML', html, 'application/xml'],
    ['HTML without a content type', html, null],
    ['a fragment without a content type', Buffer.from('<p>Hello'), null],
    ['upper-case elements without a content type', Buffer.from('<HTML><BODY>'), null],
    ['UTF-16 without a content type', utf16('<html><p>Hello'), null],
    ['UTF-16 in its other order', utf16('<html><p>Hello').subarray(0).swap16(), 'text/html'],
    ['UTF-16 without a mark in front', Buffer.from('<html><p>Hello', 'utf16le'), 'text/html; charset=utf-16le'],
    ['HTML with a NUL in it', Buffer.from('<html><p>a\0b'), 'text/html'],
  ])('%s', (_, body, type) => {
    expect(notAPage(body, type)).toBeNull();
  });
});

describe('not-html', () => {
  test.each([
    ['a picture', png, 'image/png', 'the site calls it image/png'],
    ['HTML called a picture', html, 'image/png', 'the site calls it image/png'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'application/pdf', 'the site calls it application/pdf'],
    ['JSON', Buffer.from('{}'), 'application/json', 'the site calls it application/json'],
    [
      'a feed called XML',
      Buffer.from('<?xml version="1.0"?><rss><channel/></rss>'),
      'application/xml',
      'the site calls it application/xml',
    ],
    ['a feed by its type', Buffer.from('<rss/>'), 'application/rss+xml', 'the site calls it application/rss+xml'],
    ['plain text', Buffer.from('Hello.'), 'text/plain', 'the site calls it text/plain'],
    ['a type that only begins like HTML', html, 'text/html5', 'the site calls it text/html5'],
    ['a picture called HTML', png, 'text/html', 'the site calls it text/html, and it is binary'],
    ['gzip called HTML', gzipSync(Buffer.alloc(1000)), 'text/html', 'the site calls it text/html, and it is binary'],
    [
      'text without a content type',
      Buffer.from('Hello.'),
      null,
      'the site gives no content type, and it does not look like HTML',
    ],
    ['a picture without a content type', png, null, expect.any(String)],
  ])('%s', (_, body, type, detail) => {
    expect(notAPage(body, type)).toEqual({ code: 'not-html', detail });
  });
});

describe('empty-page', () => {
  test.each([
    ['no bytes', Buffer.alloc(0), 'text/html', 'the site answered with no bytes at all'],
    ['no bytes of a picture', Buffer.alloc(0), 'image/png', 'the site answered with no bytes at all'],
    ['white space', Buffer.from(' \r\n\t\n'), 'text/html', 'the page holds only white space'],
  ])('%s', (_, body, type, detail) => {
    expect(notAPage(body, type)).toEqual({ code: 'empty-page', detail });
  });
});

test('a view into a larger buffer is read within its bounds', () => {
  const whole = Buffer.concat([Buffer.from('<html>'), Buffer.from('Hello.')]);
  expect(notAPage(whole.subarray(6), null)?.code).toBe('not-html');
});
