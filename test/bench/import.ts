/** How fast real documents move in and out: import into an archive with search, again, export, again, and what the memory does. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, startProcess } from '../support/process.ts';
import { anonymousMb, printTable, type Row } from './measure.ts';

const documents = fileURLToPath(new URL('../../../shared/data/documents', import.meta.url));

export async function bench(): Promise<void> {
  if (!existsSync(documents)) {
    console.log(`skipped: there are no documents in ${documents}`);
    return;
  }
  const dir = mkdtempSync(join(tmpdir(), 'nightdesk-bench-'));
  const archive = await startProcess({ DATA_DIR: join(dir, 'data'), QUIET: '1' });
  const rows: Row[] = [];
  const said = async (file: string, args: string[]) => {
    const running = run(file, args, {});
    await running.ended;
    return /^\d+ documents.*$/m.exec(running.output())?.[0] ?? running.output();
  };
  const memory = [await memoryOf(archive.process.pid)];
  rows.push({ measure: 'import', figure: await said('import', [documents, '--to', archive.url]), wanted: '100/s' });
  memory.push(await memoryOf(archive.process.pid));
  rows.push({ measure: '... again', figure: await said('import', [documents, '--to', archive.url]), wanted: '' });
  memory.push(await memoryOf(archive.process.pid));
  const out = join(dir, 'out');
  rows.push({ measure: 'export', figure: await said('export', [out, '--from', archive.url]), wanted: '500/s' });
  rows.push({ measure: '... again', figure: await said('export', [out, '--from', archive.url]), wanted: '' });
  const names = readdirSync(documents).filter((name) => name.endsWith('.md'));
  const equal = names.filter((name) => {
    const path = join(out, 'articles', name);
    return existsSync(path) && readFileSync(path).equals(readFileSync(join(documents, name)));
  });
  rows.push({
    measure: 'documents that came back byte for byte',
    figure: `${equal.length} of ${names.length}`,
    wanted: 'all',
  });
  rows.push({
    measure: 'memory of the archive before, after the first and the second import',
    figure: `${memory.join(', ')} MB`,
    wanted: 'flat',
  });
  archive.kill('SIGINT');
  await archive.ended;
  rmSync(dir, { recursive: true, force: true });
  printTable(`Documents in and out (Node ${process.version})`, rows);
}

async function memoryOf(pid: number | undefined): Promise<number> {
  if (pid === undefined) throw new Error('the archive has no process id');
  return Math.round(await anonymousMb(pid));
}
