import { invalidData } from '../../../data/version1/SessionErrorsV1.js';
import type { GrpcMessage } from '../../grpc/GrpcExchange.js';

/** The arguments that an `InvokeRequest` brings, none being `{}`. Throws INVALID_DATA where they are no JSON. */
export function jsonArguments(correlationId: string | null, request: GrpcMessage): unknown {
  const { args_empty: isEmpty, args_json: text } = request;
  if (isEmpty || !text) return {};
  try {
    return JSON.parse(text as string);
  } catch {
    throw invalidData(correlationId, 'arguments', 'one JSON object');
  }
}
