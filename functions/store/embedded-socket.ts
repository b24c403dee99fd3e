/**
 * Calls to the embedded services over a local socket, for other processes of the same user: a Unix socket in a folder that only they
 * may enter, a named pipe on Windows. No web page and no other user reaches it.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Answer, type Ask, type Call, StorageGone, services } from './embedded-call.ts';

const folderPrefix = 'nightdesk-';
const serviceHeader = 'x-nightdesk-service';
/** A Unix socket's path has at most 104 bytes on macOS, 108 on Linux, with a byte at its end. */
const longestPath = 99;
/** As long as the longest call takes, a receive that waits, twice over. */
const answerWithinMs = 40_000;

/** A new path for a socket, in a new folder of this user's alone. */
export function newSocketPath(platform = process.platform, tmp = tmpdir()): string {
  if (platform === 'win32') return `\\\\.\\pipe\\${folderPrefix}${randomUUID()}`;
  // mkdtemp adds six characters, and makes the folder for its user alone.
  const room = Buffer.byteLength(join(tmp, `${folderPrefix}123456`, 's'));
  return join(mkdtempSync(join(room > longestPath ? '/tmp' : tmp, folderPrefix)), 's');
}

/** Removes what a process left behind that was killed. A path that this file did not make is left alone. */
export function removeSocket(path: string): void {
  if (path.startsWith('\\\\.\\pipe\\')) return;
  const folder = dirname(path);
  if (basename(path) === 's' && basename(folder).startsWith(folderPrefix))
    rmSync(folder, { recursive: true, force: true });
}

/** Answers calls at the path until it is closed. */
export async function listenOnSocket(
  path: string,
  answer: (call: Call) => Promise<Answer>,
): Promise<{ close(): Promise<void> }> {
  const server = createServer((incoming, response) => {
    void serve(incoming, response, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: (call: Call) => Promise<Answer>,
): Promise<void> {
  const call = await callOf(incoming).catch(() => null);
  // Who asks is gone, or is none of ours.
  if (!call) return void incoming.destroy();
  const { status, headers, body } = await answer(call);
  const { 'transfer-encoding': _, ...given } = headers;
  response.writeHead(status, { ...given, 'content-length': body.byteLength });
  response.end(body);
}

async function callOf(incoming: IncomingMessage): Promise<Call | null> {
  const { [serviceHeader]: name, ...headers } = incoming.headers;
  const service = services.find((one) => one === name);
  if (!service) return null;
  const body = await wholeBody(incoming);
  const given = Object.entries(headers).map(([header, value]) => [header, String(value)]);
  return {
    service,
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: Object.fromEntries(given),
    body: body.length > 0 ? body : null,
  };
}

/** `close` ends the connections that are kept for later calls. */
export function askOverSocket(path: string): { ask: Ask; close(): void } {
  const agent = new Agent({ keepAlive: true });
  return { ask: (call, signal) => askOnce({ path, agent }, call, signal), close: () => agent.destroy() };
}

function askOnce(
  { path: socketPath, agent }: { path: string; agent: Agent },
  call: Call,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { service, method, path, headers, body } = call;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(
        signal?.aborted
          ? signal.reason
          : new StorageGone(`the archive that is running does not answer: ${error.message}`, { cause: error }),
      );
    };
    const outgoing = request({
      socketPath,
      agent,
      method,
      path,
      headers: { ...headers, [serviceHeader]: service },
      timeout: answerWithinMs,
      ...(signal ? { signal } : {}),
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`)));
    outgoing.once('error', fail);
    outgoing.once('response', (response) => {
      wholeBody(response).then((bytes) => resolve(answerOf(response, bytes)), fail);
    });
    outgoing.end(body ?? undefined);
  });
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, body: Uint8Array): Answer {
  const given = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { status: statusCode, headers: Object.fromEntries(given), body };
}

async function wholeBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
