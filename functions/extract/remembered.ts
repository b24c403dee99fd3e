/** A test of a text, asked once for each text: pages give their elements the same few names thousands of times. */

const most = 2000;

export function remembered<T>(test: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = test(text);
    if (known.size >= most) known.clear();
    known.set(text, found);
    return found;
  };
}
