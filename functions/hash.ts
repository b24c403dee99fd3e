/** SHA-256 in the two forms that the archive writes: a short name of a text, and a digest with its algorithm in front. */
import { createHash } from 'node:crypto';

/** The first 132 bits, as 22 characters of base64url: a name for what no two texts share. */
export function hash22(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64url').slice(0, 22);
}

/** `sha256:<hex>`. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
