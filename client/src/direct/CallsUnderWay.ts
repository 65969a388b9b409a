import { onAbort } from '../calls/AbortListeners.js';
import { abortedError, closingError, type SessionsCall, timeoutError } from '../calls/SessionsCall.js';
import type { SessionsClientError } from '../version1/SessionsClientError.js';

/** A timer cannot wait longer. */
const LONGEST_WAIT = 2_147_483_647;

/** Calls that others work on: each ends when it is done, aborted or too late, whichever comes first. */
export class CallsUnderWay {
  private readonly ends = new Map<(error: SessionsClientError) => void, SessionsCall>();

  /** Begins a call. `timeout` is in milliseconds. What it comes to after it has ended otherwise is nobody's concern. */
  run<T>(call: SessionsCall, timeout: number, begin: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = (error: unknown): void => {
        over();
        reject(error);
      };
      const stopListening = call.signal && onAbort(call.signal, () => fail(abortedError(call)));
      const timer = setTimeout(() => fail(timeoutError(call, timeout)), Math.min(timeout, LONGEST_WAIT));
      const over = (): void => {
        clearTimeout(timer);
        stopListening?.();
        this.ends.delete(fail);
      };
      this.ends.set(fail, call);
      begin().then((answer) => {
        over();
        resolve(answer);
      }, fail);
    });
  }

  /** Ends all of them with ABORTED, since their client is being closed. */
  abortAll(): void {
    for (const [fail, call] of this.ends) fail(closingError(call));
  }
}
