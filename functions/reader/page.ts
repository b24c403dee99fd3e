/** The frame of every page: the bar with its sections, the foot with the switches, and the headers that keep it quiet and safe. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { hash22 } from '../hash.ts';
import { isKnown } from '../http/snapshots.ts';
import { assets } from './assets.ts';
import { type Html, html, ownHtml, type Part, plain } from './markup.ts';
import type { View } from './view.ts';
import { numberText, zoneText } from './zone.ts';

export type Section = 'stories' | 'edited' | 'removed' | 'feeds' | 'attention' | 'save' | 'keys';

export type Page = {
  title: string;
  section?: Section;
  main: Part;
  /** What stands in the field of the search. */
  q?: string;
  /** True where the search takes the focus. */
  autofocus?: boolean;
  /** The address of this list as Atom. */
  atom?: string;
  /** True where the page is looked at again by itself, as long as something is under way. */
  isLive?: boolean;
  /** In place of bar and foot: the door, and the page as it was. */
  bare?: 'door' | 'kept';
  /** For the script: what the keys and buttons of this page do. */
  data?: Record<string, string>;
};

/** What the frame says of the archive; null where the reader may not know it yet. */
export type Frame = { stories: number; sites: number; attention: number; pending: number; version: string };

const policy = [
  "default-src 'none'",
  ...["style-src 'self'", "script-src 'self'", "img-src 'self'", "connect-src 'self'", "frame-src 'self'"],
  ...["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"],
].join('; ');

export const pageHeaders = {
  'content-security-policy': policy,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'private, no-cache',
};

export function answerPage(
  c: Context,
  view: View,
  {
    page,
    frame,
    status = 200,
    headers = {},
  }: { page: Page; frame: Frame | null; status?: ContentfulStatusCode; headers?: Record<string, string> },
): Response {
  return c.html(document(view, page, frame).toString(), status, {
    ...pageHeaders,
    'content-language': view.lang,
    ...headers,
  });
}

/**
 * The tag of a page that says only what `facts` says: with `If-None-Match` it is answered before it is made. It also names all of the
 * view that a page shows.
 */
export function pageTag(view: View, frame: Frame | null, facts: unknown): string {
  const { lang, zone, theme, mayWrite, mayAdmin, seesKeys, seesNotes, bySession, here, origin } = view;
  const shown = { lang, zone, theme, mayWrite, mayAdmin, seesKeys, seesNotes, bySession, here, origin };
  return `W/"${hash22(JSON.stringify([assets().version, shown, frame, facts]))}"`;
}

