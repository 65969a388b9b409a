import {
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  connectivityState,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { Exchange, Failure, Receiver, Reply, ServiceAddress, Transport } from '../remote/Transport.js';
import { GrpcAttempts } from './GrpcAttempts.js';
import type { Message, Method } from './GrpcMessages.js';

export interface GrpcRequest {
  readonly method: Method;
  readonly message: Message;
}

/** What a service answered: a message, or that it does not know what was asked for. */
export interface GrpcReply extends Reply {
  readonly message: Message;
  /** Completes "<address> ..."; undefined where the message is an answer. */
  readonly refusal: string | undefined;
}

export interface GrpcTransportOptions {
  /** Answers others each time. */
  credentials(): ChannelCredentials;
  /** Milliseconds until a connection stands, TLS included. */
  readonly connectTimeout: number;
  readonly channel: ChannelOptions;
}

/** Time-outs that are longer are none for the library. */
const LONGEST_DEADLINE = 2_147_483_647;

/** Over one connection of `@grpc/grpc-js`, made at the first call and anew where it failed. */
export class GrpcTransport implements Transport<GrpcRequest, GrpcReply> {
  private client: Client | undefined;
  private attempts: GrpcAttempts | undefined;
  /** Runs while the client has no connection. */
  private connecting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly address: ServiceAddress,
    private readonly options: GrpcTransportOptions,
  ) {}

  send({ method, message }: GrpcRequest, receiver: Receiver<GrpcReply>, timeout: number): Exchange {
    const client = this.connection();
    const body = method.requestSerialize(message);
    const deadline = timeout > LONGEST_DEADLINE ? Number.POSITIVE_INFINITY : Date.now() + timeout;
    let isOver = false;
    const ended = (error: ServiceError | null, reply?: Message): void => {
      if (isOver) return;
      this.lookAt(client);
      if (error === null) receiver.received({ message: reply ?? {}, refusal: undefined });
      else if (isRefusal(error)) receiver.received({ message: {}, refusal: sentence(error) });
      else receiver.failed(failureOf(error, body.length));
    };
    const { path, responseDeserialize } = method;
    const call = client.makeUnaryRequest(path, asItIs, responseDeserialize, body, new Metadata(), { deadline }, ended);
    return {
      cancel() {
        isOver = true;
        call.cancel();
      },
    };
  }

  close(): void {
    if (this.client !== undefined) this.drop(this.client);
  }

  private connection(): Client {
    const client = this.client ?? this.newClient();
    if (this.connecting === undefined && stateOf(client) !== connectivityState.READY) {
      // Those who wait for their calls keep the process alive.
      this.connecting = setTimeout(() => this.connectedOrDropped(client), this.options.connectTimeout).unref();
    }
    return client;
  }

  private newClient(): Client {
    const { hostname, port } = this.address;
    this.attempts = new GrpcAttempts(this.options.credentials());
    this.client = new Client(`dns:${hostname}:${port}`, this.attempts.credentials, this.options.channel);
    return this.client;
  }

  private connectedOrDropped(client: Client): void {
    if (stateOf(client) === connectivityState.READY) this.stopConnecting();
    else this.drop(client);
  }

  /** Whether the client has its connection by now, or has failed to get one. */
  private lookAt(client: Client): void {
    if (this.client !== client) return;
    const state = stateOf(client);
    if (state === connectivityState.READY) this.stopConnecting();
    // The library would answer calls with the failure for a while, before it tries to connect again.
    if (state === connectivityState.TRANSIENT_FAILURE) this.drop(client);
  }

  private stopConnecting(): void {
    clearTimeout(this.connecting);
    this.connecting = undefined;
  }

  /** What is under way on its connection goes on, what waits for one fails. */
  private drop(client: Client): void {
    client.close();
    if (this.client !== client) return;
    this.attempts?.end();
    this.client = undefined;
    this.stopConnecting();
  }
}

function stateOf(client: Client): connectivityState {
  return client.getChannel().getConnectivityState(false);
}

function asItIs(body: Buffer): Buffer {
  return body;
}

/** The words of a service that works, and does not know the method or what it is asked about. */
function isRefusal({ code, details }: ServiceError): boolean {
  return (code === status.UNIMPLEMENTED && !/^Received HTTP/.test(details)) || code === status.NOT_FOUND;
}

/** The library's words for a call that nobody began: nothing listens, or the connection was going away (RFC 9113 8.7). */
const NOT_TAKEN =
  /^(No connection established.*ECONNREFUSED|Stream refused by server$|Failed to start HTTP\/2 stream)/s;

/** Its words for what an HTTP/1 server says, for one. */
const NO_HTTP2 = /^No connection established.* Protocol error\b/s;

/** What the library appends where it has nothing to append. */
const NO_NOTE = /\.? Resolution note: $/;

/** `size`: of the request, in bytes. */
function failureOf(error: ServiceError, size: number): Failure {
  const { code, details } = error;
  const message = sentence(error);
  switch (code) {
    case status.DEADLINE_EXCEEDED:
      return { kind: 'late', message, cause: error };
    case status.UNAVAILABLE:
    case status.CANCELLED: {
      if (NO_HTTP2.test(details))
        return { kind: 'unreadable', message: 'answered with what is no HTTP/2', cause: error };
      const kind = NOT_TAKEN.test(details) ? 'refused' : 'unreachable';
      return { kind, message: `does not answer: ${details.replace(NO_NOTE, '')}`, cause: error };
    }
    case status.RESOURCE_EXHAUSTED:
      // Both sides say so in the same words; what was sent tells which.
      if (!new RegExp(`larger than max \\(${size} vs`).test(details)) break;
      return { kind: 'refused as too large', message: `takes no request of ${size} bytes`, cause: error };
  }
  return { kind: 'unreadable', message, cause: error };
}

function sentence({ code, details }: ServiceError): string {
  return `answered with the gRPC status ${status[code]}: ${details}`;
}
