/** Argument -> its name in messages, where that is not its own: `version` is the pattern's there. */
const RENAMED = new Map([['version', 'session_version']]);

/** The name of an argument in messages. */
export function wireName(argument: string): string {
  return RENAMED.get(argument) ?? argument;
}
