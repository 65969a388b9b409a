import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../logic/ISessionsController.js';
import { type Clock, systemClock } from '../../toolkit/Clock.js';
import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import type { HttpEndpoint } from '../http/HttpEndpoint.js';
import type { HttpExchange } from '../http/HttpExchange.js';
import { HTTP_SERVICE_OPTIONS, HttpService, routePath } from '../http/HttpService.js';
import { persistenceAnswers } from './PersistenceCheck.js';

const OPTIONS = {
  base_route: { type: 'text', isPath: true, default: '', doc: 'What stands before the routes.' },
  route: { type: 'text', isPath: true, default: 'heartbeat', doc: 'Where the time is answered.' },
  'dependencies.controller': {
    type: 'text',
    default: 'service-sessions:controller:*:*:1.0',
    doc: 'The controller whose store `/ready` asks.',
  },
  ...HTTP_SERVICE_OPTIONS,
} as const satisfies OptionTable;

/**
 * For probes: `GET /heartbeat` answers the time as a JSON string while the process lives, under any load;
 * `GET /ready` answers 200 while sessions can be read and written, else 503.
 *
 * Descriptor `pip-services:heartbeat-service:http:default:1.0`.
 *
 * ### References ###
 *
 * - `*:endpoint:http:*:1.0` (optional) the endpoint it is served on, else one of its own
 * - `service-sessions:controller:*:*:1.0` (optional) whose store must answer to be ready
 */
export class HeartbeatHttpService extends HttpService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private path = routePath(OPTIONS.route.default);
  private readyPath = routePath('ready');
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private controller: ISessionsController | null = null;

  constructor(private readonly clock: Clock = systemClock) {
    super('pip-services:heartbeat-service:http', OPTIONS);
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.path = routePath(values.base_route, values.route);
    this.readyPath = routePath(values.base_route, 'ready');
    this.controllerLocator = values['dependencies.controller'];
  }

  protected override connectService(references: IReferences): void {
    this.controller = references.getOneOptional<ISessionsController>(Descriptor.fromString(this.controllerLocator));
  }

  protected override register(endpoint: HttpEndpoint): void {
    endpoint.addRoute({ method: 'GET', path: this.path, counted: false, run: (exchange) => this.beat(exchange) });
    endpoint.addRoute({ method: 'GET', path: this.readyPath, run: (exchange) => this.answerReady(exchange) });
  }

  private beat(exchange: HttpExchange): void {
    exchange.sendFresh(JSON.stringify(new Date(this.clock.now())));
  }

  private async answerReady(exchange: HttpExchange): Promise<void> {
    const { controller } = this;
    const ready = controller === null || (await persistenceAnswers(controller, exchange.correlationId));
    if (ready) exchange.sendFresh('{"status":"ready"}');
    else exchange.refuse('PERSISTENCE_UNAVAILABLE');
  }
}
