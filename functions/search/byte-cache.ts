/** Values by key, up to so many bytes in all: the least recently used go first. Values that are on their way are shared. */

export type ByteCache<T> = {
  /** The value, made at most once at a time; a failure is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T>;
  peek(key: string): T | undefined;
  bytes(): number;
};

export function makeByteCache<T>(maxBytes: number, sizeOf: (value: T) => number): ByteCache<T> {
  const values = new Map<string, T>();
  const pending = new Map<string, Promise<T>>();
  let total = 0;

  function keep(key: string, value: T): void {
    const size = sizeOf(value);
    if (size > maxBytes) return;
    values.set(key, value);
    total += size;
    for (const [oldest, old] of values) {
      if (total <= maxBytes) break;
      values.delete(oldest);
      total -= sizeOf(old);
    }
  }

  function peek(key: string): T | undefined {
    const value = values.get(key);
    if (value === undefined) return undefined;
    values.delete(key);
    values.set(key, value);
    return value;
  }

  return {
    peek,
    bytes: () => total,
    async get(key, make) {
      const known = peek(key);
      if (known !== undefined) return known;
      const under = pending.get(key);
      if (under) return under;
      const made = make();
      pending.set(key, made);
      try {
        const value = await made;
        keep(key, value);
        return value;
      } finally {
        pending.delete(key);
      }
    },
  };
}
