/** The name of a story that is taken away holds its day and headline, and leads nowhere, whatever the headline is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attachment, downloadName } from '../../functions/reader/download-name.ts';
import { forAll } from '../support/for-all.ts';

const named = (title: string) => attachment(downloadName({ day: '2024-04-03', title, ending: '.html' }));

test.each([
  [
    'Harbour ferry returns',
    `filename="2024-04-03 Harbour ferry returns.html"; filename*=UTF-8''2024-04-03%20Harbour%20ferry%20returns.html`,
  ],
  [
    'Café: 50% ("half")',
    `filename="2024-04-03 Cafe 50_ ( half ).html"; filename*=UTF-8''2024-04-03%20Caf%C3%A9%2050%25%20%28%20half%20%29.html`,
  ],
  ['圖書館', `filename="2024-04-03 _.html"; filename*=UTF-8''2024-04-03%20%E5%9C%96%E6%9B%B8%E9%A4%A8.html`],
  [
    '../../etc/passwd\r\nX: y',
    `filename="2024-04-03 .. .. etc passwd X y.html"; filename*=UTF-8''2024-04-03%20..%20..%20etc%20passwd%20X%20y.html`,
  ],
  [
    'Ferry＂; filename＊=run.exe; a＼b／c：d？＜｜＞',
    `filename="2024-04-03 Ferry_; filename_=run.exe; a_b_c_d____.html"; filename*=UTF-8''2024-04-03%20Ferry%EF%BC%82%3B%20filename%EF%BC%8A%3Drun.exe%3B%20a%EF%BC%BCb%EF%BC%8Fc%EF%BC%9Ad%EF%BC%9F%EF%BC%9C%EF%BD%9C%EF%BC%9E.html`,
  ],
  ['\u202ecod.exe\0', `filename="2024-04-03 cod.exe.html"; filename*=UTF-8''2024-04-03%20cod.exe.html`],
])('a story called %s', (title, header) => {
  expect(named(title)).toBe(`attachment; ${header}`);
});

test('any headline makes a name of one part and at most 140 bytes, and a header in printable ASCII', () => {
  forAll([fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 300 })], (title) => {
    const name = downloadName({ day: '2024-04-03', title, ending: '.warc.gz' });
    expect(name).toMatch(/^2024-04-03[^/\\:*?"<>|\p{Cc}\p{Cf}]*\.warc\.gz$/u);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(140);
    const [, ascii, encoded = ''] =
      /^attachment; filename="([^"%\\/:*?<>|]*)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]*)$/.exec(attachment(name)) ?? [];
    expect(ascii).toMatch(/^[ -~]+\.warc\.gz$/);
    expect(decodeURIComponent(encoded)).toBe(name);
  });
});
