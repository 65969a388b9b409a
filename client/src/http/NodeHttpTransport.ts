import { isUtf8 } from 'node:buffer';
import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request as overHttp,
  type RequestOptions,
} from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP } from 'node:net';
import { certificatesOf } from '../remote/NodeCertificates.js';
import { DEFAULT_PORTS } from '../remote/ServiceAddress.js';
import type { Exchange, FailureKind, Receiver, ServiceAddress } from '../remote/Transport.js';
import type { HttpClientOptions } from './HttpClientConfig.js';
import type { TransportMaker } from './HttpSessionsClient.js';
import { type HttpReply, type HttpRequest, type HttpTransport, MAX_REPLY_SIZE } from './HttpTransport.js';
import { mayKeep, nodeAgent } from './NodeHttpAgents.js';

/** Reads what concerns connections; throws INVALID_CONFIG. */
export function nodeHttpTransports({ values }: HttpClientOptions): TransportMaker {
  const file = values['credential.ssl_ca_file'];
  const options = {
    maxConnections: values['options.max_connections'],
    connectTimeout: values['options.connect_timeout'],
    ca: file === undefined ? undefined : certificatesOf(file),
  };
  return (address) => new NodeHttpTransport(address, nodeAgent(address.protocol === 'https:', options));
}

/** Over `node:http` and `node:https`, on the connections of an agent. */
export class NodeHttpTransport implements HttpTransport {
  private readonly request: typeof overHttp;
  private readonly host: string;
  private readonly servername: string;
  private readonly hostHeader: string;

  constructor(
    readonly address: ServiceAddress,
    private readonly agent: Agent,
  ) {
    const { protocol, hostname, port } = address;
    this.host = hostname.replace(/^\[|\]$/g, '');
    this.request = protocol === 'https:' ? overHttps : overHttp;
    // Node would find out the server name anew for each request; an address has none.
    this.servername = isIP(this.host) === 0 ? this.host : '';
    this.hostHeader = port === DEFAULT_PORTS[protocol] ? hostname : `${hostname}:${port}`;
  }

  send({ method, path, body, correlationId }: HttpRequest, receiver: Receiver<HttpReply>): Exchange {
    // A list of headers is written as it is; an object would cost a tenth of the call.
    const headers = ['Host', this.hostHeader];
    if (correlationId !== undefined) headers.push('correlation_id', correlationId);
    if (body !== undefined) {
      headers.push('Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body)));
    }
    const exchange = new NodeHttpExchange(receiver);
    const options: RequestOptions & { servername: string } = {
      agent: this.agent,
      host: this.host,
      port: this.address.port,
      servername: this.servername,
      method,
      path: this.address.prefix + path,
      headers,
    };
    exchange.begin(this.request(options), body);
    return exchange;
  }

  close(): void {
    this.agent.destroy();
  }
}

class NodeHttpExchange implements Exchange {
  private request!: ClientRequest;
  private response: IncomingMessage | undefined;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private isOver = false;

  constructor(private readonly receiver: Receiver<HttpReply>) {}

  begin(request: ClientRequest, body: string | undefined): void {
    this.request = request;
    request.on('response', (response: IncomingMessage) => this.answered(response));
    // Stays until the end: a connection may break after the exchange is over.
    request.on('error', (error: NodeJS.ErrnoException) => this.broken(error));
    request.on('close', () => this.broken(undefined));
    request.end(body);
  }

  cancel(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.request.destroy();
  }

  private answered(response: IncomingMessage): void {
    this.response = response;
    if (!mayKeep(response)) this.request.shouldKeepAlive = false;
    response.on('error', (error: NodeJS.ErrnoException) => this.broken(error));
    response.on('data', (chunk: Buffer) => {
      this.size += chunk.length;
      if (this.size > MAX_REPLY_SIZE) this.tooLarge();
      else this.chunks.push(chunk);
    });
    response.on('end', () => this.ended(response));
    if (Number(response.headers['content-length']) > MAX_REPLY_SIZE) this.tooLarge();
  }

  private ended({ statusCode: status = 0, headers }: IncomingMessage): void {
    if (this.isOver) return;
    const [first] = this.chunks;
    const bytes = this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks, this.size);
    if (!isUtf8(bytes)) {
      this.fail('unreadable', 'answered with what is no UTF-8');
      return;
    }
    this.isOver = true;
    this.receiver.received({ status, retryAfter: headers['retry-after'], text: bytes.toString('utf8') });
  }

  private tooLarge(): void {
    this.fail('unreadable', `answered with more than ${MAX_REPLY_SIZE} bytes`);
    this.request.destroy();
  }

  private broken(error: NodeJS.ErrnoException | undefined): void {
    const why = error === undefined ? 'the connection was closed' : error.message || error.code;
    const [kind, what] = this.response === undefined ? endOf(error) : (['cut off', 'broke off its answer'] as const);
    this.fail(kind, `${what}: ${why}`, error);
  }

  private fail(kind: FailureKind, message: string, cause?: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.receiver.failed({ kind, message, status: this.response?.statusCode, cause });
  }
}

/** How an exchange ended before an answer began. */
function endOf(error: NodeJS.ErrnoException | undefined): [FailureKind, string] {
  if (error?.code === 'ECONNREFUSED') return ['refused', 'does not answer'];
  // The parser's codes begin with HPE; a connection that is closed without an error was to be upgraded to something else.
  const isNoHttp = error === undefined || error.code?.startsWith('HPE_');
  return isNoHttp ? ['unreadable', 'answered with what is no HTTP'] : ['unreachable', 'does not answer'];
}
