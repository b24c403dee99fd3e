/** A test of a text, asked once for each text: pages give their elements the same few names thousands of times. */

const most = 2000;
/** Names are short; what is longer says more, and seldom the same twice. */
const longest = 300;

export function remembered<T>(test: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > longest) return test(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = test(text);
    if (known.size >= most) known.clear();
    // A copy: V8 keeps all of the page in memory for a part of it.
    known.set(Buffer.from(text, 'utf16le').toString('utf16le'), found);
    return found;
  };
}
