/** The letters and digits of a text in lower case: two texts with the same ones say the same. */
export function squeeze(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
