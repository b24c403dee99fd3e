/**
 * The style and the script of the pages, each at an address with the hash of its content, so that browsers keep them for a year. They are
 * files of their own beside this; `infra/inline-assets.ts` puts them into bundles. They are read for the first page, since most requests are for none.
 */
import { readFileSync } from 'node:fs';
import { hash22 } from '../hash.ts';
import { smaller } from './smaller.ts';

export type Asset = { path: string; type: string; body: string };

export type Assets = {
  style: Asset;
  script: Asset;
  icon: Asset;
  /** By the path of its address. */
  byPath: Map<string, Asset>;
  /** All of them, for what is kept of a page that names them. */
  version: string;
};

let made: Assets | null = null;

export function assets(): Assets {
  made ??= make();
  return made;
}

function make(): Assets {
  const style = asset('style', 'css', smaller(readFileSync(new URL('./style.css', import.meta.url), 'utf8')));
  const script = asset('script', 'js', smaller(readFileSync(new URL('./browser.js', import.meta.url), 'utf8')));
  const icon = asset('icon', 'svg', drawing);
  const byPath = new Map([style, script, icon].map((one) => [one.path, one]));
  return { style, script, icon, byPath, version: hash22([...byPath.keys()].join(' ')) };
}

const types = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };

function asset(name: string, ending: keyof typeof types, body: string): Asset {
  return { path: `/assets/${name}.${hash22(body)}.${ending}`, type: `${types[ending]}; charset=utf-8`, body };
}

const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="10" cy="10" r="8.5" fill="#fff" stroke="#1d1b18" stroke-width="2"/><path d="M10 1.5a8.5 8.5 0 0 1 0 17z" fill="#1d1b18"/></svg>';
