import { ConfigException } from 'pip-services3-commons-nodex';

/** Exit codes of the process; 78 is EX_CONFIG of sysexits.h. */
export const EXIT = { STOPPED: 0, FAILED: 1, BAD_CONFIGURATION: 78 } as const;

export interface StartFailure {
  exitCode: number;
  /** What is wrong, for the person who starts the service. */
  sentence: string;
  /** Set where the sentence says too little: its stack tells more. */
  unexpected: Error | null;
}

/** What an error that kept the service from starting means. */
export function explainStartFailure(error: unknown): StartFailure {
  const chain = causesOf(error);
  const config = chain.find((cause) => cause instanceof ConfigException);
  if (config !== undefined) return { exitCode: EXIT.BAD_CONFIGURATION, sentence: config.message, unexpected: null };
  const [outermost = new Error(String(error))] = chain;
  const unexpected = chain.some(isProgramFault) ? outermost : null;
  return { exitCode: EXIT.FAILED, sentence: outermost.message, unexpected };
}

function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error && !chain.includes(cause); cause = cause.cause) chain.push(cause);
  return chain;
}

/** A TypeError and its like say nothing to the person who starts the service; other errors were made for their message. */
function isProgramFault(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
