import { credentials } from '@grpc/grpc-js';
import type { SessionsCall } from '../calls/SessionsCall.js';
import { certificatesOf } from '../remote/NodeCertificates.js';
import type { Protocol } from '../remote/RemoteSessionsClient.js';
import { badReply, describedError, failureError, type ReplyContext, readAnswer } from '../remote/Replies.js';
import { isObject } from '../remote/SessionAnswers.js';
import type { SessionsClientError } from '../version1/SessionsClientError.js';
import { GRPC_CLIENT_CONFIG, type GrpcClientValues, readGrpcClientConfig } from './GrpcClientConfig.js';
import { HEALTH_CHECK, type Message } from './GrpcMessages.js';
import { type GrpcReply, type GrpcRequest, GrpcTransport } from './GrpcTransport.js';
import { wellFormed } from './WireTexts.js';

/** How the calls and answers of one service stand in messages. */
export interface GrpcMapping {
  /** The name of the service, with its package. */
  readonly service: string;
  /** Throws INVALID_DATA for what its messages have no form for. */
  request(call: SessionsCall, correlationId: string): GrpcRequest;
  /** The answer as JSON would have it; throws for a message that holds none. */
  value(call: SessionsCall, message: Message): unknown;
}

/** Milliseconds after which a connection without calls is given back. */
const IDLE_TIMEOUT = 60_000;

/** Of the answers to HEALTH_CHECK. */
const NOT_SERVING = 2;

/** A client of gRPC as a configuration wants it; throws INVALID_CONFIG. */
export function grpcProtocol(config: object, mapping: GrpcMapping): Protocol<GrpcRequest, GrpcReply> {
  const values = readGrpcClientConfig(config);
  const file = values['credential.ssl_ca_file'];
  const ca = file === undefined ? null : Buffer.from(certificatesOf(file));
  const connectTimeout = values['options.connect_timeout'];
  const channel = channelOptions(values);
  return {
    values,
    defaultPort: GRPC_CLIENT_CONFIG['connection.port'].default,
    greeting: { method: HEALTH_CHECK, message: { service: mapping.service } },
    connect: (address) => {
      const isSecure = address.protocol === 'https:';
      const given = () => (isSecure ? credentials.createSsl(ca) : credentials.createInsecure());
      return new GrpcTransport(address, { credentials: given, connectTimeout, channel });
    },
    request: (call) =>
      mapping.request(call, wellFormed(call.correlationId ?? '', 'correlation_id', call.correlationId)),
    answer(call, address, { message, refusal }) {
      const context = { correlationId: call.correlationId, address };
      if (refusal !== undefined) throw badReply(context, refusal, undefined);
      if (isObject(message['error'])) throw errorOf(context, message['error']);
      return readAnswer(call, context, undefined, () => mapping.value(call, message));
    },
    greeted: checkHealth,
  };
}

function channelOptions(values: GrpcClientValues) {
  const keepalive = values['options.keepalive_time'];
  return {
    'grpc.max_receive_message_length': values['options.message_limit'],
    ...(keepalive > 0 && { 'grpc.keepalive_time_ms': keepalive }),
    'grpc.keepalive_timeout_ms': values['options.keepalive_timeout'],
    'grpc.client_idle_timeout_ms': IDLE_TIMEOUT,
    // Calls are made again by the rules of this client alone, on a connection of its own, and ask nobody else where to.
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_channelz': 0,
  };
}

/** An older service knows no health, and says so. */
function checkHealth(context: ReplyContext, { message, refusal }: GrpcReply): void {
  if (refusal?.includes('NOT_FOUND')) throw badReply(context, refusal, undefined);
  if (message['status'] !== NOT_SERVING) return;
  throw failureError(context, { kind: 'unreachable', message: 'says that it does not serve now' });
}

function errorOf(context: ReplyContext, error: Message): SessionsClientError {
  const described = { ...error, details: detailsOf(error) };
  const known = describedError(context, Number(error['status']) || undefined, described);
  return known ?? badReply(context, 'answered with an error that is none of a sessions service', undefined);
}

/** Of the texts in `details` no one knows which were numbers. */
function detailsOf({ details, details_json: text }: Message): unknown {
  if (typeof text !== 'string') return details;
  try {
    return JSON.parse(text);
  } catch {
    return details;
  }
}
