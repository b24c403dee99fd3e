/** What a page has to know of its reader, from the request: language, time zone, colours, and what may be done. */
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { seesNotes } from '../http/access.ts';
import { ownOrigin } from '../http/own-origin.ts';
import { type Scope, scopes } from '../store/keys.ts';
import { type Words, wordsOf } from './words.ts';
import { type Clock, type Lang, zoneOf } from './zone.ts';

export type View = Clock & {
  words: Words;
  /** Which colours the reader chose. */
  theme: 'system' | 'light' | 'dark';
  nowMs: number;
  /** True where a request may write: buttons that cannot be used are not there. */
  mayWrite: boolean;
  /** True where no key is needed to remove a story or to make keys; a session is asked for its key again. */
  mayAdmin: boolean;
  /** True where the page of keys is shown; a session is asked for its key again to change them. */
  seesKeys: boolean;
  seesNotes: boolean;
  /** Null where no key is needed, or none was sent. */
  scope: Scope | null;
  isOwner: boolean;
  bySession: boolean;
  /** The address that was asked for, for forms that come back. */
  here: string;
  origin: string;
};

export const langCookie = 'nd-lang';
export const zoneCookie = 'nd-zone';
export const themeCookie = 'nd-theme';

export function viewOf(c: Context, nowMs: number): View {
  const lang = langOf(c);
  const theme = getCookie(c, themeCookie);
  const scope = c.get('scope') ?? null;
  const isOwner = c.get('isOwner') === true;
  const { pathname, search } = new URL(c.req.url);
  const zone = getCookie(c, zoneCookie);
  return {
    lang,
    words: wordsOf(lang),
    zone: zoneOf(zone) ?? 'UTC',
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    nowMs,
    mayWrite: isOwner || hasScope(scope, 'write'),
    mayAdmin: isOwner || hasScope(scope, 'admin'),
    seesKeys: isOwner || hasScope(c.get('keyScope') ?? scope, 'admin'),
    seesNotes: seesNotes(c),
    scope,
    isOwner,
    bySession: c.get('bySession') === true,
    here: pathname + search,
    origin: ownOrigin(c),
  };
}

function hasScope(given: Scope | null, needed: Scope): boolean {
  return given !== null && scopes.indexOf(given) >= scopes.indexOf(needed);
}

/** The one that was chosen, or else what the browser prefers of the two. */
function langOf(c: Context): Lang {
  const chosen = getCookie(c, langCookie);
  if (chosen === 'en' || chosen === 'zh-Hans') return chosen;
  return preferredLang(c.req.header('accept-language'));
}

/** Accept-Language (RFC 9110 12.5.4) -> the one of our languages that it prefers; English where it names neither. */
export function preferredLang(header: string | undefined): Lang {
  const ranked = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part, at) => {
      const [tag = '', ...parameters] = part
        .toLowerCase()
        .split(';')
        .map((one) => one.trim());
      const q = parameters.find((one) => one.startsWith('q='));
      return { tag, at, q: q === undefined ? 1 : Number(q.slice(2)) || 0 };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q || a.at - b.at);
  const first = ranked.find(({ tag }) => /^(zh|en)(-|$)/.test(tag));
  return first?.tag.startsWith('zh') ? 'zh-Hans' : 'en';
}

/** True when a client asks for HTML before JSON, as browsers do and programs do not. */
export function wantsHtml(c: Context): boolean {
  const accept = c.req.header('accept') ?? '';
  const at = accept.search(/text\/html|application\/xhtml\+xml/i);
  const json = accept.search(/application\/(problem\+)?json/i);
  return at >= 0 && (json < 0 || at < json);
}
