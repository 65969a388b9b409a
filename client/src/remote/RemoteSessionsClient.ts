import { NearCache } from '../cache/NearCache.js';
import { begunCall } from '../calls/BegunCall.js';
import { closedError, closingError, OPERATIONS, type SessionsCall } from '../calls/SessionsCall.js';
import { SessionsClient } from '../calls/SessionsClient.js';
import { configError } from '../config/ClientConfig.js';
import { type ClientClock, type ClientTimers, systemClock, systemTimers } from '../config/Clock.js';
import type { CallOptionsV1, ReferencesV1 } from '../version1/ISessionsClientV1.js';
import { SessionsClientError } from '../version1/SessionsClientError.js';
import { type Discovery, discovered, discoveriesOf } from './Discovery.js';
import { CallsUnderWay, RemoteCall, type RemoteCallSurroundings } from './RemoteCall.js';
import { cacheOptions, type RemoteClientValues } from './RemoteClientConfig.js';
import type { ReplyContext } from './Replies.js';
import { RetryBudget } from './Retries.js';
import { serviceAddress } from './ServiceAddress.js';
import type { Reply, ServiceAddress, Transport } from './Transport.js';

/** Where a client reads the time, waits and takes its chances: for tests. */
export interface RemoteClientSurroundings {
  clock?: ClientClock;
  timers?: ClientTimers;
  /** A number from 0 to below 1. */
  random?: () => number;
}

/** What a configuration makes of a client: how calls become requests, by what they are sent, and how replies become answers. */
export interface Protocol<Q, R extends Reply> {
  readonly values: RemoteClientValues;
  /** Where services of this protocol listen of which nobody says where. */
  readonly defaultPort: number;
  /** What `open` asks the service. */
  readonly greeting: Q;
  /** Makes what requests are sent by. */
  connect(address: ServiceAddress): Transport<Q, R>;
  /** Throws INVALID_DATA for what cannot be sent. */
  request(call: SessionsCall): Q;
  /** What an operation answers by a reply. Throws a SessionsClientError for every reply that is no answer to it. */
  answer(call: SessionsCall, address: ServiceAddress, reply: R): unknown;
  /** Throws a SessionsClientError for a reply to the greeting that no working service gives. */
  greeted(context: ReplyContext, reply: R): void;
}

/** The sessions of a service over a network. Each protocol has a client of its own, which only says how it does things. */
export abstract class RemoteSessionsClient<Q, R extends Reply> extends SessionsClient {
  private protocol!: Protocol<Q, R>;
  private address: ServiceAddress | undefined;
  private transport: Transport<Q, R> | undefined;
  private finding: Promise<Transport<Q, R>> | undefined;
  private discoveries: Discovery[] = [];
  private cache: NearCache | undefined;
  private state: 'new' | 'open' | 'closed' = 'new';
  private readonly calls = new CallsUnderWay();
  private readonly surroundings: Required<RemoteClientSurroundings>;
  private shared!: RemoteCallSurroundings<Q, R>;

  constructor(config?: object, surroundings?: RemoteClientSurroundings) {
    super();
    this.surroundings = { clock: systemClock, timers: systemTimers, random: Math.random, ...surroundings };
    this.configure(config ?? {});
  }

  /** Reads a configuration; throws INVALID_CONFIG. */
  protected abstract configured(config: object): Protocol<Q, R>;

  /** Replaces the whole configuration. Calls under way end under the earlier one. */
  override configure(config: object): void {
    const protocol = this.configured(config);
    const { values } = protocol;
    const address = values['connection.discovery_key'] === undefined ? serviceAddress(connectionOf(values)) : undefined;
    this.protocol = protocol;
    this.address = address;
    this.disconnect();
    const cache = cacheOptions(values);
    this.cache = cache && new NearCache(cache, this.surroundings.clock);
    this.shared = {
      ...this.surroundings,
      calls: this.calls,
      budget: new RetryBudget(values['options.retries']),
      retries: values['options.retries'],
      transport: (correlationId) => this.transport ?? this.connect(correlationId),
    };
  }

