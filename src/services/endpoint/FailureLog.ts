import type { ApplicationException } from 'pip-services3-commons-nodex';
import { type CompositeLogger, LogLevel } from 'pip-services3-components-nodex';

/** Logs what the caller is not told of an error: the cause. */
export function logFailure(logger: CompositeLogger, correlationId: string | null, error: ApplicationException): void {
  const underlying: unknown = error.cause;
  const cause = underlying instanceof Error ? underlying : error;
  // A store that cannot write says so itself; said again for each request it would fill the log.
  const level = error.code === 'UNKNOWN' ? LogLevel.Error : LogLevel.Debug;
  logger.log(level, correlationId ?? '', cause, 'A request failed with %s', error.code);
}
