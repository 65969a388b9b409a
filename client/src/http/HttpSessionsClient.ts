import { requestBody } from '../calls/RequestBody.js';
import type { SessionsCall } from '../calls/SessionsCall.js';
import { type Protocol, RemoteSessionsClient } from '../remote/RemoteSessionsClient.js';
import { badReply, describedError, type ReplyContext, readAnswer } from '../remote/Replies.js';
import { routePath } from '../remote/ServiceAddress.js';
import type { ServiceAddress } from '../remote/Transport.js';
import { invalidArgument, type SessionsClientError } from '../version1/SessionsClientError.js';
import { HTTP_CLIENT_CONFIG, type HttpClientOptions, readHttpClientConfig } from './HttpClientConfig.js';
import type { HttpReply, HttpRequest, HttpTransport } from './HttpTransport.js';

/** Makes what requests are sent by. */
export type TransportMaker = (address: ServiceAddress) => HttpTransport;

const HEARTBEAT: HttpRequest = { method: 'GET', path: '/heartbeat', body: undefined, correlationId: undefined };

/** The sessions of a service over commandable HTTP; `index.ts` and `browser.ts` say what its requests are sent by. */
export abstract class HttpSessionsClient extends RemoteSessionsClient<HttpRequest, HttpReply> {
  /** Reads the part of the configuration that concerns transports; throws INVALID_CONFIG. */
  protected abstract transports(options: HttpClientOptions): TransportMaker;

  protected override configured(config: object): Protocol<HttpRequest, HttpReply> {
    const options = readHttpClientConfig(config);
    const route = routePath(options.values.base_route);
    return {
      values: options.values,
      defaultPort: HTTP_CLIENT_CONFIG['connection.port'].default,
      greeting: HEARTBEAT,
      connect: this.transports(options),
      request: (call) => requestOf(call, route, options.correlationIdPlace),
      answer: answerOf,
      greeted: checkHeartbeat,
    };
  }
}

function requestOf(call: SessionsCall, route: string, place: HttpClientOptions['correlationIdPlace']): HttpRequest {
  const { operation, correlationId } = call;
  const isHeader = correlationId !== null && place !== 'query' && HEADER_TEXT.test(correlationId);
  // What a header cannot carry travels in the query string.
  const isQuery = correlationId !== null && (place !== 'headers' || !isHeader);
  const query = isQuery ? `?correlation_id=${encoded(correlationId)}` : '';
  return {
    method: 'POST',
    path: `${route}/${operation}${query}`,
    body: requestBody(call),
    correlationId: isHeader ? correlationId : undefined,
  };
}

const HEADER_TEXT = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

function encoded(correlationId: string): string {
  try {
    return encodeURIComponent(correlationId);
  } catch {
    throw invalidArgument(correlationId, 'correlation_id', 'a text without half of a surrogate pair');
  }
}

function answerOf(call: SessionsCall, address: ServiceAddress, { status, text }: HttpReply): unknown {
  const context = { correlationId: call.correlationId, address };
  if (status !== 200 && status !== 204) throw errorOf(context, { status, text });
  return readAnswer(call, context, status, () => (status === 204 ? null : JSON.parse(text)));
}

/** The error that a reply of another status than 200 and 204 brings. */
function errorOf(context: ReplyContext, { status, text }: HttpReply): SessionsClientError {
  const error = status >= 400 ? describedError(context, status, parsed(text)) : undefined;
  return error ?? badReply(context, `answered with the status ${status} and no word of a sessions service`, status);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Any word of a service will do: an older one may not have this route. */
function checkHeartbeat(context: ReplyContext, reply: HttpReply): void {
  const { status } = reply;
  if ((status >= 200 && status < 300) || (status >= 400 && status < 500)) return;
  throw errorOf(context, reply);
}
