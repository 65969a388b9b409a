import { configError } from '../config/ClientConfig.js';
import type { Exchange, Failure, Receiver, ServiceAddress } from '../remote/Transport.js';
import type { HttpClientOptions } from './HttpClientConfig.js';
import type { TransportMaker } from './HttpSessionsClient.js';
import { type HttpReply, type HttpRequest, type HttpTransport, MAX_REPLY_SIZE } from './HttpTransport.js';

/** Reads what concerns connections; throws INVALID_CONFIG. Browsers decide themselves how they connect and whom they trust. */
export function fetchTransports({ values }: HttpClientOptions): TransportMaker {
  if (values['credential.ssl_ca_file'] !== undefined) {
    const message =
      'sessions client: credential.ssl_ca_file has no place in a browser, which trusts its own certificates';
    throw configError(message, 'credential.ssl_ca_file');
  }
  return (address) => new FetchHttpTransport(address);
}

/** Over `fetch`, for browsers. */
export class FetchHttpTransport implements HttpTransport {
  constructor(readonly address: ServiceAddress) {}

  send({ method, path, body, correlationId }: HttpRequest, receiver: Receiver<HttpReply>): Exchange {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (correlationId !== undefined) headers['correlation_id'] = correlationId;
    const exchange = new FetchHttpExchange(receiver);
    exchange.begin(this.address.text + path, { method, headers, ...(body === undefined ? {} : { body }) });
    return exchange;
  }

  /** The connections are the browser's. */
  close(): void {}
}

class FetchHttpExchange implements Exchange {
  private readonly controller = new AbortController();
  private isOver = false;

  constructor(private readonly receiver: Receiver<HttpReply>) {}

  begin(url: string, init: RequestInit): void {
    const { signal } = this.controller;
    // A session's answers are in no cache, and its cookies are none of the service's.
    fetch(url, { ...init, signal, redirect: 'manual', credentials: 'omit', cache: 'no-store' }).then(
      (response) => this.read(response),
      (cause: Error) => this.fail({ kind: 'unreachable', message: `does not answer: ${cause.message}`, cause }),
    );
  }

  cancel(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.controller.abort();
  }

  private async read(response: Response): Promise<void> {
    // The browser tells nothing of a redirect that it does not follow, not even its status.
    if (response.type === 'opaqueredirect')
      return this.fail({ kind: 'unreadable', message: 'answered with a redirect' });
    const { status, headers } = response;
    try {
      const bytes = await bytesOf(response);
      if (bytes === undefined) return this.stop(`answered with more than ${MAX_REPLY_SIZE} bytes`, status);
      const text = textOf(bytes);
      if (text === undefined) return this.stop('answered with what is no UTF-8', status);
      if (this.isOver) return;
      this.isOver = true;
      this.receiver.received({ status, retryAfter: headers.get('retry-after') ?? undefined, text });
    } catch (cause) {
      this.fail({ kind: 'cut off', message: `broke off its answer: ${(cause as Error).message}`, status, cause });
    }
  }

  private stop(message: string, status: number): void {
    this.fail({ kind: 'unreadable', message, status });
    this.controller.abort();
  }

  private fail(failure: Failure): void {
    if (this.isOver) return;
    this.isOver = true;
    this.receiver.failed(failure);
  }
}

/** All of an answer; undefined when it is too large. */
async function bytesOf({ headers, body }: Response): Promise<Uint8Array | undefined> {
  if (Number(headers.get('content-length')) > MAX_REPLY_SIZE) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = body?.getReader(); reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MAX_REPLY_SIZE) return undefined;
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
