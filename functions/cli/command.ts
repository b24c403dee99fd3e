/** How each command begins and fails: its arguments and settings, or one line that says what is wrong with them. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { readSettings, type Settings, SettingsError } from '../settings.ts';

/** Ends the process with status 2 when there is an argument that the command does not take. */
export function argumentsOrExit<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      giveUp(`${error.message}\n--help says what there is.`, 2);
    throw error;
  }
}

/** Ends the process when one of the variables is not what it should be. */
export function settingsOrExit(env: Record<string, string | undefined>): Settings {
  try {
    return readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) giveUp(error.message);
    throw error;
  }
}

export function giveUp(message: string, status = 1): never {
  console.error(message);
  process.exit(status);
}
