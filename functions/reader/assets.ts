/**
 * The style and the script of the pages, each at an address with the hash of its content, so that browsers keep them for a year. They are
 * files of their own beside this; `infra/inline-assets.ts` puts them into bundles.
 */
import { readFileSync } from 'node:fs';
import { hash22 } from '../hash.ts';
import { smaller } from './smaller.ts';

export type Asset = { path: string; type: string; body: string };

const style = readFileSync(new URL('./style.css', import.meta.url), 'utf8');
const script = readFileSync(new URL('./browser.js', import.meta.url), 'utf8');
const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="10" cy="10" r="8.5" fill="#fff" stroke="#1d1b18" stroke-width="2"/><path d="M10 1.5a8.5 8.5 0 0 1 0 17z" fill="#1d1b18"/></svg>';

export const styleAsset = asset('style', 'css', 'text/css', smaller(style));
export const scriptAsset = asset('script', 'js', 'text/javascript', smaller(script));
export const iconAsset = asset('icon', 'svg', 'image/svg+xml', icon);

/** By the path of its address. */
export const assets = new Map([styleAsset, scriptAsset, iconAsset].map((one) => [one.path, one]));
/** All of them, for what is kept of a page that names them. */
export const assetsVersion = hash22([...assets.keys()].join(' '));

function asset(name: string, ending: string, type: string, body: string): Asset {
  return { path: `/assets/${name}.${hash22(body)}.${ending}`, type: `${type}; charset=utf-8`, body };
}
