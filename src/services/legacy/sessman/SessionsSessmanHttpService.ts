import { type ConfigParams, Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../../logic/ISessionsController.js';
import type { AnsweredSession } from '../../../logic/SessionAnswer.js';
import type { LentOptions } from '../../../toolkit/LentOptions.js';
import { configError, type OptionTable, type OptionValues } from '../../../toolkit/Options.js';
import { CONTROLLER_OPTION } from '../../endpoint/EndpointService.js';
import { FormParameters } from '../../http/FormParameters.js';
import type { HttpEndpoint } from '../../http/HttpEndpoint.js';
import type { HttpExchange } from '../../http/HttpExchange.js';
import { HTTP_SERVICE_OPTIONS, HttpService, routePath } from '../../http/HttpService.js';
import { ApiKey } from './ApiKey.js';
import { readSessmanData } from './SessmanBody.js';
import { SESSMAN_CALLS, type SessmanCall } from './SessmanCalls.js';
import { LONGEST_TTL, lentBySessmanFile, withSessmanFile } from './SessmanFile.js';
import { sessmanErrorForm, sessmanText } from './SessmanText.js';

const COMPONENT = 'service-sessions:service:sessman';
const SECOND = 1000;

const OPTIONS = {
  base_route: { type: 'text', isPath: true, default: '/sessman', doc: 'What stands before the names of the calls.' },
  'options.session_ttl': {
    type: 'integer',
    default: 86_400,
    unit: 's',
    min: 1,
    max: LONGEST_TTL,
    doc: 'How long a session lives after its `new` or its last `update`. Goes before the one of `config_path`.',
  },
  'options.api_key': {
    type: 'text',
    default: undefined,
    doc: 'Where it is given, callers must bring it as `Authorization: Bearer KEY`.',
  },
  config_path: { type: 'text', default: undefined, doc: 'A `sessman.json` of the older system.' },
  ...CONTROLLER_OPTION,
  ...HTTP_SERVICE_OPTIONS,
} as const satisfies OptionTable;

/** Whatever can stand in a header as one word. */
const KEY = /^[\x21-\x7e]+$/;

/**
 * The three calls of the sessman plugin: `/sessman/new`, `/sessman/update` and `/sessman/get`, by GET and POST.
 *
 * Descriptor `service-sessions:service:sessman:default:1.0`.
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:1.0` the controller
 * - `*:endpoint:http:*:1.0` (optional) the endpoint it is served on, else one of its own
 */
export class SessionsSessmanHttpService extends HttpService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private baseRoute: string = OPTIONS.base_route.default;
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private timeToLive = OPTIONS['options.session_ttl'].default * SECOND;
  private key: ApiKey | null = null;
  private controller: ISessionsController | null = null;

  constructor() {
    super(COMPONENT, OPTIONS);
  }

  /** What its `sessman.json` says of the database, for a MongoDB persistence that says nothing of it itself. */
  static lends(config: ConfigParams): LentOptions | null {
    return lentBySessmanFile(COMPONENT, config);
  }

  override configure(config: ConfigParams): void {
    super.configure(withSessmanFile(COMPONENT, config));
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.baseRoute = values.base_route;
    this.controllerLocator = values['dependencies.controller'];
    this.timeToLive = values['options.session_ttl'] * SECOND;
    const key = values['options.api_key'];
    if (key !== undefined && !KEY.test(key)) {
      throw configError('INVALID_OPTION', `${COMPONENT}: options.api_key must be printable ASCII without spaces`);
    }
    this.key = key === undefined ? null : new ApiKey(key);
  }

  protected override connectService(references: IReferences): void {
    this.controller = references.getOneRequired<ISessionsController>(Descriptor.fromString(this.controllerLocator));
  }

  protected override register(endpoint: HttpEndpoint): void {
    endpoint.allowHeaders('authorization');
    for (const call of SESSMAN_CALLS) {
      const path = routePath(this.baseRoute, call.name);
      const run = (exchange: HttpExchange): void => this.answer(call, exchange);
      endpoint.addRoute({ method: 'GET', path, head: !call.changes, errors: sessmanErrorForm, run });
      endpoint.addRoute({ method: 'POST', path, errors: sessmanErrorForm, run });
    }
  }

  private answer(call: SessmanCall, exchange: HttpExchange): void {
    if (this.key !== null && !this.key.isIn(exchange.request.headers.authorization)) {
      exchange.refuse('UNAUTHORIZED', { headers: ['www-authenticate', 'Bearer'] });
      return;
    }
    const { correlationId } = exchange;
    const args = call.readArguments(correlationId, new FormParameters(correlationId, exchange.query));
    exchange.readBytes((_, body) => this.perform(call, exchange, args, body));
  }

  private perform(call: SessmanCall, exchange: HttpExchange, args: Record<string, unknown>, body: Buffer): void {
    const { correlationId } = exchange;
    const surroundings = { controller: this.controller as ISessionsController, timeToLive: this.timeToLive };
    call.run(surroundings, correlationId, args, readSessmanData(correlationId, body)).then(
      (session) => sendSession(exchange, session),
      (error: unknown) => exchange.fail(error),
    );
  }
}

function sendSession(exchange: HttpExchange, session: AnsweredSession | null): void {
  try {
    if (session === null) exchange.refuse('NOT_FOUND', { message: 'There is no such session' });
    else exchange.sendFresh(sessmanText(session));
  } catch (error) {
    // Nobody waits for the promise that this is called by: thrown on, it would end the process.
    exchange.fail(error);
  }
}
