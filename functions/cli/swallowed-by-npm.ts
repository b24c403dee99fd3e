/** Options that npm took for itself because no `--` stood before them: without them a command would do something else than was asked. */

type Called = { name: string; args: string[]; help: string; env: Record<string, string | undefined> };

/** npm completes what is the beginning of an option of its own. */
const completed: Record<string, string> = { to: 'token-description' };
/** Those that npm knows too, and that an .npmrc or the environment may set for npm alone. */
const shared = ['tag', 'json', 'scope'];
/** As these, and no harm when it is lost: the command asks. */
const harmless = ['yes'];

/** What to write in place of that; null where npm took none. `help`: of the command, which names all of its options. */
export function swallowedByNpm({ name, args, help, env }: Called): string | null {
  const script = env.npm_lifecycle_event;
  if (script !== name && script !== 'nightdesk') return null;
  const options = new Set([...help.matchAll(/--([a-z][a-z-]*)/g)].map(([, option = '']) => option));
  const taken = [...options].filter((option) => isTaken(option, args, env));
  const [first] = taken;
  if (first === undefined) return null;
  const call = script === name ? `npm run ${name} --` : `npm run nightdesk -- ${name}`;
  const unset = taken.filter((option) => shared.includes(option)).map((option) => `npm_config_${option}`);
  const others =
    unset.length > 0
      ? `\nIf you did not write it, an .npmrc or the environment sets it: unset ${unset.join(', ')}.`
      : '';
  return `npm took --${taken.join(' and --')} for itself. Write -- before the options: ${call} --${first} …${others}`;
}

function isTaken(option: string, args: string[], env: Called['env']): boolean {
  if (harmless.includes(option) || args.some((arg) => arg.split('=')[0] === `--${option}`)) return false;
  if (option === 'format') return isFormatLeft(args);
  return [option, completed[option] ?? option].some((one) => {
    const value = env[`npm_config_${one.replaceAll('-', '_')}`];
    // An .npmrc names a scope of packages, which begins with @.
    return value !== undefined && value !== '' && !value.startsWith('@');
  });
}

/** npm takes `--format` for `--format-package-lock`, its default, which leaves no trace; the format stays behind as a second folder. */
function isFormatLeft(args: string[]): boolean {
  // Whoever has an option here wrote the `--`.
  if (args.some((arg) => arg.startsWith('-'))) return false;
  return args.length > 1 && args.some((arg) => arg === 'warc' || arg === 'tree');
}
