import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import { CompositeLogger } from 'pip-services3-components-nodex';
import type { ISessionsController } from '../../logic/ISessionsController.js';
import { answerState, type SessionState } from '../../logic/SessionAnswer.js';
import { OPERATIONS } from '../../logic/SessionOperations.js';
import { type Clock, systemClock } from '../../toolkit/Clock.js';
import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import { processTimers, type Timers } from '../../toolkit/Timers.js';
import type { HttpEndpoint } from '../http/HttpEndpoint.js';
import type { HttpExchange } from '../http/HttpExchange.js';
import { HTTP_SERVICE_OPTIONS, HttpService, routePath } from '../http/HttpService.js';
import { SessionPush } from './SessionPush.js';
import { CLIENT_SCRIPTS, clientScript, isHandshake, SocketIoServer } from './SocketIoServer.js';

const OPTIONS = {
  base_route: { type: 'text', isPath: true, default: '', doc: 'What stands before the route.' },
  route: {
    type: 'text',
    isPath: true,
    default: 'socket.io',
    doc: 'Where clients connect: the `path` of their options.',
  },
  'options.max_sockets': {
    type: 'integer',
    default: 20_000,
    min: 1,
    max: 1_000_000,
    doc: 'The most clients connected at the same time; one more is refused with OVERLOADED.',
  },
  'options.check_interval': {
    type: 'integer',
    default: 60_000,
    unit: 'ms',
    min: 100,
    max: 2_147_483_647,
    or: 0,
    doc: 'How often a joined session is read again, to learn what other processes did to it; 0 = only at its deadline.',
  },
  'dependencies.controller': {
    type: 'text',
    default: 'service-sessions:controller:*:*:1.0',
    doc: 'The controller whose sessions clients join.',
  },
  ...HTTP_SERVICE_OPTIONS,
} as const satisfies OptionTable;

const CACHED = ['x-content-type-options', 'nosniff', 'cache-control', 'public, max-age=86400'];

/**
 * Push over socket.io 4: clients send `session_key`, and get `logout` when that session ends, whatever ended it.
 *
 * Descriptor `service-sessions:service:socketio:default:1.0`.
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:1.0` the controller
 * - `*:endpoint:http:*:1.0` (optional) the endpoint it is served on, else one of its own
 * - `*:logger:*:*:1.0` (optional) loggers
 */
export class SessionsSocketIoService extends HttpService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private readonly logger = new CompositeLogger();
  private path = `${routePath(OPTIONS.route.default)}/`;
  private maxSockets: number = OPTIONS['options.max_sockets'].default;
  private checkInterval: number = OPTIONS['options.check_interval'].default;
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private controller: ISessionsController | null = null;
  private server: SocketIoServer | null = null;
  private push: SessionPush | null = null;

  constructor(
    private readonly clock: Clock = systemClock,
    private readonly timers: Timers = processTimers,
  ) {
    super('service-sessions:service:socketio', OPTIONS);
  }

  /** How many clients are connected, and how many sessions they have joined. */
  get counts(): { clients: number; sessions: number } {
    return { clients: this.server?.clients ?? 0, sessions: this.push?.sessions ?? 0 };
  }

  override async open(correlationId: string | null): Promise<void> {
    if (this.server === null) {
      this.server = await SocketIoServer.load();
      this.push = new SessionPush(this.server.io, {
        read: (id) => this.read(id),
        checkInterval: this.checkInterval,
        clock: this.clock,
        timers: this.timers,
        onFault: (error) => this.logger.error('', error, 'A client could not be answered'),
      });
      this.controller?.addListener(this.push.heard);
    }
    await super.open(correlationId);
  }

  override async close(correlationId: string | null): Promise<void> {
    await super.close(correlationId);
    this.stop();
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.path = `${routePath(values.base_route, values.route)}/`.replace('//', '/');
    this.maxSockets = values['options.max_sockets'];
    this.checkInterval = values['options.check_interval'];
    this.controllerLocator = values['dependencies.controller'];
  }

  protected override connectService(references: IReferences): void {
    this.logger.setReferences(references);
    this.controller = references.getOneRequired<ISessionsController>(Descriptor.fromString(this.controllerLocator));
  }

  protected override register(endpoint: HttpEndpoint): void {
    const { path } = this;
    const run = (exchange: HttpExchange): void => this.poll(exchange);
    for (const method of ['GET', 'POST']) endpoint.addRoute({ method, path, head: false, run });
    for (const [name, type] of Object.entries(CLIENT_SCRIPTS)) {
      const send = async (exchange: HttpExchange): Promise<void> =>
        exchange.sendBytes(200, type, await clientScript(name), CACHED);
      endpoint.addRoute({ method: 'GET', path: path + name, run: send });
    }
    endpoint.addTakeOver({
      path,
      takes: (request) => this.server !== null && !(isHandshake(request) && this.isFull(this.server)),
      takeOver: (request, socket, head) => this.server?.takeOver(request, socket, head),
      stop: () => this.stop(),
    });
  }

  private poll(exchange: HttpExchange): void {
    const { server } = this;
    if (server === null) {
      exchange.refuse('OVERLOADED', { message: 'The service is starting or stopping; try again', close: true });
    } else if (isHandshake(exchange.request) && this.isFull(server)) {
      const message = `At most ${this.maxSockets} clients may be connected at the same time; try again`;
      exchange.refuse('OVERLOADED', { message, details: { limit: this.maxSockets } });
    } else {
      exchange.handOver();
      if (exchange.waitsToSend) exchange.response.writeContinue();
      server.poll(exchange.request, exchange.response);
    }
  }

  private isFull(server: SocketIoServer): boolean {
    return server.clients >= this.maxSockets;
  }

  private async read(id: string): Promise<SessionState | null> {
    const controller = this.controller as ISessionsController;
    return answerState(await controller.perform(OPERATIONS.get_session_by_id, null, { session_id: id }));
  }

  /** Ends all connections; those that come later are refused. */
  private stop(): void {
    const { server, push } = this;
    this.server = null;
    this.push = null;
    if (push !== null) this.controller?.removeListener(push.heard);
    push?.close();
    server?.close().catch((error: Error) => this.logger.error('', error, 'Connections did not end'));
  }
}
