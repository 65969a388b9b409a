import { invalidData } from '../../../data/version1/SessionErrorsV1.js';
import type { SessionOperation } from '../../../logic/SessionOperations.js';
import type { GrpcMessage } from '../../grpc/GrpcExchange.js';

/** Reads the arguments of an operation from a request. */
export type ArgumentsReader = (correlationId: string | null, request: GrpcMessage) => Record<string, unknown>;

/**
 * The fields of a request are the arguments of the same name, and content is JSON text: where it is required and not set, it is
 * null. Throws INVALID_DATA for text that is no JSON.
 */
export function argumentsReader(operation: SessionOperation): ArgumentsReader {
  const required = new Set(operation.input.required ?? []);
  return (correlationId, request) => {
    const { correlation_id: _, ...args } = request;
    for (const name of operation.contents) {
      const text = args[name];
      if (typeof text === 'string') args[name] = parseContent(correlationId, name, text);
      else if (required.has(name)) args[name] = null;
    }
    if (args['paging'] !== undefined) args['paging'] = pagingOf(args['paging'] as GrpcMessage);
    return args;
  };
}

function parseContent(correlationId: string | null, name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidData(correlationId, name, 'given as JSON text');
  }
}

/** An int32 that is not set is 0 on the wire. */
function pagingOf({ take, ...paging }: GrpcMessage): GrpcMessage {
  return take === 0 ? paging : { take, ...paging };
}
