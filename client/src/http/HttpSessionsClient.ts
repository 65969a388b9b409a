import { NearCache } from '../cache/NearCache.js';
import { begunCall } from '../calls/BegunCall.js';
import { closedError, closingError, OPERATIONS, type SessionsCall } from '../calls/SessionsCall.js';
import { SessionsClient } from '../calls/SessionsClient.js';
import { configError } from '../config/ClientConfig.js';
import { type ClientClock, type ClientTimers, systemClock, systemTimers } from '../config/Clock.js';
import type { CallOptionsV1, ReferencesV1 } from '../version1/ISessionsClientV1.js';
import { invalidArgument, SessionsClientError } from '../version1/SessionsClientError.js';
import { type Discovery, discovered, discoveriesOf } from './Discovery.js';
import { CallsUnderWay, HttpCall, type HttpCallSurroundings } from './HttpCall.js';
import { type HttpClientOptions, readHttpClientConfig } from './HttpClientConfig.js';
import type { HttpReply, HttpTransport, ServiceAddress } from './HttpTransport.js';
import { answerOf, errorOf } from './Replies.js';
import { requestBody } from './RequestBody.js';
import { RetryBudget } from './Retries.js';
import { routePath, serviceAddress } from './ServiceAddress.js';

/** Where a client reads the time, waits and takes its chances: for tests. */
export interface HttpClientSurroundings {
  clock?: ClientClock;
  timers?: ClientTimers;
  /** A number from 0 to below 1. */
  random?: () => number;
}

/** Makes what requests are sent by. */
export type TransportMaker = (address: ServiceAddress) => HttpTransport;

/** The sessions of a service over commandable HTTP; `index.ts` and `browser.ts` say what its requests are sent by. */
export abstract class HttpSessionsClient extends SessionsClient {
  private options!: HttpClientOptions;
  private route!: string;
  private address: ServiceAddress | undefined;
  private make!: TransportMaker;
  private transport: HttpTransport | undefined;
  private finding: Promise<HttpTransport> | undefined;
  private discoveries: Discovery[] = [];
  private cache: NearCache | undefined;
  private state: 'new' | 'open' | 'closed' = 'new';
  private readonly calls = new CallsUnderWay();
  private readonly surroundings: Required<HttpClientSurroundings>;
  private shared!: HttpCallSurroundings;

  constructor(config?: object, surroundings?: HttpClientSurroundings) {
    super();
    this.surroundings = { clock: systemClock, timers: systemTimers, random: Math.random, ...surroundings };
    this.configure(config ?? {});
  }

  /** Reads the part of the configuration that concerns transports; throws INVALID_CONFIG. */
  protected abstract transports(options: HttpClientOptions): TransportMaker;

  /** Replaces the whole configuration. Calls under way end under the earlier one. */
  override configure(config: object): void {
    const options = readHttpClientConfig(config);
    const { values } = options;
    const address = values['connection.discovery_key'] === undefined ? serviceAddress(connectionOf(values)) : undefined;
    const route = routePath(values.base_route);
    this.make = this.transports(options);
    this.route = route;
    this.options = options;
    this.address = address;
    this.disconnect();
    this.cache = options.cache && new NearCache(options.cache, this.surroundings.clock);
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
    // Where a discovery says where the service is, it may be elsewhere by now.
    if (this.options.values['connection.discovery_key'] !== undefined) this.disconnect();
    await HttpCall.run(this.shared, {
      call,
      request: { method: 'GET', path: '/heartbeat', body: undefined, correlationId: undefined },
      repeat: 'safe',
      timeout: timeout ?? this.options.values['options.timeout'],
      read: (reply, address) => {
        checkHeartbeat(correlationId, reply, address);
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
    const { operation, correlationId, timeout } = call;
    const { values, correlationIdPlace: place } = this.options;
    const isHeader = correlationId !== null && place !== 'query' && HEADER_TEXT.test(correlationId);
    // What a header cannot carry travels in the query string.
    const isQuery = correlationId !== null && (place !== 'headers' || !isHeader);
    const query = isQuery ? `?correlation_id=${encoded(correlationId)}` : '';
    return HttpCall.run(this.shared, {
      call,
      request: {
        method: 'POST',
        path: `${this.route}/${operation}${query}`,
        body: requestBody(call),
        correlationId: isHeader ? correlationId : undefined,
      },
      repeat: OPERATIONS[operation].repeat,
      timeout: timeout ?? values['options.timeout'],
      read: (reply, address) => answerOf(call, address, reply),
    });
  };

  private connect(correlationId: string | null): HttpTransport | Promise<HttpTransport> {
    const key = this.options.values['connection.discovery_key'];
    if (key !== undefined) return this.finding ?? this.find(correlationId, key);
    this.transport = this.make(this.address as ServiceAddress);
    return this.transport;
  }

  /** Calls that come meanwhile wait for the same; what was asked for under an earlier configuration is not kept. */
  private find(correlationId: string | null, key: string): Promise<HttpTransport> {
    const { make } = this;
    const finding = discoveredAddress(this.discoveries, correlationId, key).then(make);
    const found = (transport?: HttpTransport) => {
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
): Promise<ServiceAddress> {
  if (discoveries.length === 0) {
    const message = 'sessions client: connection.discovery_key needs a discovery among the references';
    throw configError(message, 'connection.discovery_key');
  }
  const connection = await discovered(discoveries, correlationId, key).catch((cause) => {
    throw unknownKey(correlationId, key, cause);
  });
  if (connection === null) throw unknownKey(correlationId, key);
  return serviceAddress(connection);
}

const HEADER_TEXT = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

function encoded(correlationId: string): string {
  try {
    return encodeURIComponent(correlationId);
  } catch {
    throw invalidArgument(correlationId, 'correlation_id', 'a text without half of a surrogate pair');
  }
}

function connectionOf(values: HttpClientOptions['values']) {
  return {
    protocol: values['connection.protocol'],
    host: values['connection.host'],
    port: values['connection.port'],
    uri: values['connection.uri'],
  };
}

/** Any word of a service will do: an older one may not have this route. */
function checkHeartbeat(correlationId: string | null, reply: HttpReply, address: ServiceAddress): void {
  const { status } = reply;
  if ((status >= 200 && status < 300) || (status >= 400 && status < 500)) return;
  throw errorOf({ correlationId, address }, reply);
}

function unknownKey(correlationId: string | null, key: string, cause?: unknown): SessionsClientError {
  const message = `No discovery says where "${key}" is`;
  return new SessionsClientError({ code: 'UNREACHABLE', message, correlationId, cause });
}
