import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApplicationException } from 'pip-services3-commons-nodex';
import { type SessionErrorCode, toSessionError } from '../../data/version1/SessionErrorsV1.js';
import {
  describeError,
  describeRefusal,
  descriptionForm,
  type ErrorDescription,
  type ErrorForm,
  type Refusal,
} from './ErrorReply.js';
import type { HttpConnection } from './HttpConnection.js';
import { parseArguments } from './JsonBody.js';
import { isJson } from './MediaType.js';
import { announcedLength, type BodyReader, readBody } from './RequestBody.js';
import { correlationIdOf, originForm } from './RequestTarget.js';

/** What an exchange needs to know of the endpoint it came to. */
export interface ExchangeHost {
  readonly bodyLimit: number;
  /** True once the endpoint stops: every answer is the last of its connection. */
  readonly stopping: boolean;
  /** Headers that every answer to this request has: name, value, name, value ... */
  corsHeaders(request: IncomingMessage | null): readonly string[];
  /** Is called once for each counted exchange, when it is answered or its client has gone while sending. */
  released(): void;
  /** Keeps what the caller is not told: the cause. */
  logError(correlationId: string | null, error: ApplicationException): void;
}

export type BytesHandler = (exchange: HttpExchange, body: Buffer) => void;
export type ArgumentsHandler = (exchange: HttpExchange, args: Record<string, unknown>) => void;

const JSON_TYPE = 'application/json';
const NOT_CACHED = ['cache-control', 'no-store'];
const LAST = ['connection', 'close'];
/** Whole seconds; by then an overload, or a store that cannot write, may have passed. */
const RETRY_AFTER = ['retry-after', '1', 'access-control-expose-headers', 'retry-after'];

/**
 * One request and its answer: the one place where bodies are read and answers written. Exactly one answer is given; what
 * comes after the first, or after the client has gone, is dropped.
 */
