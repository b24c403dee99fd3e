/** Articles by id with a few numbers each, packed: thirty bytes an article and not some hundred, so that ten million have room. */

const idBytes = 22;

/** `columns`: how many numbers each article has, below 2^32; zero where none was set. */
export function makeIvTable(columns: number) {
  let slots = 1024;
  let used = 0;
  let ids = Buffer.alloc(slots * idBytes);
  let numbers = new Uint32Array(slots * columns);

  /** The slot of an id, or the free one where it belongs. */
  function slotOf(id: Buffer): number {
    let slot = (id.readUInt32LE(0) ^ Math.imul(id.readUInt32LE(8), 0x9e3779b1)) & (slots - 1);
    for (;;) {
      const at = slot * idBytes;
      if (ids[at] === 0 || id.compare(ids, at, at + idBytes) === 0) return slot;
      slot = (slot + 1) & (slots - 1);
    }
  }

  function grow(): void {
    const [oldIds, oldNumbers, oldSlots] = [ids, numbers, slots];
    slots *= 2;
    ids = Buffer.alloc(slots * idBytes);
    numbers = new Uint32Array(slots * columns);
    for (let old = 0; old < oldSlots; old++) {
      const id = oldIds.subarray(old * idBytes, (old + 1) * idBytes);
      if (id[0] === 0) continue;
      const slot = slotOf(id);
      id.copy(ids, slot * idBytes);
      numbers.set(oldNumbers.subarray(old * columns, (old + 1) * columns), slot * columns);
    }
  }

  return {
    /** Sets a number, unless it is greater already. */
    raise(id: string, column: number, to: number): void {
      if (used * 4 > slots * 3) grow();
      const key = keyOf(id);
      const slot = slotOf(key);
      if (ids[slot * idBytes] === 0) {
        key.copy(ids, slot * idBytes);
        used++;
      }
      const at = slot * columns + column;
      numbers[at] = Math.max(numbers[at] ?? 0, to);
    },
    /** Zero for an article that is not there. */
    get(id: string, column: number): number {
      const slot = slotOf(keyOf(id));
      return ids[slot * idBytes] === 0 ? 0 : (numbers[slot * columns + column] ?? 0);
    },
    size: () => used,
    /** All articles, in no order. */
    *entries(): Generator<{ id: string; numbers: Uint32Array }> {
      for (let slot = 0; slot < slots; slot++) {
        if (ids[slot * idBytes] === 0) continue;
        const id = ids.toString('latin1', slot * idBytes, (slot + 1) * idBytes);
        yield { id, numbers: numbers.subarray(slot * columns, (slot + 1) * columns) };
      }
    },
  };
}

/** Ids have 22 characters; a shorter one is filled up with spaces. */
function keyOf(id: string): Buffer {
  return Buffer.from(id.padEnd(idBytes), 'latin1');
}

/** Ids with a time each, as many as are added, to be read in the order of time. */
export function makeTimeList() {
  let ids = Buffer.alloc(1024 * idBytes);
  let times = new Float64Array(1024);
  let length = 0;
  return {
    add(id: string, ms: number): void {
      if (length === times.length) {
        ids = Buffer.concat([ids, Buffer.alloc(ids.length)]);
        const more = new Float64Array(2 * length);
        more.set(times);
        times = more;
      }
      keyOf(id).copy(ids, length * idBytes);
      times[length++] = ms;
    },
    length: () => length,
    /** The ids, oldest first. */
    inOrder(): (from: number, to: number) => string[] {
      const order = new Uint32Array(length).map((_, i) => i).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
      return (from, to) =>
        Array.from(order.subarray(from, to), (n) => ids.toString('latin1', n * idBytes, (n + 1) * idBytes).trimEnd());
    },
  };
}
