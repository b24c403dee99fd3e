/** A URL as browsers write it -> a URI (RFC 3986), which other programs parse: what a URI may not hold is percent-encoded. */

/** What is encoded already stays; square brackets may stand only around an address in the host. */
export function uriOf(href: string): string {
  const [, start = '', rest = href] = /^([a-z][a-z\d+.-]*:\/\/[^/?#]*)([\s\S]*)$/i.exec(href) ?? [];
  return (
    start +
    rest.toWellFormed().replace(/%(?![\da-f]{2})|[^\w\-.~:/?#@!$&'()*+,;=%]/giu, (one) => encodeURIComponent(one))
  );
}
