import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { describeRefusal, type ErrorDescription } from './ErrorReply.js';
import { HttpConnection } from './HttpConnection.js';

interface Fault {
  status: number;
  message: string;
}

/** What Node reports about a request it could not read. */
export interface ClientError extends Error {
  code?: string;
  /** What the parser last got. */
  rawPacket?: Buffer;
  /** How far in it the parser came. */
  bytesParsed?: number;
}

const MALFORMED: Fault = { status: 400, message: 'The request is not valid HTTP' };

const VERSION: Fault = { status: 505, message: 'The version of HTTP must be 1.0 or 1.1' };

const FAULTS: Record<string, Fault> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers are too large' },
  HPE_INVALID_METHOD: { status: 501, message: 'The method is not known' },
  HPE_INVALID_VERSION: VERSION,
  HPE_PAUSED_H2_UPGRADE: VERSION,
  HPE_INVALID_TRANSFER_ENCODING: { status: 501, message: 'The transfer encoding must be chunked' },
};

/** How long a client may take to see why its connection ends, in milliseconds. */
const LINGER = 1000;

/**
 * Answers a request that never became one, and ends its connection. Where its headers had been read, its exchange
 * answers; where an earlier request of the connection is not answered yet, an answer would be taken for that one's, so
 * the connection just ends.
 */
export function answerClientFault(error: ClientError, socket: Socket, corsHeaders: readonly string[]): void {
  const connection = HttpConnection.of(socket);
  if (connection.ending) return;
  const { reading, pending } = connection;
  const fault = faultOf(error);
  if (reading !== null && !reading.done && socket.writable) {
    connection.ending = true;
    reading.refuse('INVALID_DATA', { ...fault, close: true });
  } else if (pending > 0 || reading !== null || !socket.writable || socket.bytesRead === 0) {
    socket.destroy();
  } else {
    connection.ending = true;
    endWith(socket, fault.status, describeRefusal(null, 'INVALID_DATA', fault), corsHeaders);
  }
}

/** Answers CONNECT, which Node takes out of the stream of requests: this is no proxy. */
export function refuseTunnel(socket: Socket, corsHeaders: readonly string[]): void {
  endWith(socket, 405, describeRefusal(null, 'METHOD_NOT_ALLOWED', {}), [...corsHeaders, 'allow', '']);
}

/** What is wrong with a request that Node let through although it answers none like it; null for nothing. */
export function requestFault({ rawHeaders, httpVersionMajor, httpVersionMinor }: IncomingMessage): Fault | null {
  if (httpVersionMajor !== 1) return VERSION;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts === 1 || (hosts === 0 && httpVersionMinor === 0)) return null;
  // Two of them are how requests are smuggled past proxies (RFC 9112 3.2).
  return { status: 400, message: `The header Host must be there once, and it is there ${hosts} times` };
}

function faultOf({ code = '', rawPacket, bytesParsed = 0 }: ClientError): Fault {
  const start = rawPacket?.toString('latin1', 0, 64) ?? '';
  const looksLikeRequest = /^[A-Z][A-Z-]* \S/.test(start);
  if (code === 'HPE_INVALID_METHOD' && !looksLikeRequest) return MALFORMED;
  if (code === 'HPE_HEADER_OVERFLOW' && looksLikeRequest && !rawPacket?.subarray(0, bytesParsed).includes('\n')) {
    return { status: 414, message: 'The address is too long' };
  }
  return FAULTS[code] ?? MALFORMED;
}

/** Writes an answer and closes; what the client still sends is read for a while, else it would get a reset and no answer. */
function endWith(socket: Socket, status: number, error: ErrorDescription, headers: readonly string[]): void {
  const text = JSON.stringify(error);
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(`${head}connection: close\r\n\r\n${text}`, 'latin1');
  const overdue = setTimeout(() => socket.destroy(), LINGER);
  socket.once('close', () => clearTimeout(overdue));
}
