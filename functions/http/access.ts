/**
 * Who may do what: a key for every request but a few that are open, unless reading is open to all. A key comes as `Authorization: Bearer`, or as
 * the password of Basic, which is what feed readers can send. A browser that signed in has a session, which stands for a key
 * (`store/sessions.ts`), reads and writes, and is asked for the key again before what takes `admin`.
 */

import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { ProblemError } from '../problems.ts';
import type { Access } from '../settings.ts';
import { type ApiKey, findKey, hashOf, noteUse, type Scope, scopes } from '../store/keys.ts';
import { keyOfSession } from '../store/sessions.ts';
import type { Table } from '../store/table.ts';
import { isOwnOrigin } from './own-origin.ts';

declare module 'hono' {
  interface ContextVariableMap {
    /** Of the key that came with the request; absent where none is needed. */
    scope?: Scope;
    /** Set where no key is needed: whoever reaches the archive owns it. */
    isOwner?: true;
    /** Set where a browser's session stands for the key: `scope` is `write` at most then. */
    bySession?: true;
    /** Of the key that the session stands for. */
    keyScope?: Scope;
  }
}

/** `__Host-`: taken by browsers only over TLS, from this host, for all of it. */
export const sessionCookie = '__Host-nightdesk';
/** A revoked key is refused after at most so long. */
const decisionMs = 60_000;
/** Guessed keys must not fill the memory. */
const maxDecisions = 1000;
const maxKeyLength = 200;
const openPaths = new Set(['/health', '/session', '/session/end', '/preferences', '/keyboard']);

type Sent = { key: string; by: 'bearer' | 'basic' } | { token: string; by: 'session' };

export function checkAccess(table: Table, { publicRead }: Access, now: () => number): MiddlewareHandler {
  // By the hash: what is compared tells nothing of a key, and none rests in memory.
  const decisions = new Map<string, { known: ApiKey | null; untilMs: number }>();

  async function decide(key: string): Promise<ApiKey | null> {
    const hash = hashOf(key);
    const decided = decisions.get(hash);
    if (decided && decided.untilMs > now()) return decided.known;
    const known = await findKey(table, key);
    if (known && known.revokedAt === null) await noteUse(table, { hash, known, nowMs: now() });
    decisions.delete(hash);
    decisions.set(hash, { known, untilMs: now() + decisionMs });
    const [oldest] = decisions.keys();
    if (decisions.size > maxDecisions && oldest !== undefined) decisions.delete(oldest);
    return known;
  }

  async function keyOf(sent: Sent): Promise<ApiKey | null> {
    if (sent.by !== 'session') return sent.key.length > maxKeyLength ? null : decide(sent.key);
    const session = sent.token.length > maxKeyLength ? null : await keyOfSession(table, sent.token);
    if (session && session.known.revokedAt === null) await noteUse(table, { ...session, nowMs: now() });
    return session?.known ?? null;
  }

  return async (c, next) => {
    const { path, method } = c.req;
    const needed = neededScope(method, path);
    if (isOpen(method, path)) {
      // A page that all may see shows those who signed in what they may do.
      const sent = sentKey(c);
      const known = sent?.by === 'session' && isOwnSession(c) ? await keyOf(sent) : null;
      if (known?.revokedAt === null) admitSession(c, known);
      return next();
    }
    const sent = sentKey(c);
    if (sent === null) {
      if (needed === 'read' && publicRead && !isPrivate(path)) return next();
      throw refused(c, 'key-missing', 'send the key as "Authorization: Bearer KEY"; npm run key makes one');
    }
    // What browsers send by themselves, a page of another site can have them send.
    if (sent.by === 'session' && !isOwnSession(c)) throw crossSite();
    const known = await keyOf(sent);
    if (!known) throw refused(c, 'key-unknown', unknown[sent.by === 'session' ? 'session' : 'key']);
    if (known.revokedAt !== null)
      throw refused(c, 'key-revoked', `the key "${known.name}" was revoked at ${known.revokedAt}`);
    if (sent.by === 'basic' && needed !== 'read') requireOwnPage(c);
    if (sent.by === 'session') {
      admitSession(c, known);
      requireScope(c, asksKeyAgain(method, path) ? 'read' : needed);
    } else {
      c.set('scope', known.scope);
      requireScope(c, needed);
    }
    return next();
  };
}

const unknown = {
  key: 'this archive does not know this key; it may belong to another archive',
  session: 'this sign-in is over; sign in again',
};

/** A session writes at most as `write`, whatever its key may do. */
function admitSession(c: Context, { scope }: ApiKey): void {
  c.set('bySession', true);
  c.set('keyScope', scope);
  c.set('scope', scope === 'admin' ? 'write' : scope);
}

/** What takes no key: it holds nothing of the archive. The page to save with is opened from pages of other sites, and is a form. */
function isOpen(method: string, path: string): boolean {
  if (openPaths.has(path)) return true;
  return (method === 'GET' || method === 'HEAD') && (path === '/save' || /^\/assets\/[^/]+$/.test(path));
}

/**
 * In place of keys where none is needed: any page that somebody has open could else write into the archive of their machine. An
 * extension of the browser passes with a key, which no page knows.
 */
