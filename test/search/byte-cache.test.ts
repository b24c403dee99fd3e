/** The cache: never more than its bytes, the least recently used go first, and a value is made once at a time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteCache, makeByteCache } from '../../functions/search/byte-cache.ts';

const sized = (maxBytes: number) => makeByteCache<string>(maxBytes, (value) => value.length);
const put = (cache: ByteCache<string>, key: string, value: string) => cache.get(key, async () => value);

describe('a cache', () => {
  it('gives back what it has', async () => {
    const cache = sized(10);
    expect(await put(cache, 'a', 'one')).toBe('one');
    expect(await put(cache, 'a', 'two')).toBe('one');
    expect(cache.peek('a')).toBe('one');
    expect(cache.peek('b')).toBeUndefined();
    expect(cache.bytes()).toBe(3);
  });

  it('lets go what was not used longest', async () => {
    const cache = sized(6);
    await put(cache, 'a', '11');
    await put(cache, 'b', '22');
    await put(cache, 'c', '33');
    cache.peek('a');
    await put(cache, 'd', '4');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.peek(key))).toEqual(['11', undefined, '33', '4']);
    expect(cache.bytes()).toBe(5);
  });

  it('lets go as many as it takes', async () => {
    const cache = sized(6);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await put(cache, key, '1');
    await put(cache, 'g', '12345');
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((key) => cache.peek(key) !== undefined)).toEqual(['f', 'g']);
  });

  it('gives what is too large without keeping it, or losing others for it', async () => {
    const cache = sized(3);
    await put(cache, 'a', '1');
    expect(await put(cache, 'b', '1234')).toBe('1234');
    expect(cache.peek('b')).toBeUndefined();
    expect(cache.peek('a')).toBe('1');
  });

  it('makes a value once for all who ask meanwhile', async () => {
    const cache = sized(10);
    const { promise, resolve } = Promise.withResolvers<string>();
    let made = 0;
    const make = () => {
      made++;
      return promise;
    };
    const asked = [cache.get('a', make), cache.get('a', make), cache.get('a', make)];
    resolve('one');
    expect(await Promise.all(asked)).toEqual(['one', 'one', 'one']);
    expect(made).toBe(1);
    expect(cache.bytes()).toBe(3);
  });

  it('tells a failure to all who ask meanwhile, and tries again after', async () => {
    const cache = sized(10);
    const { promise, reject } = Promise.withResolvers<string>();
    const asked = [cache.get('a', () => promise), cache.get('a', () => promise)];
    reject(new Error('the bucket is away'));
    expect(await Promise.allSettled(asked)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(await put(cache, 'a', 'one')).toBe('one');
  });

  it('tries again after a maker that fails at once', async () => {
    const cache = sized(10);
    const fail = () => {
      throw new Error('the bucket is away');
    };
    await expect(cache.get('a', fail)).rejects.toThrow('the bucket is away');
    expect(await put(cache, 'a', 'one')).toBe('one');
  });

  it('does what a list of the last used would', async () => {
    const ask = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), size: fc.nat(6), isPeek: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { maxLength: 40 }), async (asks) => {
        const cache = sized(10);
        let model: [key: string, value: string][] = [];
        const bytes = () => model.reduce((total, [, value]) => total + value.length, 0);
        for (const { key, size, isPeek } of asks) {
          const value = 'x'.repeat(size);
          const known = model.find(([other]) => other === key);
          if (known) model = [...model.filter((one) => one !== known), known];
          if (isPeek) expect(cache.peek(key)).toBe(known?.[1]);
          else {
            expect(await put(cache, key, value)).toBe(known?.[1] ?? value);
            if (!known) model.push([key, value]);
            while (bytes() > 10) model.shift();
          }
          expect(cache.bytes()).toBe(bytes());
          expect(cache.bytes()).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
