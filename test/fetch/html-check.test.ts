/** notAPage: which served bytes count as an HTML page, by content type and by what they look like. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { notAPage } from '../../functions/fetch/html-check.ts';

const html = Buffer.from('<!doctype html><html><head><title>x</title></head><body><p>y</p></body></html>');
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

describe('a page', () => {
  test.each([
    { name: 'text/html', body: html, type: 'text/html' },
    { name: 'text/html with a charset', body: html, type: 'text/html; charset=utf-8' },
    { name: 'upper case', body: html, type: 'TEXT/HTML' },
    { name: 'XHTML', body: html, type: 'application/xhtml+xml' },
    { name: 'text/html that looks like none', body: Buffer.from('Hello.'), type: 'text/html' },
    {
      name: 'text/html whose first element comes late',
      body: Buffer.from(`${' '.repeat(2000)}<p>x`),
      type: 'text/html',
    },
    { name: 'HTML called text/plain', body: html, type: 'text/plain' },
    { name: 'HTML called application/octet-stream', body: html, type: 'application/octet-stream' },
    { name: 'HTML called XML', body: html, type: 'application/xml' },
    { name: 'HTML without a content type', body: html, type: null },
    { name: 'a fragment without a content type', body: Buffer.from('<p>Hello'), type: null },
    { name: 'upper-case elements without a content type', body: Buffer.from('<HTML><BODY>'), type: null },
    { name: 'UTF-16 without a content type', body: utf16('<html><p>Hello'), type: null },
    { name: 'UTF-16 in its other order', body: utf16('<html><p>Hello').subarray(0).swap16(), type: 'text/html' },
    {
      name: 'UTF-16 without a mark in front',
      body: Buffer.from('<html><p>Hello', 'utf16le'),
      type: 'text/html; charset=utf-16le',
    },
    { name: 'HTML with a NUL in it', body: Buffer.from('<html><p>a\0b'), type: 'text/html' },
  ])('$name', ({ body, type }) => {
    expect(notAPage(body, type)).toBeNull();
  });
});

describe('not-html', () => {
  test.each([
    { name: 'a picture', body: png, type: 'image/png', detail: 'the site calls it image/png' },
    { name: 'HTML called a picture', body: html, type: 'image/png', detail: 'the site calls it image/png' },
    {
      name: 'a PDF',
      body: Buffer.from('%PDF-1.7'),
      type: 'application/pdf',
      detail: 'the site calls it application/pdf',
    },
    { name: 'JSON', body: Buffer.from('{}'), type: 'application/json', detail: 'the site calls it application/json' },
    {
      name: 'a feed called XML',
      body: Buffer.from('<?xml version="1.0"?><rss><channel/></rss>'),
      type: 'application/xml',
      detail: 'the site calls it application/xml',
    },
    {
      name: 'a feed by its type',
      body: Buffer.from('<rss/>'),
      type: 'application/rss+xml',
      detail: 'the site calls it application/rss+xml',
    },
    { name: 'plain text', body: Buffer.from('Hello.'), type: 'text/plain', detail: 'the site calls it text/plain' },
    {
      name: 'a type that only begins like HTML',
      body: html,
      type: 'text/html5',
      detail: 'the site calls it text/html5',
    },
    {
      name: 'a picture called HTML',
      body: png,
      type: 'text/html',
      detail: 'the site calls it text/html, and it is binary',
    },
    {
      name: 'gzip called HTML',
      body: gzipSync(Buffer.alloc(1000)),
      type: 'text/html',
      detail: 'the site calls it text/html, and it is binary',
    },
    {
      name: 'text without a content type',
      body: Buffer.from('Hello.'),
      type: null,
      detail: 'the site gives no content type, and it does not look like HTML',
    },
    { name: 'a picture without a content type', body: png, type: null, detail: expect.any(String) },
  ])('$name', ({ body, type, detail }) => {
    expect(notAPage(body, type)).toEqual({ code: 'not-html', detail });
  });
});

describe('empty-page', () => {
  test.each([
    { name: 'no bytes', body: Buffer.alloc(0), type: 'text/html', detail: 'the site answered with no bytes at all' },
    {
      name: 'no bytes of a picture',
      body: Buffer.alloc(0),
      type: 'image/png',
      detail: 'the site answered with no bytes at all',
    },
    {
      name: 'white space',
      body: Buffer.from(' \r\n\t\n'),
      type: 'text/html',
      detail: 'the page holds only white space',
    },
  ])('$name', ({ body, type, detail }) => {
    expect(notAPage(body, type)).toEqual({ code: 'empty-page', detail });
  });
});

test('a view into a larger buffer is read within its bounds', () => {
  const whole = Buffer.concat([Buffer.from('<html>'), Buffer.from('Hello.')]);
  expect(notAPage(whole.subarray(6), null)?.code).toBe('not-html');
});
