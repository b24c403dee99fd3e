/**
 * What a site is called in the pages: its own name, and beside it the address, unless its domain has that name. Any site may call itself
 * anything, so a name alone never says where a story is from. Pure.
 */
import { getDomainWithoutSuffix } from 'tldts';
import { squeeze } from '../squeeze.ts';
import { cut, type Html, html } from './markup.ts';

type Named = { site: string; siteName: string | null };

const maxName = 60;
const maxSite = 100;

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

/**
 * True if the name is that of the domain, which its owner had to register: The Harbour Post, news.harbour-post.example. Names of hosts below
 * it are free: bbc.attacker.example.
 */
function isTold({ site, siteName }: Named): boolean {
  // With accents taken off, as addresses have none.
  const [name = '', domain = ''] = [siteName ?? '', getDomainWithoutSuffix(site) ?? ''].map((text) =>
    squeeze(text.normalize('NFKD')),
  );
  return domain !== '' && (name === domain || name === `the${domain}`);
}
