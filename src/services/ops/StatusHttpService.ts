import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ContextInfo } from 'pip-services3-components-nodex';
import type { ISessionsController } from '../../logic/ISessionsController.js';
import { type Clock, systemClock } from '../../toolkit/Clock.js';
import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import type { HttpEndpoint } from '../http/HttpEndpoint.js';
import type { HttpExchange } from '../http/HttpExchange.js';
import { HTTP_SERVICE_OPTIONS, HttpService, routePath } from '../http/HttpService.js';
import { persistenceAnswers } from './PersistenceCheck.js';

const OPTIONS = {
  base_route: { type: 'text', isPath: true, default: '', doc: 'What stands before the route.' },
  route: { type: 'text', isPath: true, default: 'status', doc: 'Where the status is answered.' },
  'dependencies.controller': {
    type: 'text',
    default: 'service-sessions:controller:*:*:1.0',
    doc: 'The controller whose store is reported on.',
  },
  'dependencies.context-info': {
    type: 'text',
    default: '*:context-info:*:*:1.0',
    doc: 'Who says name and description.',
  },
  ...HTTP_SERVICE_OPTIONS,
} as const satisfies OptionTable;

/**
 * `GET /status`: who this is, how long it has been running, what it consists of, and whether its store answers.
 *
 * Descriptor `pip-services:status-service:http:default:1.0`.
 *
 * ### References ###
 *
 * - `*:endpoint:http:*:1.0` (optional) the endpoint it is served on, else one of its own
 * - `*:context-info:*:*:1.0` (optional) name, description, properties and the time of the start
 * - `service-sessions:controller:*:*:1.0` (optional) whose store is reported on
 */
export class StatusHttpService extends HttpService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private readonly createdAt: number;
  private path = routePath(OPTIONS.route.default);
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private contextLocator: string = OPTIONS['dependencies.context-info'].default;
  private references: IReferences | null = null;

  constructor(private readonly clock: Clock = systemClock) {
    super('pip-services:status-service:http', OPTIONS);
    this.createdAt = clock.now();
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.path = routePath(values.base_route, values.route);
    this.controllerLocator = values['dependencies.controller'];
    this.contextLocator = values['dependencies.context-info'];
  }

  protected override connectService(references: IReferences): void {
    this.references = references;
  }

  protected override register(endpoint: HttpEndpoint): void {
    endpoint.addRoute({ method: 'GET', path: this.path, run: (exchange) => this.answerStatus(exchange) });
  }

  private async answerStatus(exchange: HttpExchange): Promise<void> {
    const controller = this.find<ISessionsController>(this.controllerLocator);
    const persistence =
      controller === null
        ? undefined
        : (await persistenceAnswers(controller, exchange.correlationId))
          ? 'available'
          : 'unavailable';
    exchange.sendFresh(JSON.stringify({ ...this.describe(), persistence }));
  }

  private describe(): Record<string, unknown> {
    const info = this.find<ContextInfo>(this.contextLocator);
    const now = this.clock.now();
    const startedAt = info?.startTime?.getTime() ?? this.createdAt;
    return {
      id: info?.contextId ?? '',
      name: info?.name ?? 'unknown',
      description: info?.description ?? '',
      start_time: new Date(startedAt),
      current_time: new Date(now),
      uptime: Math.max(0, now - startedAt),
      properties: info?.properties ?? {},
      components: (this.references?.getAllLocators() ?? []).map(String),
    };
  }

  private find<C>(locator: string): C | null {
    return this.references?.getOneOptional<C>(Descriptor.fromString(locator)) ?? null;
  }
}
