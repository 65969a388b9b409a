import { STATUS_CODES } from 'node:http';
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
}

const MALFORMED: Fault = { status: 400, message: 'The request is not valid HTTP' };

const FAULTS: Record<string, Fault> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to arrive' },
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers are too large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: 'The chunk extensions are too large' },
  HPE_INVALID_METHOD: { status: 501, message: 'The method is not known' },
  HPE_INVALID_VERSION: { status: 505, message: 'The version of HTTP must be 1.0 or 1.1' },
  HPE_PAUSED_H2_UPGRADE: { status: 505, message: 'The version of HTTP must be 1.0 or 1.1' },
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

function faultOf(error: ClientError): Fault {
  const first = error.rawPacket?.toString('latin1', 0, 64) ?? '';
  if (error.code === 'HPE_INVALID_METHOD' && !/^[A-Z][A-Z-]* \S/.test(first)) return MALFORMED;
  if (error.code === 'HPE_HEADER_OVERFLOW' && error.rawPacket?.includes('\n') === false) {
    return { status: 414, message: 'The address is too long' };
  }
  return FAULTS[error.code ?? ''] ?? MALFORMED;
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
