/** The headers of an answer, as name and value in the order they came: read, and as they are kept. */

/** Headers kept with a snapshot, names and values together. */
const maxHeaderBytes = 4096;
/** A media type with its charset has a tenth of this; all of it is kept in several items, and sent to the bucket as a header. */
const maxContentType = 500;

export function header(headers: [string, string][], name: string): string | null {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
}

export function contentTypeOf(headers: [string, string][]): string | null {
  return header(headers, 'content-type')?.slice(0, maxContentType) || null;
}

/** Cookies are left out: they were made for this one visit, may open a session, and nobody can use them to check anything. */
export function boundedHeaders(all: [string, string][]): { headers: [string, string][]; headersCut: boolean } {
  const headers: [string, string][] = [];
  let size = 0;
  for (const [name, value] of all) {
    if (name.toLowerCase() === 'set-cookie') continue;
    size += name.length + value.length;
    if (size > maxHeaderBytes) return { headers, headersCut: true };
    headers.push([name, value]);
  }
  return { headers, headersCut: headers.length < all.length };
}
