/**
 * Starts DynamoDB, S3 and SQS for one machine: a thread of this process, what they keep in one folder. A lock that dies with
 * the process keeps a second start out. Imports next to nothing, so that the thread can open what is stored while the main one
 * still loads the archive: with 40,000 objects that is half a second.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { codeOf } from '../error-code.ts';
import { makeFolder } from '../make-folder.ts';
import type { Ask } from './embedded-call.ts';
import { askOverPort, type FromThread } from './embedded-port.ts';
import { newSocketPath, removeSocket } from './embedded-socket.ts';
import type { ThreadData } from './embedded-thread.ts';

export type Servers = {
  /** Resolves when what is stored is open; rejects when it cannot be. */
  opened: Promise<void>;
  ask: Ask;
  /** True when the process before this one was killed or crashed. */
  afterCrash: boolean;
  /** Says what happened when the thread ends before it was told to: nothing can be stored or read from then on. */
  died: Promise<string>;
  close(): Promise<void>;
};

/** The folder is another process's, or nothing can be kept in it; the message says which, to the user. */
export class DataDirError extends Error {
  override name = 'DataDirError';
}

/** Another process has the folder. */
export class DataDirInUse extends DataDirError {
  override name = 'DataDirInUse';
}

type Lock = { afterCrash: boolean; release(): void };

/** In the folder: where its socket is, for as long as a process has it. */
const addressFile = 'listening.json';
export const bucketName = 'nightdesk';
export const queueName = 'nightdesk';
/** Longer than any job: a message comes again only when its worker died. */
const visibilitySeconds = 180;
/** The mode of its folders. */
const ownersOnly = 0o700;

/**
 * LevelDB works in a thread of its own, which ends a little after the database is closed. When the last JavaScript thread that
 * loaded the addon ends before that, Node unloads the code that runs there, and the process dies of a segmentation fault. Here it
 * stays loaded for as long as the process lives.
 */
createRequire(import.meta.url)('classic-level');

/** Throws DataDirError when another process has the folder, or when it cannot be made or written to. */
export function launchServers(dataDir: string, threadFile = new URL('./embedded-thread.ts', import.meta.url)): Servers {
  const { lock, socketPath } = openFolder(dataDir);
  const leave = () => {
    rmSync(join(dataDir, addressFile), { force: true });
    removeSocket(socketPath);
  };
  // A command may end without closing, as when the storage died under it.
  process.once('exit', leave);
  const thread = new Worker(threadFile, {
    workerData: { dataDir, bucketName, queueName, visibilitySeconds, socketPath } satisfies ThreadData,
    resourceLimits: { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 24 },
  });
  let state: 'running' | 'closing' | 'dead' = 'running';
  let reason = 'it ended by itself';
  thread.on('error', (error) => {
    reason = String(error);
  });
  const died = new Promise<string>((resolve) => {
    thread.once('exit', () => {
      if (state === 'running')
        resolve(
          isDamage(reason)
            ? `The storage in ${dataDir} is damaged: ${reason}. Something that was asked for cannot be read any more, and starting again does not help; keep the folder as it is, and put back a copy of it.`
            : `The storage in ${dataDir} died: ${reason}. Everything that was acknowledged is stored; start again.`,
        );
      state = 'dead';
    });
  });
  return {
    opened: until(thread, 'open'),
    ask: askOverPort(thread),
    afterCrash: lock.afterCrash,
    died,
    async close() {
      if (state === 'running') {
        state = 'closing';
        const closed = until(thread, 'closed');
        thread.postMessage('close');
        await closed;
        await thread.terminate();
      }
      process.off('exit', leave);
      leave();
      lock.release();
    },
  };
}

/** The socket of the process that has the folder; null when none is named there, as after a start that is not done. */
export function readAddress(dataDir: string): string | null {
  const path = join(dataDir, addressFile);
  if (!existsSync(path)) return null;
  try {
    const { socket } = JSON.parse(readFileSync(path, 'utf8')) as { socket?: unknown };
    return typeof socket === 'string' ? socket : null;
  } catch (error) {
    // Half written, by a process that was killed or is just doing it.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What LevelDB and SQLite say of files that are not as they wrote them. */
function isDamage(reason: string): boolean {
  return /corrupt|malformed|not a database/i.test(reason);
}

/** Throws DataDirError when nothing was ever archived in the folder: a command that only looks must not make an archive of a slip. */
export function requireArchive(dataDir: string): void {
  try {
    readdirSync(join(dataDir, 'table'));
  } catch (error) {
    throw new DataDirError(whyNoArchive(dataDir, codeOf(error)), { cause: error });
  }
}

/** `code`: of the system, which hides what is in a folder that may not be read. */
export function whyNoArchive(dataDir: string, code: string | null): string {
  if (code === 'EACCES' || code === 'EPERM')
    return `no permission to read ${dataDir}; run the command as the user who runs the archive, or set DATA_DIR to another folder`;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `there is no archive in ${dataDir}; set DATA_DIR to the folder of the archive`;
  return `${dataDir} cannot be read (${code})`;
}

/** Waits for a word of the thread; rejects when it dies instead. */
function until(thread: Worker, word: FromThread): Promise<void> {
  return new Promise((resolve, reject) => {
    thread
      .on('message', (message: FromThread) => {
        if (message === word) resolve();
      })
      .once('error', reject)
      .once('exit', () => reject(new Error('the storage ended before it answered')));
  });
}

function openFolder(dataDir: string): { lock: Lock; socketPath: string } {
  let lock: Lock | null = null;
  try {
    makeFolder(dataDir, ownersOnly);
    for (const part of ['table', 'bucket']) makePrivate(join(dataDir, part));
    lock = takeLock(dataDir);
    return { lock, socketPath: nameSocket(dataDir) };
  } catch (error) {
    lock?.release();
    if (error instanceof DataDirError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const hint = 'set DATA_DIR to a folder that can be written';
    throw new DataDirError(`the archive cannot write to ${dataDir} (${reason}); ${hint}`, { cause: error });
  }
}

/** A new socket's path, written where other processes find it. What a process left that was killed goes. */
function nameSocket(dataDir: string): string {
  const before = readAddress(dataDir);
  if (before) removeSocket(before);
  const socket = newSocketPath();
  writeFileSync(join(dataDir, addressFile), JSON.stringify({ socket }), { mode: 0o600 });
  return socket;
}

/** What is archived is for its user alone, whoever may enter the folder that it lies in, and also where an older version made it. */
function makePrivate(path: string): void {
  makeFolder(path, ownersOnly);
  if (process.platform !== 'win32') chmodSync(path, ownersOnly);
}

/** SQLite's file lock goes with the process, however it ends; a lock file of our own would outlive a kill. */
function takeLock(dataDir: string): Lock {
  const db = new DatabaseSync(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE IF NOT EXISTS running (pid INTEGER)');
    const before = db.prepare('SELECT pid FROM running').get();
    db.exec(`DELETE FROM running; INSERT INTO running VALUES (${process.pid})`);
    return {
      afterCrash: before !== undefined,
      release() {
        db.exec('DELETE FROM running');
        db.close();
      },
    };
  } catch (error) {
    db.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new DataDirInUse(
        `another Nightdesk is running on ${dataDir}; stop it first, or set DATA_DIR to another folder`,
      );
    }
    throw error;
  }
}
