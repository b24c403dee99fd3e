/**
 * Closes the LevelDB iterators that dynalite leaves open. For each query it makes one, and to end it calls `return`, which an
 * iterator of abstract-level does not have; an open one keeps the memory that LevelDB wrote into at its time, 4 MB each, and
 * the files of its time. Measured over 5,000 captures: 103 MB, and growing with every query.
 */
import { AbstractKeyIterator, AbstractValueIterator } from 'abstract-level';

type Iterator = {
  readonly count: number;
  readonly limit: number;
  next(): Promise<unknown>;
  close(): Promise<void>;
};

/** Called once, before dynalite opens its database: from then on an iterator is closed when it has given its last entry. */
export function closeIteratorsAtTheirEnd(): void {
  for (const { prototype } of [AbstractKeyIterator, AbstractValueIterator] as { prototype: Iterator }[]) {
    const { next } = prototype;
    const ended = new WeakSet<Iterator>();
    prototype.next = async function (this: Iterator) {
      if (ended.has(this)) return undefined;
      const entry = await next.call(this);
      if (entry === undefined || this.count >= this.limit) {
        ended.add(this);
        await this.close();
      }
      return entry;
    };
  }
}
