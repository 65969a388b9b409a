import { ConfigException } from 'pip-services3-commons-nodex';

/** Exit codes of the process; 78 is EX_CONFIG of sysexits.h. */
export const EXIT = { STOPPED: 0, FAILED: 1, BAD_CONFIGURATION: 78 } as const;

export interface StartFailure {
  exitCode: number;
  /** What is wrong, for the person who starts the service. */
  sentence: string;
  /** The error that no sentence was made for: its stack tells more. */
  unexpected: Error | null;
}

/** What an error that kept the service from starting means. */
export function explainStartFailure(error: unknown): StartFailure {
  const chain = causesOf(error);
  const config = chain.find((cause) => cause instanceof ConfigException);
  if (config !== undefined) return failure(EXIT.BAD_CONFIGURATION, config);
  const system = chain.find((cause): cause is NodeJS.ErrnoException => 'syscall' in cause);
  if (system?.syscall === 'listen') return { exitCode: EXIT.FAILED, sentence: listenFailure(system), unexpected: null };
  // An error with a code was made for its message, one without is a fault of the program.
  const known = chain.find((cause) => 'code' in cause);
  if (known !== undefined) return failure(EXIT.FAILED, known);
  const unexpected = chain[0] ?? new Error(String(error));
  return { exitCode: EXIT.FAILED, sentence: unexpected.message, unexpected };
}

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error && !chain.includes(cause); cause = cause.cause) chain.push(cause);
  return chain;
}

function failure(exitCode: number, { message }: Error): StartFailure {
  return { exitCode, sentence: message, unexpected: null };
}

function listenFailure(error: NodeJS.ErrnoException & { address?: string; port?: number }): string {
  const place = `port ${error.port} of ${error.address}`;
  if (error.code === 'EADDRINUSE') return `${place} is in use by another program`;
  if (error.code === 'EACCES') return `${place} may not be listened on by this user`;
  if (error.code === 'EADDRNOTAVAIL') return `${place} cannot be listened on: this machine does not have that address`;
  return `${place} cannot be listened on: ${error.message}`;
}
