import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../logic/ISessionsController.js';
import { answerText, type SessionAnswer } from '../../logic/SessionAnswer.js';
import { SESSION_OPERATIONS, type SessionOperation } from '../../logic/SessionOperations.js';
import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import { CONTROLLER_OPTION } from '../endpoint/EndpointService.js';
import type { GrpcEndpoint } from '../grpc/GrpcEndpoint.js';
import type { GrpcExchange } from '../grpc/GrpcExchange.js';
import { GRPC_SERVICE_OPTIONS, GrpcService } from '../grpc/GrpcService.js';
import { jsonArguments } from './grpc/JsonArguments.js';

const OPTIONS = {
  base_route: {
    type: 'text',
    default: 'v1/sessions',
    doc: 'What stands before the names of the operations, with a dot between.',
  },
  ...CONTROLLER_OPTION,
  ...GRPC_SERVICE_OPTIONS,
} as const satisfies OptionTable;

/**
 * The operation table over one gRPC method: `invoke` of `protos/commandable.proto` with the name of an operation, such as
 * `v1/sessions.open_session`, and its arguments as JSON; it replies with what commandable HTTP answers, or an error.
 *
 * Descriptor `service-sessions:service:commandable-grpc:default:1.0`.
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:1.0` the controller
 * - `*:endpoint:grpc:*:1.0` (optional) the endpoint it is served on, else one of its own
 */
export class SessionsCommandableGrpcServiceV1 extends GrpcService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private baseRoute: string = OPTIONS.base_route.default;
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private controller: ISessionsController | null = null;

  constructor() {
    super('service-sessions:service:commandable-grpc', OPTIONS);
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.baseRoute = values.base_route;
    this.controllerLocator = values['dependencies.controller'];
  }

  protected override connectService(references: IReferences): void {
    this.controller = references.getOneRequired<ISessionsController>(Descriptor.fromString(this.controllerLocator));
  }

  protected override register(endpoint: GrpcEndpoint): void {
    const operations = new Map(
      SESSION_OPERATIONS.map((operation) => [`${this.baseRoute}.${operation.name}`, operation]),
    );
    endpoint.addService({
      name: 'commandable.Commandable',
      proto: 'commandable.proto',
      methods: {
        invoke: (exchange) => {
          const operation = operations.get(exchange.request['method'] as string);
          if (operation === undefined) exchange.refuse('NOT_FOUND', { message: 'There is no such method' });
          else this.perform(operation, exchange);
        },
      },
      errorReply: (error) => ({ error, result_empty: true }),
    });
  }

  private perform(operation: SessionOperation, exchange: GrpcExchange): void {
    const { correlationId, request } = exchange;
    const controller = this.controller as ISessionsController;
    controller
      .perform(operation, correlationId, jsonArguments(correlationId, request))
      .then((answer) => exchange.reply(replyOf(answer)))
      .catch((error: unknown) => exchange.fail(error));
  }
}

function replyOf(answer: SessionAnswer): object {
  return answer === null ? { result_empty: true } : { result_json: answerText(answer) };
}
