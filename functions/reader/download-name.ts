/** What a story that is taken away is called: its day and its headline, on any file system and in any script. */
import { safeName } from '../formats/tree.ts';

/** Encrypted file systems take 143 bytes. */
const maxBytes = 140;

/** `2024-04-03 Harbour ferry returns.html`. The day stands first, so that folders sort by it and no name is that of a device. */
export function downloadName({ day, title, ending }: { day: string; title: string; ending: string }): string {
  return `${safeName(`${day} ${title.toWellFormed()}`, maxBytes - ending.length)}${ending}`;
}

/** Content-Disposition (RFC 6266): the name in UTF-8, and in ASCII for what reads no `filename*`. `name`: of `downloadName`. */
export function attachment(name: string): string {
  // Some programs decode `%41` here. NFKD makes quotation marks, slashes and colons of their full-width forms, which names may have.
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^ -~]+|[%"\\/:*?<>|]/g, '_');
  // RFC 8187 3.2.1 allows fewer characters than encodeURIComponent leaves.
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
