import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../logic/ISessionsController.js';
import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import { CONTROLLER_OPTION } from '../endpoint/EndpointService.js';
import type { HttpEndpoint } from '../http/HttpEndpoint.js';
import { type ApiDocument, HTTP_SERVICE_OPTIONS, HttpService, routePath } from '../http/HttpService.js';
import { problemForm } from './rest/ProblemForm.js';
import { restCalls } from './rest/RestCalls.js';
import { restDocument } from './rest/RestDocument.js';
import { RestRoute } from './rest/RestRoute.js';

const OPTIONS = {
  base_route: { type: 'text', isPath: true, default: 'v1/sessions', doc: 'Where the collection of the sessions is.' },
  'openapi.enable': { type: 'boolean', default: true, doc: 'Whether the OpenAPI document is served.' },
  'openapi.route': {
    type: 'text',
    isPath: true,
    default: 'openapi.json',
    doc: 'Where it is served, below `base_route`.',
  },
  ...CONTROLLER_OPTION,
  ...HTTP_SERVICE_OPTIONS,
} as const satisfies OptionTable;

/**
 * The operation table as REST: `GET /v1/sessions/{id}` and the like, with entity tags, conditions and problem details.
 * `GET /v1/sessions/openapi.json` answers the OpenAPI document. May share base route and endpoint with commandable HTTP.
 *
 * Descriptor `service-sessions:service:rest:default:1.0`.
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:1.0` the controller
 * - `*:endpoint:http:*:1.0` (optional) the endpoint it is served on, else one of its own
 */
export class SessionsRestServiceV1 extends HttpService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private baseRoute: string = OPTIONS.base_route.default;
  private documentRoute: string | null = OPTIONS['openapi.route'].default;
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private controller: ISessionsController | null = null;

  constructor() {
    super('service-sessions:service:rest', OPTIONS);
  }

  override documents(): ApiDocument[] {
    if (this.documentRoute === null) return [];
    return [{ name: 'Sessions (REST)', path: routePath(this.baseRoute, this.documentRoute) }];
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.baseRoute = values.base_route;
    this.documentRoute = values['openapi.enable'] ? values['openapi.route'] : null;
    this.controllerLocator = values['dependencies.controller'];
  }

  protected override connectService(references: IReferences): void {
    this.controller = references.getOneRequired<ISessionsController>(Descriptor.fromString(this.controllerLocator));
  }

  protected override register(endpoint: HttpEndpoint): void {
    endpoint.allowHeaders('if-match, if-none-match');
    const controller = () => this.controller as ISessionsController;
    for (const call of restCalls()) {
      const route = new RestRoute(call, routePath(this.baseRoute), controller);
      const path = routePath(this.baseRoute, call.path);
      const run = route.answer.bind(route);
      endpoint.addRoute({ method: call.method, path, anyEncoding: true, errors: problemForm, run });
    }
    for (const { path } of this.documents()) {
      let text: string | undefined;
      endpoint.addRoute({
        method: 'GET',
        path,
        errors: problemForm,
        run: (exchange) => {
          text ??= JSON.stringify(restDocument(this.baseRoute));
          exchange.sendFresh(text);
        },
      });
    }
  }
}
