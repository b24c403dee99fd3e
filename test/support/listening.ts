/** The listening TCP sockets of a process, read from the system: Linux's /proc, where each socket of a process is a link. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const listenState = '0A';

/** `127.0.0.1:8080` and the like, the address in the system's own hexadecimal form; empty when the process is gone. */
export function listeningSockets(pid: number): string[] {
  const own = new Set(socketsOf(pid));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === listenState && own.has(inode ?? ''))
      .map(([, local]) => local ?? ''),
  );
}

/** The inodes of all sockets that a process has open. */
function socketsOf(pid: number): string[] {
  return namesIn(`/proc/${pid}/fd`).flatMap(
    (fd) => /^socket:\[(\d+)\]$/.exec(target(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
  );
}

function namesIn(folder: string): string[] {
  return unlessGone(() => readdirSync(folder), []);
}

function target(link: string): string {
  return unlessGone(() => readlinkSync(link), '');
}

/** What is read may end while it is read. */
function unlessGone<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(ENOENT|ESRCH)$/.test(String(error.code))) return otherwise;
    throw error;
  }
}