/** The answer to a request that has the page of this tag already. */
export function unchanged(c: Context, tag: string): Response | null {
  if (!isKnown(c.req.header('if-none-match'), tag.replace(/^W\//, ''))) return null;
  return c.body(null, 304, { etag: tag, 'cache-control': 'private, no-cache' });
}

const logo = ownHtml(
  '<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M10 1.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/></svg>',
);

export function document(view: View, page: Page, frame: Frame | null): Html {
  const { words: t, lang, theme } = view;
  const { style, script, icon } = assets();
  const data = Object.entries({ zone: view.zone, copied: t.copied, ...page.data }).map(
    ([name, value]) => html` data-${name}="${value}"`,
  );
  return html`<!doctype html>
<html lang="${lang}"${theme === 'system' ? null : html` data-theme="${theme}"`}${data}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>${plain(page.title)} · Nightdesk</title>
<link rel="stylesheet" href="${style.path}">
<link rel="icon" href="${icon.path}" type="image/svg+xml">
${page.isLive ? html`<noscript><meta http-equiv="refresh" content="5"></noscript>` : null}
${page.atom ? html`<link rel="alternate" type="application/atom+xml" href="${page.atom}">` : null}
<script src="${script.path}" defer></script>
</head>
<body${page.bare === 'kept' ? html` class="kept"` : null}>
${page.bare ? null : html`<a class="skip" href="#main">${t.skip}</a>${bar(view, page, frame)}`}
${page.bare ? null : html`<p class="notice is-look offline" id="unreachable" role="status" hidden><span class="m">${t.notReachable}</span> ${t.notReachableHelp}</p>`}
${page.bare === 'kept' ? page.main : html`<main id="main">${page.main}</main>`}
${page.bare ? null : foot(view, frame)}
</body>
</html>`;
}

/** The name of the archive, with its sign. */
export function nameLink(view: View, { wide = true } = {}): Html {
  return html`<a class="name" href="/" aria-label="${wide ? 'Nightdesk' : view.words.nameHome}">${logo}${
    wide ? html`<span class="wide">Nightdesk</span>` : null
  }</a>`;
}

export function nameSign(): Html {
  return html`<p class="name">${logo}Nightdesk</p>`;
}

function bar(view: View, { section, q, autofocus }: Page, frame: Frame | null): Html {
  const { words: t, lang } = view;
  const here = (name: Section) => (name === section ? html` aria-current="page"` : null);
  const badge = (n: number, label: string) =>
    html` <b class="n">${n > 99 ? '99+' : n}<span class="sr"> ${label}</span></b>`;
  const placeholder =
    frame && frame.stories > 0 ? t.searchStories(numberText(frame.stories, lang), frame.stories) : t.search;
  return html`<header class="bar">
  ${nameLink(view)}
  <search><form action="/">
    <label class="sr" for="q">${t.search}</label>
    <input id="q" name="q" type="search" maxlength="1000" value="${q ?? ''}" placeholder="${placeholder}" autocomplete="off" enterkeyhint="search"${
      autofocus ? html` autofocus` : null
    }><kbd aria-hidden="true">/</kbd>
  </form></search>
  ${
    view.mayWrite
      ? html`<a class="btn primary save" href="/save" data-m="+"${here('save')}>${t.saveShort}<span class="wide">${t.saveRest}</span>${
          frame && frame.pending > 0 ? badge(frame.pending, t.pending) : null
        }</a>`
      : null
  }
  <nav class="sections" aria-label="${t.sections}">
    <ul>
      <li><a href="/" data-m="¶"${here('stories')}>${t.stories}</a></li>
      <li><a href="/edited" data-m="~"${here('edited')}>${t.edited}</a></li>
      <li><a href="/removed" data-m="−"${here('removed')}>${t.removed}</a></li>
      ${
        view.scope || view.isOwner
          ? html`<li><a href="/feeds" data-m="»"${here('feeds')}>${t.feeds}</a></li>
      <li><a href="/attention" data-m="!"${here('attention')}>${t.attention}${
        frame && frame.attention > 0 ? badge(frame.attention, t.needYou) : null
      }</a></li>`
          : null
      }
    </ul>
  </nav>
</header>`;
}

function foot(view: View, frame: Frame | null): Html {
  const { words: t, lang, theme } = view;
  const other = lang === 'en' ? { lang: 'zh-Hans', name: '中文' } : { lang: 'en', name: 'English' };
  const choice = (value: View['theme'], label: string) =>
    html`<label><input type="radio" name="theme" value="${value}" id="${value}"${value === theme ? html` checked` : null}> ${label}</label>`;
  const sum =
    frame && frame.stories > 0
      ? t.sum(numberText(frame.stories, lang), frame.stories, numberText(frame.sites, lang), frame.sites)
      : null;
  return html`<footer class="foot">
  <p>${sum} ${t.timesAre(zoneText(view.zone, view.nowMs))}</p>
  ${view.seesKeys ? html`<a href="/keys">${t.keys}</a>` : null}
  <a href="/keyboard">${t.keyboard} <kbd>?</kbd></a>
  <form action="/preferences" method="post" class="plain"><input type="hidden" name="next" value="${view.here}"><button class="as-link" name="lang" value="${other.lang}" lang="${other.lang}">${other.name}</button></form>
  ${frame ? html`<span>${t.version} ${frame.version}</span>` : null}
  ${
    view.bySession
      ? html`<form action="/session/end" method="post" class="plain"><button class="as-link">${t.signOut}</button></form>`
      : view.isOwner || view.scope
        ? null
        : html`<a href="/session?next=${encodeURIComponent(view.here)}">${t.signIn}</a>`
  }
  <form action="/preferences" method="post" class="theme"><input type="hidden" name="next" value="${view.here}"><fieldset>
    <legend>${t.appearance}</legend>
    ${choice('system', t.system)} ${choice('light', t.light)} ${choice('dark', t.dark)}
    <noscript><button class="btn">${t.keep}</button></noscript>
  </fieldset></form>
</footer>`;
}