export class HttpExchange implements BodyReader {
  /** Of the request target, as it was sent (percent-encoded). */
  readonly path: string;
  /** What follows the `?`, as it was sent; empty for none. */
  readonly query: string;
  readonly correlationId: string | null;
  /** The parameters of the route's path. */
  params: Record<string, string | undefined> = {};
  /** True where the endpoint counts this exchange as in flight. */
  counted = false;
  /** How errors are written. */
  errorForm: ErrorForm = descriptionForm;
  /** True while the client waits for permission to send the body (`Expect: 100-continue`). */
  waitsToSend = false;
  private answered = false;
  private onBytes: BytesHandler | null = null;
  private onArguments: ArgumentsHandler | null = null;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    private readonly connection: HttpConnection,
    private readonly host: ExchangeHost,
  ) {
    const target = originForm(request.url ?? '');
    const mark = target.indexOf('?');
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? '' : target.slice(mark + 1);
    this.correlationId = correlationIdOf(this.query, request.headers['correlation_id']);
    connection.pending++;
  }

  /** True once there is nothing more to do: answered, or the client has gone. */
  get done(): boolean {
    return this.answered;
  }

  /** Reads the body, whatever its type, then calls on. One over the limit is answered with PAYLOAD_TOO_LARGE instead. */
  readBytes(then: BytesHandler): void {
    this.onBytes = then;
    this.read();
  }

  /** Reads the body as one JSON object, an absent one as `{}`, then calls on. Any other is answered with an error instead. */
  readArguments(then: ArgumentsHandler): void {
    if (!isJson(this.request.headers) && announcedLength(this.request) !== 0) {
      this.refuse('UNSUPPORTED_MEDIA_TYPE');
      return;
    }
    this.onArguments = then;
    this.read();
  }

  /** Answers 200 with JSON. */
  sendJson(text: string): void {
    this.send(200, JSON_TYPE, text);
  }

  /** Answers 200 with JSON that no cache may keep. */
  sendFresh(text: string): void {
    this.send(200, JSON_TYPE, text, NOT_CACHED);
  }

  /** Answers without a body: 204, there is nothing to say, or 304. `headers` are name, value, name, value ... */
  sendNothing(headers: readonly string[] = [], status: 204 | 304 = 204): void {
    if (this.answered) return;
    this.settle();
    this.response.writeHead(status, this.withCommon([...headers])).end();
  }

  /** Answers with a text. `headers` are name, value, name, value ... */
  send(status: number, contentType: string, text: string, headers: readonly string[] = []): void {
    if (this.answered) return;
    this.settle();
    const length = Buffer.byteLength(text);
    const fields = ['content-type', contentType, 'content-length', String(length), ...headers];
    this.response.writeHead(status, this.withCommon(fields));
    // As many bytes as characters: this is ASCII, and needs no transcoding.
    this.response.write(text, length === text.length ? 'latin1' : 'utf8');
    // `end(text)` would hand the socket two pieces. By the next tick the text is written, and nothing is left to hand over.
    process.nextTick(end, this.response);
  }

  /** Answers with bytes. `headers` are name, value, name, value ... */
  sendBytes(status: number, contentType: string, bytes: Buffer, headers: readonly string[] = []): void {
    if (this.answered) return;
    this.settle();
    const fields = ['content-type', contentType, 'content-length', String(bytes.length), ...headers];
    this.response.writeHead(status, this.withCommon(fields)).end(bytes);
  }

  /** Answers with an error of the table. */
  refuse(code: SessionErrorCode, refusal: Refusal = {}): void {
    if (refusal.close) this.closes = true;
    this.sendError(describeRefusal(this.correlationId, code, refusal), refusal.headers);
  }

  /** Answers with what a caller may see of any error; the rest is logged. */
  fail(error: unknown): void {
    const known = toSessionError(this.correlationId, error);
    if (known.cause !== undefined) this.host.logError(this.correlationId, known);
    this.sendError(describeError(this.correlationId, known));
  }

  /**
   * Leaves request and response to a transport that answers by itself: whatever it writes has the headers that every answer has.
   * It is no longer counted as in flight.
   */
  handOver(): void {
    if (this.answered) return;
    this.answered = true;
    if (this.counted) this.host.released();
    this.response.once('close', () => this.connection.pending--);
    const headers = this.withCommon([]);
    for (let i = 0; i < headers.length; i += 2) this.response.setHeader(headers[i] as string, headers[i + 1] as string);
  }

  /** The client has gone, or sends what nobody can read: nothing more to do. */
  abandon(): void {
    if (!this.answered) this.settle();
  }

  bodyRead(body: Buffer): void {
    this.connection.reading = null;
    if (this.answered) return;
    try {
      if (this.onArguments === null) this.onBytes?.(this, body);
      else this.argumentsRead(this.onArguments, body);
    } catch (error) {
      this.fail(error);
    }
  }

  bodyTooLarge(): void {
    const limit = this.host.bodyLimit;
    this.refuse('PAYLOAD_TOO_LARGE', { message: `The body must be at most ${limit} bytes`, details: { limit } });
  }

  bodyEndless(): void {
    this.request.socket.destroy();
  }

  private closes = false;

  private read(): void {
    const length = announcedLength(this.request);
    if (length !== 0) this.connection.reading = this;
    if (this.waitsToSend && length <= this.host.bodyLimit) {
      this.waitsToSend = false;
      this.response.writeContinue();
    }
    readBody(this.request, length, this.host.bodyLimit, this);
  }

  private argumentsRead(then: ArgumentsHandler, body: Buffer): void {
    const args = parseArguments(body);
    if (typeof args === 'string') this.refuse('INVALID_DATA', { message: args, details: { field: 'body' } });
    else then(this, args);
  }

  private sendError(error: ErrorDescription, headers: readonly string[] = []): void {
    const { status, contentType, text, headers: own = [] } = this.errorForm(error, this.request);
    const retry = error.status === 503 ? RETRY_AFTER : [];
    this.send(status, contentType, text, [...retry, ...own, ...headers]);
  }

  /** Every answer passes here, or the exchange is abandoned: so no count can leak, whatever becomes of the connection. */
  private settle(): void {
    this.answered = true;
    this.connection.pending--;
    if (this.counted) this.host.released();
  }

  private withCommon(fields: string[]): string[] {
    fields.push(...this.host.corsHeaders(this.request));
    if (this.closes || this.host.stopping) fields.push(...LAST);
    return fields;
  }
}

function end(response: ServerResponse): void {
  response.end();
}
