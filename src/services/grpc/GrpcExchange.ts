import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { ApplicationException } from 'pip-services3-commons-nodex';
import { type SessionErrorCode, toSessionError } from '../../data/version1/SessionErrorsV1.js';
import { cleanCorrelationId } from '../../toolkit/CorrelationId.js';
import { describeError, describeRefusal, type Refusal } from '../http/ErrorReply.js';
import { grpcError } from './GrpcErrorReply.js';
import type { GrpcServed } from './GrpcServed.js';

/** A message of a request: the fields that were set, by name. */
export type GrpcMessage = Record<string, unknown>;

/** What an exchange needs to know of the endpoint it came to. */
export interface GrpcExchangeHost {
  /** Is called once for each exchange, when it is answered. */
  released(): void;
  /** Keeps what the caller is not told: the cause. */
  logError(correlationId: string | null, error: ApplicationException): void;
}

/**
 * One call and its reply. Errors are replies too: the status of the call is OK. What comes after the first reply is dropped, and
 * so is a reply to a caller who has gone, or whose deadline is over, by then.
 */
export class GrpcExchange {
  readonly request: GrpcMessage;
  readonly correlationId: string | null;
  private answered = false;

  constructor(
    call: ServerUnaryCall<GrpcMessage, object>,
    private readonly callback: sendUnaryData<object>,
    private readonly served: GrpcServed,
    private readonly host: GrpcExchangeHost,
  ) {
    this.request = call.request;
    this.correlationId = correlationIdOf(call);
  }

  reply(message: object): void {
    if (this.answered) return;
    this.answered = true;
    this.host.released();
    this.callback(null, message);
  }

  /** Replies with an error of the table. */
  refuse(code: SessionErrorCode, refusal: Refusal = {}): void {
    const error = grpcError(describeRefusal(this.correlationId, code, refusal));
    this.reply(this.served.errorReply(error));
  }

  /** Replies with what a caller may see of any error; the rest is logged. */
  fail(error: unknown): void {
    const known = toSessionError(this.correlationId, error);
    if (known.cause !== undefined) this.host.logError(this.correlationId, known);
    this.reply(this.served.errorReply(grpcError(describeError(this.correlationId, known))));
  }
}

/** Of the request or, failing that, of the metadata. */
export function correlationIdOf({ request, metadata }: ServerUnaryCall<GrpcMessage, object>): string | null {
  const given = request['correlation_id'] || metadata.get('correlation_id')[0];
  return cleanCorrelationId(typeof given === 'string' ? given : undefined);
}
