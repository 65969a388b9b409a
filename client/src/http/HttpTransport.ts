import type { Reply, Transport } from '../remote/Transport.js';

/** The most that an answer may hold, in bytes; what is larger is no answer of a sessions service. */
export const MAX_REPLY_SIZE = 4 * 1024 * 1024;

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
export interface HttpReply extends Reply {
  readonly status: number;
  readonly text: string;
}

/** Sends requests to one address. Follows no redirect. */
export type HttpTransport = Transport<HttpRequest, HttpReply>;