  override setReferences(references: ReferencesV1): void {
    this.discoveries = discoveriesOf(references);
  }

  override isOpen(): boolean {
    return this.state === 'open';
  }

  override async open(given?: string | null, options?: CallOptionsV1 | null): Promise<void> {
    const call = begunCall('open', given, {}, options);
    const { correlationId, timeout } = call;
    const { protocol } = this;
    // Where a discovery says where the service is, it may be elsewhere by now.
    if (protocol.values['connection.discovery_key'] !== undefined) this.disconnect();
    await RemoteCall.run(this.shared, {
      call,
      request: protocol.greeting,
      repeat: 'safe',
      timeout: timeout ?? protocol.values['options.timeout'],
      read: (reply, address) => {
        protocol.greeted({ correlationId, address }, reply);
        this.state = 'open';
      },
    });
  }

  override async close(_correlationId?: string | null): Promise<void> {
    this.state = 'closed';
    this.calls.fail(closingError);
    this.transport?.close();
    this.disconnect();
    this.cache?.clear();
  }

  /** Lets later calls find the service anew; those under way keep their connections. */
  private disconnect(): void {
    this.transport = undefined;
    this.finding = undefined;
  }

  protected override perform(call: SessionsCall): Promise<unknown> {
    if (this.state === 'closed') throw closedError(call);
    return this.cache === undefined ? this.send(call) : this.cache.perform(call, this.send);
  }

  private readonly send = (call: SessionsCall): Promise<unknown> => {
    const { protocol } = this;
    return RemoteCall.run(this.shared, {
      call,
      request: protocol.request(call),
      repeat: OPERATIONS[call.operation].repeat,
      timeout: call.timeout ?? protocol.values['options.timeout'],
      read: (reply, address) => protocol.answer(call, address, reply),
    });
  };

  private connect(correlationId: string | null): Transport<Q, R> | Promise<Transport<Q, R>> {
    const key = this.protocol.values['connection.discovery_key'];
    if (key !== undefined) return this.finding ?? this.find(correlationId, key);
    this.transport = this.protocol.connect(this.address as ServiceAddress);
    return this.transport;
  }

  /** Calls that come meanwhile wait for the same; what was asked for under an earlier configuration is not kept. */
  private find(correlationId: string | null, key: string): Promise<Transport<Q, R>> {
    const { protocol } = this;
    const address = discoveredAddress(this.discoveries, correlationId, key, protocol.defaultPort);
    const finding = address.then((found) => protocol.connect(found));
    const found = (transport?: Transport<Q, R>) => {
      if (this.finding !== finding) return;
      this.finding = undefined;
      this.transport = transport;
    };
    this.finding = finding;
    finding.then(found, () => found());
    return finding;
  }
}

async function discoveredAddress(
  discoveries: Discovery[],
  correlationId: string | null,
  key: string,
  defaultPort: number,
): Promise<ServiceAddress> {
  if (discoveries.length === 0) {
    const message = 'sessions client: connection.discovery_key needs a discovery among the references';
    throw configError(message, 'connection.discovery_key');
  }
  const connection = await discovered(discoveries, correlationId, key, defaultPort).catch((cause) => {
    throw unknownKey(correlationId, key, cause);
  });
  if (connection === null) throw unknownKey(correlationId, key);
  return serviceAddress(connection);
}

function connectionOf(values: RemoteClientValues) {
  return {
    protocol: values['connection.protocol'],
    host: values['connection.host'],
    port: values['connection.port'],
    uri: values['connection.uri'],
  };
}

function unknownKey(correlationId: string | null, key: string, cause?: unknown): SessionsClientError {
  const message = `No discovery says where "${key}" is`;
  return new SessionsClientError({ code: 'UNREACHABLE', message, correlationId, cause });
}
