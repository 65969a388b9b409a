import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  type ApplicationException,
  ConfigParams,
  type IConfigurable,
  type IOpenable,
  type IReferenceable,
  type IReferences,
} from 'pip-services3-commons-nodex';
import { CompositeLogger } from 'pip-services3-components-nodex';
import { readOptions } from '../../toolkit/Options.js';
import { normalConnection } from '../endpoint/ConnectionOptions.js';
import { logFailure } from '../endpoint/FailureLog.js';
import { InFlight } from '../endpoint/InFlight.js';
import { listen } from '../endpoint/Listening.js';
import { answerClientFault, type ClientError, refuseTunnel, requestFault } from './ClientFaults.js';
import { CorsPolicy } from './CorsPolicy.js';
import { HttpConnection, HttpConnections } from './HttpConnection.js';
import { HTTP_OPTIONS, type HttpOptions } from './HttpEndpointOptions.js';
import { type ExchangeHost, HttpExchange } from './HttpExchange.js';
import { closeListener, createListener } from './HttpListener.js';
import { type HttpResource, type HttpRoute, HttpRoutes } from './HttpRoutes.js';
import { type HttpTakeOver, HttpTakeOvers } from './HttpTakeOvers.js';

/** How long a stop waits for requests in flight, in milliseconds. */
const STOP_TIMEOUT = 5000;

/**
 * Listens for HTTP and hands requests to the routes of any number of services.
 *
 * Descriptor `pip-services:endpoint:http:default:1.0`. Routes may be added before and after it opens.
 *
 * ### References
 * - `*:logger:*:*:1.0` (optional)
 */
export class HttpEndpoint implements IConfigurable, IReferenceable, IOpenable, ExchangeHost {
  static readonly OPTIONS = HTTP_OPTIONS;

  private readonly logger = new CompositeLogger();
  private readonly routes = new HttpRoutes();
  private readonly connections = new HttpConnections();
  private readonly inFlight = new InFlight(this.logger);
  private readonly takeOvers = new HttpTakeOvers((request) => this.mayUpgrade(request));
  private options: HttpOptions = readOptions('', HTTP_OPTIONS, new ConfigParams());
  private cors = new CorsPolicy();
  private listener: Server | null = null;
  private stopped: Promise<void> | null = null;
  private stuckCheck: NodeJS.Timeout | undefined;
  private port = 0;

  /**
   * @param component who configuration faults are reported for: this endpoint or the service that owns it
   * @param stopTimeout how long a stop waits for requests in flight, in milliseconds
   */
  constructor(
    private readonly component = 'pip-services:endpoint:http',
    private readonly stopTimeout = STOP_TIMEOUT,
  ) {}

  configure(config: ConfigParams): void {
    this.options = readOptions(this.component, HTTP_OPTIONS, normalConnection(this.component, config));
    this.cors = new CorsPolicy(this.options.cors_origins);
    this.cors.allowHeaders(this.options.cors_headers);
  }

  setReferences(references: IReferences): void {
    this.logger.setReferences(references);
  }

  /** The server underneath while the endpoint is open, for transports that attach to its connections; else null. */
  get server(): Server | null {
    return this.listener;
  }

  get bodyLimit(): number {
    return this.options['options.body_limit'];
  }

  get stopping(): boolean {
    return this.stopped !== null;
  }

