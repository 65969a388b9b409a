import type { handleUnaryCall, ServerUnaryCall } from '@grpc/grpc-js';
import { correlationIdOf, GrpcExchange, type GrpcExchangeHost, type GrpcMessage } from './GrpcExchange.js';
import type { GrpcLibrary } from './GrpcLibrary.js';
import type { GrpcMethod, GrpcServed } from './GrpcServed.js';

/** What the calls need to know of the endpoint. */
export interface GrpcCallHost extends GrpcExchangeHost {
  /** Counts one more call; false, and not counted, where there are too many. */
  enter(correlationId: string | null): boolean;
}

/** Has a method answer calls. One that was cancelled, or whose deadline is over, before it is begun is not begun. */
export function unaryHandler(
  { grpc }: GrpcLibrary,
  served: GrpcServed,
  method: GrpcMethod,
  host: GrpcCallHost,
): handleUnaryCall<GrpcMessage, object> {
  const overdue = { code: grpc.status.DEADLINE_EXCEEDED, details: 'Deadline exceeded' };
  return (call, callback) => {
    if (call.cancelled) return;
    if (isOverdue(call)) {
      callback(overdue);
      return;
    }
    if (!host.enter(correlationIdOf(call))) {
      new GrpcExchange(call, callback, served, UNCOUNTED).refuse('OVERLOADED');
      return;
    }
    const exchange = new GrpcExchange(call, callback, served, host);
    try {
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
