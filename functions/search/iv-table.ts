/** Articles by id with a few numbers each, packed: some sixty bytes an article and not some hundred, so that ten million have room. */

const idBytes = 22;

/** One grows while the others stand, so that growing never takes all of it twice. */
const shards = 256;

/** `columns`: how many numbers each article has, below 2^32; zero where none was set. */
export function makeIvTable(columns: number) {
  const all = Array.from({ length: shards }, () => makeShard(columns));
  const shardOf = (key: Buffer) => all[hashOf(key) >>> 24] as Shard;
  return {
    /** Sets a number, unless it is greater already. */
    raise(id: string, column: number, to: number): void {
      const key = keyOf(id);
      shardOf(key).raise(key, column, to);
    },
    /** Zero for an article that is not there. */
    get(id: string, column: number): number {
      const key = keyOf(id);
      return shardOf(key).get(key, column);
    },
    size: () => all.reduce((sum, shard) => sum + shard.size(), 0),
    /** All articles, in no order. */
    *entries(): Generator<{ id: string; numbers: Uint32Array }> {
      for (const shard of all) yield* shard.entries();
    },
  };
}

/** All of its bits depend on all of what is read: the characters of ids have few values each. */
function hashOf(id: Buffer): number {
  let hash = Math.imul(id.readUInt32LE(2) ^ Math.imul(id.readUInt32LE(10), 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ id.readUInt32LE(16), 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}

type Shard = ReturnType<typeof makeShard>;

/** Open addressing: a slot whose id begins with a zero is free. */
function makeShard(columns: number) {
  let slots = 16;
  let used = 0;
  let ids = Buffer.alloc(slots * idBytes);
  let numbers = new Uint32Array(slots * columns);

  /** The slot of an id, or the free one where it belongs. */
  function slotOf(id: Buffer): number {
    let slot = hashOf(id) & (slots - 1);
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
    raise(key: Buffer, column: number, to: number): void {
      if (used * 4 > slots * 3) grow();
      const slot = slotOf(key);
      if (ids[slot * idBytes] === 0) {
        key.copy(ids, slot * idBytes);
        used++;
      }
      const at = slot * columns + column;
      numbers[at] = Math.max(numbers[at] ?? 0, to);
    },
    get(key: Buffer, column: number): number {
      const slot = slotOf(key);
      return ids[slot * idBytes] === 0 ? 0 : (numbers[slot * columns + column] ?? 0);
    },
    size: () => used,
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

/** Ids of one piece of a list. */
const pieceIds = 65_536;

/** Ids with a time each, as many as are added, to be read in the order of time. Pieces of one size, so that growing copies nothing. */
export function makeTimeList() {
  const ids: Buffer[] = [];
  const times: Float64Array[] = [];
  let length = 0;
  const timeOf = (n: number) => times[Math.floor(n / pieceIds)]?.[n % pieceIds] ?? 0;
  function idAt(n: number): string {
    const at = (n % pieceIds) * idBytes;
    return ids[Math.floor(n / pieceIds)]?.toString('latin1', at, at + idBytes).trimEnd() ?? '';
  }
  return {
    add(id: string, ms: number): void {
      const at = length % pieceIds;
      if (at === 0) {
        ids.push(Buffer.alloc(pieceIds * idBytes));
        times.push(new Float64Array(pieceIds));
      }
      keyOf(id).copy(ids.at(-1) ?? Buffer.alloc(0), at * idBytes);
      const last = times.at(-1);
      if (last) last[at] = ms;
      length++;
    },
    length: () => length,
    /** The ids, oldest first. */
    inOrder(): (from: number, to: number) => string[] {
      const order = new Uint32Array(length).map((_, i) => i).sort((a, b) => timeOf(a) - timeOf(b));
      return (from, to) => Array.from(order.subarray(from, to), idAt);
    },
  };
}
