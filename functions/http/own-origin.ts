/** The origin that readers know the archive by: PUBLIC_URL, or else what they asked for. No header that a proxy adds is read. */
import type { Context, MiddlewareHandler } from 'hono';

/** Keeps the origin of PUBLIC_URL for `ownOrigin`; null where there is none. */
export function withPublicUrl(publicUrl: string | null): MiddlewareHandler {
  return async (c, next) => {
    c.set('publicUrl', publicUrl);
    await next();
  };
}

/** Scheme, host and port, without a slash at the end. */
export function ownOrigin(c: Context): string {
  return c.get('publicUrl') ?? new URL(c.req.url).origin;
}

/**
 * Whether a browser's `Origin` names this archive. A proxy that ends TLS asks us by http, so without PUBLIC_URL only host and port
 * are compared.
 */
export function isOwnOrigin(c: Context, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const publicUrl: string | null = c.get('publicUrl') ?? null;
  return publicUrl === null ? new URL(origin).host === new URL(c.req.url).host : new URL(origin).origin === publicUrl;
}
