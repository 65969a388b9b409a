/** The most that an answer may hold, in bytes; what is larger is no answer of a sessions service. */
export const MAX_REPLY_SIZE = 4 * 1024 * 1024;

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

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash; follows the prefix of the address. */
  readonly path: string;
  /** JSON; undefined for none. */
  readonly body: string | undefined;
  /** For the header `correlation_id`; undefined for none. */
  readonly correlationId: string | undefined;
}

/** A whole answer, whatever its status. */
export interface HttpReply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/**
 * - `refused`: nothing listens at the address, so nothing was done.
 * - `unreachable`: no answer began.
 * - `cut off`: an answer began and broke off.
 * - `unreadable`: what came is no HTTP, no UTF-8, too large, or a redirect that may not be read.
 */
export type HttpFailureKind = 'refused' | 'unreachable' | 'cut off' | 'unreadable';

export interface HttpFailure {
  readonly kind: HttpFailureKind;
  /** Completes "<address> ..." to a sentence. */
  readonly message: string;
  /** Of the answer that began; undefined where none did. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** Is told how an exchange ended: one call of one of both, unless it was cancelled before. */
export interface HttpReceiver {
  received(reply: HttpReply): void;
  failed(failure: HttpFailure): void;
}

export interface HttpExchange {
  /** Breaks the exchange off; its receiver hears no more. */
  cancel(): void;
}

/** Sends requests to one address. Follows no redirect and limits the size of answers. */
export interface HttpTransport {
  readonly address: ServiceAddress;
  send(request: HttpRequest, receiver: HttpReceiver): HttpExchange;
  /** Gives the connections back; exchanges under way break. */
  close(): void;
}