  /** Where it can be reached, such as `http://0.0.0.0:8080`; with the configured port while it is closed. */
  address(): string {
    const { 'connection.protocol': protocol, 'connection.host': host, 'connection.port': port } = this.options;
    return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${this.port || port}`;
  }

  /** How many counted requests have come and are not answered. */
  get requestsInFlight(): number {
    return this.inFlight.count;
  }

  addRoute(route: HttpRoute): void {
    this.routes.add(route);
  }

  /** Gives the connections of WebSocket clients that ask for it at a path to a transport. */
  addTakeOver(takeOver: HttpTakeOver): void {
    this.takeOvers.add(takeOver);
    if (this.listener !== null) this.takeOvers.listen(this.listener);
  }

  /** Lets pages of other origins send these request headers too; names separated by commas. */
  allowHeaders(names: string): void {
    this.cors.allowHeaders(names);
  }

  isOpen(): boolean {
    return this.listener !== null;
  }

  async open(correlationId: string | null): Promise<void> {
    if (this.listener !== null) return;
    const listener = createListener(this.component, this.options, this.takeOvers.requestClass);
    this.listener = listener;
    this.serve(listener);
    try {
      this.port = await listen(listener, this.component, this.options);
    } catch (error) {
      this.listener = null;
      throw error;
    }
    this.stuckCheck = setInterval(
      () => this.connections.endStuck(),
      this.options['options.keep_alive_timeout'],
    ).unref();
    this.logger.debug(correlationId ?? '', 'Listening on %s', this.address());
  }

  /** Takes no more connections, lets requests in flight end, and ends what is left after the stop time-out. */
  async close(correlationId: string | null): Promise<void> {
    if (this.listener === null) return;
    this.stopped ??= this.stop(this.listener);
    await this.stopped;
    if (this.listener === null) return;
    this.listener = null;
    this.stopped = null;
    this.port = 0;
    this.logger.debug(correlationId ?? '', 'Stopped listening on %s', this.address());
  }

  corsHeaders(request: IncomingMessage | null): readonly string[] {
    return this.cors.headersFor(request);
  }

  released(): void {
    this.inFlight.leave();
  }

  logError(correlationId: string | null, error: ApplicationException): void {
    logFailure(this.logger, correlationId, error);
  }

  private serve(listener: Server): void {
    listener.on('request', (request, response) => this.accept(request, response, false));
    listener.on('checkContinue', (request, response) => this.accept(request, response, true));
    listener.on('checkExpectation', (request, response) => {
      const exchange = this.exchange(request, response);
      this.find(exchange);
      exchange.refuse('INVALID_DATA', {
        status: 417,
        message: 'The header Expect may only be 100-continue',
        close: true,
      });
    });
    listener.on('connection', (socket) => this.connections.add(socket));
    listener.on('secureConnection', (socket) => this.connections.add(socket));
    listener.on('clientError', (error: ClientError, socket) => {
      answerClientFault(error, socket as Socket, this.corsHeaders(null));
    });
    this.takeOvers.listen(listener);
    listener.on('connect', (_, socket) => refuseTunnel(socket as Socket, this.corsHeaders(null)));
  }

  /** A connection on which an answer is still owed is no transport's: that answer would get among what the transport sends. */
  private mayUpgrade(request: IncomingMessage): boolean {
    const isIdle = HttpConnection.of(request.socket).pending === 0;
    return isIdle && requestFault(request) === null && this.cors.allows(request);
  }

  private accept(request: IncomingMessage, response: ServerResponse, waitsToSend: boolean): void {
    const exchange = this.exchange(request, response);
    exchange.waitsToSend = waitsToSend;
    const resource = this.find(exchange);
    const fault = requestFault(request);
    if (fault !== null) exchange.refuse('INVALID_DATA', { ...fault, close: true });
    else if (resource === null) exchange.refuse('NOT_FOUND');
    else this.answer(exchange, resource);
  }

  /** What is served where the request goes; errors are written as they are there from now on, whatever is wrong. */
  private find(exchange: HttpExchange): HttpResource | null {
    const found = this.routes.find(exchange.path, exchange.request.method ?? '');
    if (found === null) return null;
    exchange.params = found.params;
    if (found.resource.errors !== undefined) exchange.errorForm = found.resource.errors;
    return found.resource;
  }

  private answer(exchange: HttpExchange, resource: HttpResource): void {
    const method = exchange.request.method ?? '';
    const route = resource.get(method);
    if (route === undefined) {
      if (method === 'OPTIONS')
        exchange.sendNothing(['allow', resource.methods, ...this.cors.preflightHeaders(resource.methods)]);
      else exchange.refuse('METHOD_NOT_ALLOWED', { headers: ['allow', resource.methods] });
      return;
    }
    if (route.counted !== false) {
      if (!this.inFlight.enter(this.options['options.max_in_flight'], exchange.correlationId)) {
        exchange.refuse('OVERLOADED');
        return;
      }
      exchange.counted = true;
    }
    run(route, exchange);
  }

  private exchange(request: IncomingMessage, response: ServerResponse): HttpExchange {
    return new HttpExchange(request, response, HttpConnection.of(request.socket), this);
  }

  private async stop(listener: Server): Promise<void> {
    clearInterval(this.stuckCheck);
    const closed = closeListener(listener, this.connections, this.stopTimeout);
    this.takeOvers.stop();
    await closed;
  }
}

function run(route: HttpRoute, exchange: HttpExchange): void {
  try {
    const running = route.run(exchange);
    if (running !== undefined) running.catch((error: unknown) => exchange.fail(error));
  } catch (error) {
    exchange.fail(error);
  }
}
