import type { handleUnaryCall, ServerUnaryCall } from '@grpc/grpc-js';
import { invalidData } from '../../data/version1/SessionErrorsV1.js';
import { isCallerGone } from './CallerGone.js';
import { correlationIdOf, GrpcExchange, type GrpcExchangeHost, type GrpcMessage } from './GrpcExchange.js';
import type { GrpcLibrary } from './GrpcLibrary.js';
import type { GrpcMethod, GrpcServed } from './GrpcServed.js';
import { type WireFields, wireFault } from './RequestWire.js';
import type { UntakenReplies } from './UntakenReplies.js';

/** What the calls need to know of the endpoint. */
export interface GrpcCallHost extends GrpcExchangeHost {
  /** Looks after the replies of the calls. */
  readonly replies: UntakenReplies;
  /** Counts one more call; false, and not counted, where there are too many. */
  enter(correlationId: string | null): boolean;
}

/** Stands for a request that cannot be read, or has text in this field that is no UTF-8. */
class UnreadableRequest {
  constructor(readonly field: string | null) {}
}

/** Reads requests as `read` does; one that is wrong becomes what `unaryHandler` answers accordingly. */
export function checkedRequest(read: (bytes: Buffer) => object, fields: WireFields): (bytes: Buffer) => object {
  return (bytes) => {
    const fault = wireFault(bytes, fields);
    if (fault !== null) return new UnreadableRequest(fault.field);
    try {
      return read(bytes);
    } catch {
      return new UnreadableRequest(null);
    }
  };
}

/** Has a method answer calls. One that was cancelled, or whose deadline is over, before it is begun is not begun. */
export function unaryHandler(
  { grpc }: GrpcLibrary,
  served: GrpcServed,
  method: GrpcMethod,
  host: GrpcCallHost,
): handleUnaryCall<GrpcMessage, object> {
  const unreadable = { code: grpc.status.INVALID_ARGUMENT, details: 'The request is no message of its type' };
  const overdue = { code: grpc.status.DEADLINE_EXCEEDED, details: 'Deadline exceeded' };
  return (call, callback) => {
    if (isCallerGone(call)) return;
    if (isOverdue(call)) {
      callback(overdue);
      return;
    }
    const fault = call.request instanceof UnreadableRequest ? call.request : null;
    if (fault?.field === null) {
      callback(unreadable);
      return;
    }
    if (!host.enter(correlationIdOf(call))) {
      new GrpcExchange(call, callback, served, UNCOUNTED).refuse('OVERLOADED');
      return;
    }
    const exchange = new GrpcExchange(call, callback, served, host);
    try {
      if (fault !== null) throw invalidData(exchange.correlationId, fault.field as string, 'text in UTF-8');
      method(exchange);
    } catch (error) {
      exchange.fail(error);
    }
  };
}

const UNCOUNTED: GrpcExchangeHost = { released: () => {}, logError: () => {} };

/** The library makes an instant of the time that the caller gives, by the system's clock. */
function isOverdue(call: ServerUnaryCall<GrpcMessage, object>): boolean {
  const deadline = Number(call.getDeadline());
  return deadline !== Number.POSITIVE_INFINITY && deadline <= Date.now();
}
