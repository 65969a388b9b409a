import type { Duplex } from 'node:stream';
import { HttpTestEndpoint } from './HttpTestEndpoint.js';

export const H2C =
  'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n';
export const WEBSOCKET = 'Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n';

/** Requests as they are sent; `headers` end with a line end each. */
export function getText(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
}
export function postText(body: string, headers = ''): string {
  const length = Buffer.byteLength(body);
  const type = 'Content-Type: application/json';
  return `POST /echo HTTP/1.1\r\nHost: a\r\n${type}\r\n${headers}Content-Length: ${length}\r\n\r\n${body}`;
}
export function chunkedText(chunks: string[], headers = ''): string {
  const type = 'Content-Type: application/json';
  const head = `POST /echo HTTP/1.1\r\nHost: a\r\n${type}\r\n${headers}Transfer-Encoding: chunked\r\n\r\n`;
  return `${head}${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
}

/** A transport at `/push/` that takes connections over and repeats what their clients say. */
export class EchoingTransport {
  readonly path = '/push/';
  /** Whether it takes connections. */
  open = true;
  /** What came with each request, and the connections. */
  readonly heads: string[] = [];
  private readonly sockets: Duplex[] = [];

  readonly takes = (): boolean => this.open;

  readonly takeOver = (_: unknown, socket: Duplex, head: Buffer): void => {
    this.heads.push(head.toString());
    this.sockets.push(socket);
    socket.on('data', (chunk) => socket.write(`you said ${chunk}`));
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  };

  readonly stop = (): void => {
    for (const socket of this.sockets) socket.destroy();
  };

  /** An open endpoint with it. */
  async serve(options: Record<string, unknown> = {}): Promise<HttpTestEndpoint> {
    const http = new HttpTestEndpoint(options);
    http.endpoint.addTakeOver(this);
    return http.open();
  }
}

export interface EchoingServer {
  readonly http: HttpTestEndpoint;
  readonly transport: EchoingTransport;
  /** What Node warned of during the test. */
  readonly warnings: string[];
}

/** For each test of the suite that this is called in: an endpoint with such a transport. */
export function echoingServer(): EchoingServer {
  let http: HttpTestEndpoint;
  let transport: EchoingTransport;
  const warnings: string[] = [];
  const warn = (warning: Error): number => warnings.push(warning.name);
  beforeEach(async () => {
    warnings.length = 0;
    process.on('warning', warn);
    transport = new EchoingTransport();
    http = await transport.serve();
  });
  afterEach(async () => {
    process.off('warning', warn);
    await http.close();
  });
  return {
    get http() {
      return http;
    },
    get transport() {
      return transport;
    },
    warnings,
  };
}
