/** The commands' way to an archive: the one that runs on PORT, or else one started here on DATA_DIR for as long as the command runs. */
import { startArchive } from '../archive.ts';
import { noLog } from '../log.ts';
import type { Settings } from '../settings.ts';

export type Client = {
  url: string;
  /** True when the archive runs only for this command. */
  own: boolean;
  close(): Promise<void>;
};

export class ArchiveError extends Error {
  override name = 'ArchiveError';
}

/** `to`: the archive's address, if the user gave one. Throws ArchiveError when there is no archive there, DataDirInUse when DATA_DIR is taken. */
export async function connect(settings: Settings, to: string | undefined): Promise<Client> {
  const url = (to ?? `http://${settings.host}:${settings.port}`).replace(/\/+$/, '');
  if (await isArchive(url)) return { url, own: false, close: async () => undefined };
  if (to !== undefined) throw new ArchiveError(`no archive answers at ${url}`);
  const archive = await startArchive({ ...settings, port: 0 }, noLog);
  return { url: archive.url, own: true, close: archive.stop };
}

/** JSON of an answer; throws ArchiveError with the problem's words for any but 2xx. */
export async function callArchive(url: string, init?: { method: string; body: unknown }): Promise<unknown> {
  const response = await fetch(
    url,
    init && { method: init.method, body: JSON.stringify(init.body), headers: { 'content-type': 'application/json' } },
  );
  const body: unknown = await response.json();
  if (response.ok) return body;
  const { code, detail } = body as { code?: string; detail?: string };
  throw new ArchiveError(`${code ?? response.status}: ${detail ?? response.statusText}`);
}

async function isArchive(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) });
    const body = (await response.json()) as { status?: unknown };
    return response.ok && body.status === 'ok';
  } catch (error) {
    if (
      error instanceof TypeError ||
      error instanceof SyntaxError ||
      (error instanceof Error && error.name === 'TimeoutError')
    )
      return false;
    throw error;
  }
}
