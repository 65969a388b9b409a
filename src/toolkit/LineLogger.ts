import type { ConfigParams } from 'pip-services3-commons-nodex';
import { Logger, LogLevel, LogLevelConverter } from 'pip-services3-components-nodex';
import type { OptionTable } from './Options.js';
import { readOptions } from './Options.js';

const LEVELS = ['none', 'nothing', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace'];
const MOST_CAUSES = 5;

/** The options of every logger of the toolkit, which by itself takes an unknown level for `info`. */
export const LOGGER_OPTIONS = {
  level: {
    type: 'text',
    values: [...LEVELS, '0', '1', '2', '3', '4', '5', '6'],
    default: 'info',
    doc: 'The least important events that are written: `none` or 0, `fatal` or 1, and so on to `trace` or 6.',
  },
  source: { type: 'text', default: undefined, doc: 'Name of the source; without effect on the lines.' },
} as const satisfies OptionTable;

/**
 * Writes one line an event, whatever is in the message or the stack: time, level, [correlation id], message. Warnings and
 * errors go to standard error and everything else to standard output, as the toolkit's console logger does.
 *
 * ### Configuration parameters ###
 *
 * See docs/configuration.md, `pip-services:logger:console`.
 *
 * ### References ###
 *
 * - `*:context-info:*:*:1.0` (optional) the name of the source
 *
 * ### Example ###
 *
 *     const logger = new LineLogger();
 *     logger.info('123', 'Opened %s', 'door');  // 2026-01-31T10:20:30.400Z INFO [123] Opened door
 */
export class LineLogger extends Logger {
  static readonly OPTIONS = LOGGER_OPTIONS;

  constructor(level: LogLevel = LogLevel.Info) {
    super();
    this.setLevel(level);
  }

  override configure(config: ConfigParams): void {
    const options = readOptions('logger', LOGGER_OPTIONS, config);
    this.setLevel(LogLevelConverter.toLogLevel(options.level));
    if (options.source !== undefined) this.setSource(options.source);
  }

  protected override write(level: LogLevel, correlationId: string | null, error: Error | null, message: string): void {
    if (level === LogLevel.None || level > this.getLevel()) return;
    const parts = error === null || error === undefined ? [message] : [message, ...describeError(error)];
    const text = parts.filter((part) => part !== '').join(': ');
    const line = `${new Date().toISOString()} ${LogLevelConverter.toString(level)} [${correlationId || '---'}] ${text}`;
    const stream = level <= LogLevel.Warn ? process.stderr : process.stdout;
    stream.write(`${oneLine(line)}\n`);
  }
}

/** Folds line ends, and shows other control characters instead of sending them to a terminal. */
export function oneLine(text: string): string {
  const folded = text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' | ');
  return folded.replace(/\p{Cc}/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The messages of an error and of its causes, then the stack of the innermost one: where it began. */
function describeError(error: unknown): string[] {
  const messages: string[] = [];
  let stack: string | undefined;
  let cause: unknown = error;
  for (let depth = 0; depth < MOST_CAUSES && cause !== undefined && cause !== null && cause !== ''; depth++) {
    messages.push(cause instanceof Error ? cause.message : String(cause));
    if (!(cause instanceof Error)) break;
    stack = cause.stack ?? stack;
    cause = cause.cause;
  }
  const frames = stack?.slice(stack.indexOf('\n    at ') + 1);
  return frames?.startsWith('    at ') ? [...messages, frames.trim()] : messages;
}
