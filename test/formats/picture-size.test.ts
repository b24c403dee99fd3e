/** The size of a picture is read from its first bytes, and damaged ones have none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pictureSize } from '../../functions/formats/picture-size.ts';
import { forAll } from '../support/for-all.ts';
import { pngOf } from '../support/png.ts';

const jpegApp = 'ffe000104a46494600010100000100010000';
const pictures = {
  PNG: pngOf(640, 360, [1, 2, 3]).toString('hex'),
  GIF: '4749463839618002680100',
  'JPEG, baseline': `ffd8${jpegApp}ffc0001108016802800301220002110103110100`,
  'JPEG, progressive, after a filler': `ffd8${jpegApp}ffffc2001108016802800301220002110103110100`,
  'WebP, extended': '524946460000000057454250565038580a000000000000007f0200670100',
  'WebP, lossless': '52494646000000005745425056503 84c0a0000002f7fc25900'.replace(' ', ''),
  'WebP, lossy': '524946460000000057454250565038200a000000300100 9d012a80026801'.replace(' ', ''),
  AVIF: '00000020667479706176696600000000000000146973706500000000000002800000016800',
};

test.each(Object.entries(pictures))('of %s', (_, hex) => {
  expect(pictureSize(Buffer.from(hex, 'hex'))).toEqual({ width: 640, height: 360 });
});

test('any bytes, and any picture that is cut, give a size or none', () => {
  const starts = Object.values(pictures).map((hex) => Buffer.from(hex, 'hex'));
  forAll([fc.constantFrom(...starts), fc.nat(60), fc.uint8Array({ maxLength: 80 })], (start, length, rest) => {
    const size = pictureSize(Buffer.concat([start.subarray(0, length), rest]));
    expect(size === null || (size.width > 0 && size.height > 0)).toBe(true);
  });
  expect(pictureSize(Buffer.from('<svg width="9" height="9">'))).toBeNull();
  expect(pictureSize(Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(1e6, 'ffe00002', 'hex')]))).toBeNull();
});
