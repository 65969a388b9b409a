/** Where a service is. */
export interface ServiceAddress {
  readonly protocol: 'http:' | 'https:';
  /** As it stands in a URL: IPv6 in brackets. */
  readonly hostname: string;
  readonly port: number;
  /** What stands before the service's own paths, '' for nothing; begins but does not end with a slash. */
  readonly prefix: string;
  /** Protocol, host, port and prefix: for messages. */
  readonly text: string;
}

/** A whole answer, be it an error. */
export interface Reply {
  /** When to ask again, as the header of this name says it; undefined for nothing said. */
  readonly retryAfter?: string | undefined;
}

/**
 * - `refused`: nothing listens at the address, or nothing there took the request, so nothing was done.
 * - `unreachable`: no answer began.
 * - `cut off`: an answer began and broke off.
 * - `unreadable`: what came is not of the protocol, no UTF-8, too large, or a redirect that may not be read.
 * - `late`: the time that was given with the request has passed.
 * - `refused as too large`: the service does not take requests of this size, and has not read it.
 */
export type FailureKind = 'refused' | 'unreachable' | 'cut off' | 'unreadable' | 'late' | 'refused as too large';

export interface Failure {
  readonly kind: FailureKind;
  /** Completes "<address> ..." to a sentence. */
  readonly message: string;
  /** Of the answer that began; undefined where none did. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** Is told how an exchange ended: one call of one of both, unless it was cancelled before. */
export interface Receiver<R extends Reply> {
  received(reply: R): void;
  failed(failure: Failure): void;
}

export interface Exchange {
  /** Breaks the exchange off; its receiver hears no more. */
  cancel(): void;
}

/** Sends requests to one address. Limits the size of answers. */
export interface Transport<Q, R extends Reply> {
  readonly address: ServiceAddress;
  /** `timeout`: milliseconds after which nobody waits any more. The sender cancels then; a service may be told. */
  send(request: Q, receiver: Receiver<R>, timeout: number): Exchange;
  /** Gives the connections back; exchanges under way break. */
  close(): void;
}
