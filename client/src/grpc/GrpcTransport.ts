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
  readonly credentials: ChannelCredentials;
  /** Milliseconds until a connection stands, TLS included. */
  readonly connectTimeout: number;
  readonly channel: ChannelOptions;
}

/** Time-outs that are longer are none for the library. */
const LONGEST_DEADLINE = 2_147_483_647;

/** Over one connection of `@grpc/grpc-js`, made at the first call and anew where it failed. */
export class GrpcTransport implements Transport<GrpcRequest, GrpcReply> {
  private client: Client | undefined;
  /** Those whose connection is awaited. */
  private readonly connecting = new WeakSet<Client>();

  constructor(
    readonly address: ServiceAddress,
    private readonly options: GrpcTransportOptions,
  ) {}

  send({ method, message }: GrpcRequest, receiver: Receiver<GrpcReply>, timeout: number): Exchange {
    const client = this.connected();
    const body = method.requestSerialize(message);
    const deadline = timeout > LONGEST_DEADLINE ? Number.POSITIVE_INFINITY : Date.now() + timeout;
    let isOver = false;
    const ended = (error: ServiceError | null, reply?: Message): void => {
      if (isOver) return;
      if (error?.code === status.UNAVAILABLE) this.dropFailed(client);
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
    this.client?.close();
    this.client = undefined;
  }

  private connected(): Client {
    const { hostname, port } = this.address;
    this.client ??= new Client(`dns:${hostname}:${port}`, this.options.credentials, this.options.channel);
    const { client } = this;
    const isReady = client.getChannel().getConnectivityState(false) === connectivityState.READY;
    if (!isReady && !this.connecting.has(client)) this.limitConnecting(client);
    return client;
  }

  private limitConnecting(client: Client): void {
    this.connecting.add(client);
    client.waitForReady(Date.now() + this.options.connectTimeout, (error) => {
      this.connecting.delete(client);
      if (error !== undefined) this.drop(client);
    });
  }

  /** The library would answer calls with the failure for a while, before it tries to connect again. */
  private dropFailed(client: Client): void {
    const state = client.getChannel().getConnectivityState(false);
    if (state === connectivityState.TRANSIENT_FAILURE) this.drop(client);
  }

  /** What is under way on its connection goes on, what waits for one fails. */
  private drop(client: Client): void {
    if (this.client === client) this.client = undefined;
    client.close();
  }
}

function asItIs(body: Buffer): Buffer {
  return body;
}

/** The words of a service that works, and does not know the method or what it is asked about. */
function isRefusal({ code, details }: ServiceError): boolean {
  return (code === status.UNIMPLEMENTED && !/^Received HTTP/.test(details)) || code === status.NOT_FOUND;
}

/** `size`: of the request, in bytes. */
function failureOf(error: ServiceError, size: number): Failure {
  const { code, details } = error;
  const message = sentence(error);
  switch (code) {
    case status.DEADLINE_EXCEEDED:
      return { kind: 'late', message, cause: error };
    case status.UNAVAILABLE:
    case status.CANCELLED: {
      const isRefused = /^No connection established.*ECONNREFUSED/s.test(details);
      return { kind: isRefused ? 'refused' : 'unreachable', message: `does not answer: ${details}`, cause: error };
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