export function checkOwnPage(table: Table): MiddlewareHandler {
  return async (c, next) => {
    const needed = neededScope(c.req.method, c.req.path);
    if (needed !== 'read' && !(await hasKey(c, table, needed))) requireOwnPage(c);
    c.set('isOwner', true);
    return next();
  };
}

/** A key that came as Bearer, which a page of another site cannot have sent without our word, and that may do what is asked. */
async function hasKey(c: Context, table: Table, needed: Scope): Promise<boolean> {
  const [, key = ''] = /^bearer\s+(\S+)\s*$/i.exec(c.req.header('authorization') ?? '') ?? [];
  const known = key === '' || key.length > maxKeyLength ? null : await findKey(table, key);
  return known !== null && known.revokedAt === null && scopes.indexOf(known.scope) >= scopes.indexOf(needed);
}

/** Whether a request may be shown what is nobody else's business: notes. */
export function seesNotes(c: Context): boolean {
  return c.get('isOwner') === true || c.get('scope') !== undefined;
}

/** What may hold the tokens of a person's URLs: captures, and feeds with their addresses. */
function isPrivate(path: string): boolean {
  return /^\/(captures|feeds|feeds\.opml|save|attention|keys)(\/|$)/.test(path);
}

/** For a route that takes more than others of its method. Passes where no key is needed. */
export function requireScope(c: Context, needed: Scope): void {
  const given = c.get('scope');
  if (given !== undefined && scopes.indexOf(given) < scopes.indexOf(needed))
    throw new ProblemError(
      'scope-too-small',
      `this needs a key of scope ${needed}; the scope of this key is ${given}`,
      {
        needed,
      },
    );
}

/** Reading takes `read`; a takedown, which nothing brings back, the list of them, removals and keys take `admin`; all else `write`. */
export function neededScope(method: string, path: string): Scope {
  if (path === '/takedowns' || asksKeyAgain(method, path)) return 'admin';
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return 'read';
  return method === 'DELETE' && /^\/articles\/[^/]+$/.test(path) ? 'admin' : 'write';
}

/** Pages and forms that take `admin`: a session may ask for them, and what changes something asks for the key again (`requireKeyAgain`). */
function asksKeyAgain(method: string, path: string): boolean {
  return path === '/keys' || (method === 'POST' && /^\/(a\/[^/]+\/(remove|undo)|keys\/[^/]+\/revoke)$/.test(path));
}

/** `key`: what the form of a session holds. Throws ProblemError where that may not do what takes `admin`. */
export async function requireKeyAgain(c: Context, table: Table, key: string | undefined): Promise<void> {
  if (!c.get('bySession')) return;
  const known = !key || key.length > maxKeyLength ? null : await findKey(table, key);
  if (!known || known.revokedAt !== null)
    throw new ProblemError('key-unknown', 'this archive has no such key; send an admin key again for this');
  if (known.scope !== 'admin')
    throw new ProblemError(
      'scope-too-small',
      `this needs a key of scope admin; the scope of this key is ${known.scope}`,
      {
        needed: 'admin',
      },
    );
}

function sentKey(c: Context): Sent | null {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)\s*$/.exec(header) ?? [];
    if (/^bearer$/i.test(scheme)) return { key: value, by: 'bearer' };
    if (/^basic$/i.test(scheme)) {
      const [, password = ''] = /^[^:]*:(.*)$/s.exec(Buffer.from(value, 'base64').toString('utf8')) ?? [];
      return { key: password, by: 'basic' };
    }
    throw refused(c, 'key-unknown', 'Authorization must be "Bearer KEY", or Basic with the key as password');
  }
  const token = getCookie(c, sessionCookie);
  return token ? { token, by: 'session' } : null;
}

/** Throws when the request comes from a page of another site, by what its browser says of it (Fetch, "Sec-Fetch-Site" and "Origin"). */
export function requireOwnPage(c: Context): void {
  const from = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  // Behind a proxy the Origin is that of the proxy, whose name we know by PUBLIC_URL alone: the browser's own word goes first.
  const isOurs =
    from === undefined ? origin === undefined || isOwnOrigin(c, origin) : from === 'same-origin' || from === 'none';
  if (!isOurs) throw crossSite();
}

function crossSite(): ProblemError {
  return new ProblemError('wrong-origin', 'cross-site requests are not allowed');
}

/**
 * Whether a request with a session may be answered: from a page of ours, by Sec-Fetch-Site or else by Origin. From elsewhere a link may open
 * a page at the top, which SameSite=Lax lets pass. Without either header nothing is written.
 */
function isOwnSession(c: Context): boolean {
  const from = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
  if (from === 'same-origin') return true;
  if (from !== undefined) {
    const isOpened = c.req.header('sec-fetch-mode') === 'navigate' && c.req.header('sec-fetch-dest') === 'document';
    return isRead && (from === 'none' || isOpened);
  }
  return origin === undefined ? isRead : isOwnOrigin(c, origin);
}

/** With the header that makes feed readers and browsers ask for a key. */
function refused(c: Context, code: 'key-missing' | 'key-unknown' | 'key-revoked', detail: string): ProblemError {
  c.header('www-authenticate', 'Bearer realm="nightdesk", Basic realm="nightdesk", charset="UTF-8"');
  return new ProblemError(code, detail);
}
