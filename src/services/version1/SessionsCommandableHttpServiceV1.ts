import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../logic/ISessionsController.js';
import { answerText, type SessionAnswer } from '../../logic/SessionAnswer.js';
import { SESSION_OPERATIONS, type SessionOperation } from '../../logic/SessionOperations.js';
import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import { CONTROLLER_OPTION } from '../endpoint/EndpointService.js';
import type { HttpEndpoint } from '../http/HttpEndpoint.js';
import type { HttpExchange } from '../http/HttpExchange.js';
import type { HttpRoute } from '../http/HttpRoutes.js';
import { type ApiDocument, HTTP_SERVICE_OPTIONS, HttpService, routePath } from '../http/HttpService.js';
import { openApiDocument } from './OpenApiDocument.js';

const OPTIONS = {
  base_route: {
    type: 'text',
    isPath: true,
    default: 'v1/sessions',
    doc: 'What stands before the names of the operations.',
  },
  'swagger.enable': { type: 'boolean', default: true, doc: 'Whether the OpenAPI document is served.' },
  'swagger.route': { type: 'text', isPath: true, default: 'swagger', doc: 'Where it is served, below `base_route`.' },
  'swagger.auto': {
    type: 'ignored',
    default: undefined,
    doc: 'Older key without effect: the document is always generated.',
  },
  ...CONTROLLER_OPTION,
  ...HTTP_SERVICE_OPTIONS,
} as const satisfies OptionTable;

/**
 * The operation table over HTTP: `POST /v1/sessions/<operation>` with the arguments as one JSON object; 200 with what the
 * operation answers, 204 for null. `GET /v1/sessions/swagger` answers the OpenAPI document.
 *
 * Descriptor `service-sessions:service:commandable-http:default:1.0`.
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:1.0` the controller
 * - `*:endpoint:http:*:1.0` (optional) the endpoint it is served on, else one of its own
 */
export class SessionsCommandableHttpServiceV1 extends HttpService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private baseRoute: string = OPTIONS.base_route.default;
  private documentRoute: string | null = OPTIONS['swagger.route'].default;
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private controller: ISessionsController | null = null;

  constructor() {
    super('service-sessions:service:commandable-http', OPTIONS);
  }

  override documents(): ApiDocument[] {
    if (this.documentRoute === null) return [];
    return [{ name: 'Sessions', path: routePath(this.baseRoute, this.documentRoute) }];
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.baseRoute = values.base_route;
    this.documentRoute = values['swagger.enable'] ? values['swagger.route'] : null;
    this.controllerLocator = values['dependencies.controller'];
  }

  protected override connectService(references: IReferences): void {
    this.controller = references.getOneRequired<ISessionsController>(Descriptor.fromString(this.controllerLocator));
  }

  protected override register(endpoint: HttpEndpoint): void {
    for (const operation of SESSION_OPERATIONS) endpoint.addRoute(this.routeOf(operation));
    for (const { path } of this.documents()) {
      let text: string | undefined;
      const run = (exchange: HttpExchange): void => {
        text ??= JSON.stringify(openApiDocument(this.baseRoute));
        exchange.sendFresh(text);
      };
      endpoint.addRoute({ method: 'GET', path, run });
    }
  }

  private routeOf(operation: SessionOperation): HttpRoute {
    const perform = (exchange: HttpExchange, args: Record<string, unknown>): void => {
      const controller = this.controller as ISessionsController;
      controller.perform(operation, exchange.correlationId, args).then(
        (answer) => sendAnswer(exchange, answer),
        (error: unknown) => exchange.fail(error),
      );
    };
    const run = (exchange: HttpExchange): void => exchange.readArguments(perform);
    return { method: 'POST', path: routePath(this.baseRoute, operation.name), run };
  }
}

function sendAnswer(exchange: HttpExchange, answer: SessionAnswer): void {
  try {
    if (answer === null) exchange.sendNothing();
    else exchange.sendJson(answerText(answer));
  } catch (error) {
    // Nobody waits for the promise that this is called by: thrown on, it would end the process.
    exchange.fail(error);
  }
}
