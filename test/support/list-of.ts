/** A list of words without quotation marks and commas: listOf`a b c` -> ['a', 'b', 'c']. What holds white space stands beside it. */
export function listOf(text: TemplateStringsArray): string[] {
  return text.join('').trim().split(/\s+/);
}
