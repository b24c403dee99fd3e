/** So many places of each name: with all of them taken, one waits until another leaves, in the order of their coming. */

/** `enter` gives what leaves the place, which is called once. */
export function makePlaces(most: number): { enter(name: string): Promise<() => void> } {
  const taken = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();
  return {
    async enter(name) {
      const count = taken.get(name) ?? 0;
      if (count < most) taken.set(name, count + 1);
      else await new Promise<void>((wake) => waiting.set(name, [...(waiting.get(name) ?? []), wake]));
      return () => {
        const [next, ...others] = waiting.get(name) ?? [];
        waiting.set(name, others);
        // The place goes on to whoever waits for it.
        if (next) next();
        else taken.set(name, (taken.get(name) ?? 1) - 1);
      };
    },
  };
}
