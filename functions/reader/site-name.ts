/**
 * What a site is called in the pages: its own name, and beside it the address, unless the name is in that. Any site may call itself
 * anything, so a name alone never says where a story is from. Pure.
 */
import { cut, type Html, html } from './markup.ts';

type Named = { site: string; siteName: string | null };

const maxName = 60;
const maxSite = 100;
/** Shorter names are in many addresses. */
const minTold = 3;

export function siteLabel({ site, siteName }: Named): Html {
  const address = html`<bdi>${cut(site, maxSite)}</bdi>`;
  if (!siteName) return address;
  const name = html`<bdi>${cut(siteName, maxName)}</bdi>`;
  return isTold({ site, siteName }) ? name : html`${name} <span class="soft">${address}</span>`;
}

/** The same as text. */
export function siteText({ site, siteName }: Named): string {
  if (!siteName) return site;
  return isTold({ site, siteName }) ? siteName : `${siteName} (${site})`;
}

/** True if the name's letters are in the address, but for its last part: The Harbour Post, harbourpost.example. */
function isTold({ site, siteName }: Named): boolean {
  const name = squeeze(siteName ?? '').replace(/^the(?=.{3})/, '');
  return name.length >= minTold && squeeze(site.slice(0, site.lastIndexOf('.'))).includes(name);
}

function squeeze(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
