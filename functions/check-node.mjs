/**
 * Preloaded before anything else, in plain JavaScript: says what is missing when Node is too old to read the rest, and
 * lets Node keep what it compiles (and strips of types) under node_modules, which takes two thirds off the next start.
 */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Nightdesk needs Node 22.19 or newer and this is ${process.version}.\n` +
      'Run it with npm: "npm install" puts a fitting Node into node_modules, and "npm start" uses it.\n' +
      'If npm installed without development packages or without install scripts, run "npm install --include=dev" and "npm rebuild node".',
  );
  process.exit(1);
}

module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));
