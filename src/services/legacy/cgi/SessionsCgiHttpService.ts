import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../../logic/ISessionsController.js';
import type { OptionTable, OptionValues } from '../../../toolkit/Options.js';
import { CONTROLLER_OPTION } from '../../endpoint/EndpointService.js';
import { FormParameters } from '../../http/FormParameters.js';
import type { HttpEndpoint } from '../../http/HttpEndpoint.js';
import type { HttpExchange } from '../../http/HttpExchange.js';
import { HTTP_SERVICE_OPTIONS, HttpService, routePath } from '../../http/HttpService.js';
import { isForm } from '../../http/MediaType.js';
import { announcedLength } from '../../http/RequestBody.js';
import { CGI_CALLS, type CgiCall } from './CgiCalls.js';
import { cgiErrorForm, TEXT_HEADERS, TEXT_TYPE } from './CgiText.js';

const OPTIONS = {
  base_route: { type: 'text', isPath: true, default: '/', doc: 'What stands before the names of the scripts.' },
  ...CONTROLLER_OPTION,
  ...HTTP_SERVICE_OPTIONS,
} as const satisfies OptionTable;

const SEPARATORS = /[;&]/;

/**
 * The three scripts of the Session Manager microapp: `add_session.cgi`, `validate.cgi` and `expire_session.cgi`, by GET and
 * POST. Answers are plain text without a line end, of status 200 for errors too.
 *
 * Descriptor `service-sessions:service:cgi:default:1.0`.
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:1.0` the controller
 * - `*:endpoint:http:*:1.0` (optional) the endpoint it is served on, else one of its own
 */
export class SessionsCgiHttpService extends HttpService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private baseRoute: string = OPTIONS.base_route.default;
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private controller: ISessionsController | null = null;

  constructor() {
    super('service-sessions:service:cgi', OPTIONS);
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.baseRoute = values.base_route;
    this.controllerLocator = values['dependencies.controller'];
  }

  protected override connectService(references: IReferences): void {
    this.controller = references.getOneRequired<ISessionsController>(Descriptor.fromString(this.controllerLocator));
  }

  protected override register(endpoint: HttpEndpoint): void {
    for (const call of CGI_CALLS) {
      const path = routePath(this.baseRoute, call.script);
      const errors = cgiErrorForm(call.fault);
      const perform = (exchange: HttpExchange, body?: Buffer) => this.perform(call, exchange, body);
      endpoint.addRoute({ method: 'GET', head: false, path, errors, run: (exchange) => perform(exchange) });
      endpoint.addRoute({ method: 'POST', path, errors, run: (exchange) => readForm(exchange, perform) });
    }
  }

  private perform(call: CgiCall, exchange: HttpExchange, body?: Buffer): void {
    const { correlationId } = exchange;
    const parameters = new FormParameters(correlationId, exchange.query, SEPARATORS);
    if (body !== undefined) parameters.add(body.toString('latin1'), SEPARATORS);
    const args = call.readArguments(correlationId, parameters);
    const controller = this.controller as ISessionsController;
    controller
      .perform(call.operation, correlationId, args)
      .then((answer) => exchange.send(200, TEXT_TYPE, call.text(answer, args), TEXT_HEADERS))
      .catch((error: unknown) => exchange.fail(error));
  }
}

function readForm(exchange: HttpExchange, then: (exchange: HttpExchange, body: Buffer) => void): void {
  if (announcedLength(exchange.request) === 0 || isForm(exchange.request.headers)) exchange.readBytes(then);
  else exchange.refuse('UNSUPPORTED_MEDIA_TYPE', { message: 'The body must be application/x-www-form-urlencoded' });
}
