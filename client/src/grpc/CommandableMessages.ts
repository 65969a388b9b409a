import { requestBody } from '../calls/RequestBody.js';
import { INVOKE } from './GrpcMessages.js';
import type { GrpcMapping } from './GrpcProtocol.js';

/** Calls by the name of the operation, with arguments and answers as JSON. */
export const COMMANDABLE: GrpcMapping = {
  service: 'commandable.Commandable',
  request: (call, correlationId) => ({
    method: INVOKE,
    message: {
      method: `v1/sessions.${call.operation}`,
      correlation_id: correlationId,
      args_json: requestBody(call),
    },
  }),
  value: (_call, message) => (message['result_empty'] ? null : JSON.parse(String(message['result_json']))),
};
