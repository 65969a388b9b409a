import { configError } from '../toolkit/Options.js';

export const USAGE = `Usage: service-sessions [options]

  -c, --config FILE              configuration; default ./config/config.yml, else the one of this package
  -p, --params KEY=VALUE[;...]   parameters of the configuration's template; repeatable; they win over the environment
  -h, --help                     this text
      --version                  name and version
`;

export interface CommandLine {
  /** Undefined: the default configuration. */
  config: string | undefined;
  parameters: Map<string, string>;
  /** What was asked for instead of a running service. */
  show: 'usage' | 'version' | null;
}

/** Throws a ConfigException that says what is wrong with the arguments. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const line: CommandLine = { config: undefined, parameters: new Map(), show: null };
  const rest = args.flatMap(splitEquation);
  while (rest.length > 0) {
    const option = rest.shift() as string;
    switch (option) {
      case '-h':
      case '--help':
        line.show = 'usage';
        break;
      case '--version':
        line.show ??= 'version';
        break;
      case '-c':
      case '--config':
        line.config = argumentOf(option, 'the path of a file', rest);
        break;
      case '-p':
      case '--param':
      case '--params':
        readParameters(argumentOf(option, 'KEY=VALUE', rest), line.parameters);
        break;
      default:
        throw configError('UNKNOWN_ARGUMENT', `unknown argument "${option}"; known are: -c, -p, -h, --version`);
    }
  }
  return line;
}

/** `--config=FILE` is `--config FILE`. */
function splitEquation(arg: string): string[] {
  const found = /^(--[a-z]+)=(.*)$/s.exec(arg);
  return found === null ? [arg] : [found[1] as string, found[2] as string];
}

function argumentOf(option: string, what: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined || value === '') throw configError('MISSING_VALUE', `${option} must be followed by ${what}`);
  return value;
}

function readParameters(text: string, parameters: Map<string, string>): void {
  for (const pair of text.split(';')) {
    if (pair.trim() === '') continue;
    const sign = pair.indexOf('=');
    const key = pair.slice(0, sign).trim();
    if (sign < 0 || key === '') throw configError('BAD_PARAMETER', `parameter "${pair}" must have the form KEY=VALUE`);
    parameters.set(key, pair.slice(sign + 1).trim());
  }
}
