/** What an archive says at its start that asks for keys and has none: the command that makes one, in the same folder. */
import { resolve } from 'node:path';

const command = 'npm run --silent key -- new me --scope admin';

/** `dataDir`: absolute, as the settings have it. The folder is named only where it is not the default. */
export function firstKey(dataDir: string, platform: NodeJS.Platform = process.platform): string {
  const asked = 'Others can reach this address, so every request needs a key. To make the first key,';
  if (dataDir === resolve('./data')) return `${asked} run: ${command}`;
  // cmd and PowerShell have each a form of their own.
  if (platform === 'win32') return `${asked} set DATA_DIR to ${dataDir} and run: ${command}`;
  return `${asked} run: DATA_DIR=${quoted(dataDir)} ${command}`;
}

/** As one word of a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
