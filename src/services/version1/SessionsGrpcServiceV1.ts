import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ISessionsController } from '../../logic/ISessionsController.js';
import { SESSION_OPERATIONS, type SessionOperation } from '../../logic/SessionOperations.js';
import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import { CONTROLLER_OPTION } from '../endpoint/EndpointService.js';
import type { GrpcEndpoint } from '../grpc/GrpcEndpoint.js';
import type { GrpcMethod } from '../grpc/GrpcServed.js';
import { GRPC_SERVICE_OPTIONS, GrpcService } from '../grpc/GrpcService.js';
import { replyMessages } from './grpc/ReplyMessages.js';
import { argumentsReader } from './grpc/RequestArguments.js';

const OPTIONS = { ...CONTROLLER_OPTION, ...GRPC_SERVICE_OPTIONS } as const satisfies OptionTable;

/**
 * The operation table over gRPC: service `Sessions` of `protos/sessions_v1.proto`, a method for each operation. Errors travel in
 * the reply; absence is a reply with neither a session nor an error.
 *
 * Descriptor `service-sessions:service:grpc:default:1.0`.
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:1.0` the controller
 * - `*:endpoint:grpc:*:1.0` (optional) the endpoint it is served on, else one of its own
 */
export class SessionsGrpcServiceV1 extends GrpcService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private readonly messages = replyMessages();
  private controllerLocator: string = OPTIONS['dependencies.controller'].default;
  private controller: ISessionsController | null = null;

  constructor() {
    super('service-sessions:service:grpc', OPTIONS);
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.controllerLocator = values['dependencies.controller'];
  }

  protected override connectService(references: IReferences): void {
    this.controller = references.getOneRequired<ISessionsController>(Descriptor.fromString(this.controllerLocator));
  }

  protected override register(endpoint: GrpcEndpoint): void {
    endpoint.addService({
      name: 'sessions_v1.Sessions',
      proto: 'sessions_v1.proto',
      methods: Object.fromEntries(SESSION_OPERATIONS.map((operation) => [operation.name, this.methodOf(operation)])),
      errorReply: (error) => ({ error }),
    });
  }

  private methodOf(operation: SessionOperation): GrpcMethod {
    const argumentsOf = argumentsReader(operation);
    const messageOf = this.messages[operation.answer];
    return (exchange) => {
      const { correlationId } = exchange;
      const controller = this.controller as ISessionsController;
      controller
        .perform(operation, correlationId, argumentsOf(correlationId, exchange.request))
        .then((answer) => exchange.reply(messageOf(answer)))
        .catch((error: unknown) => exchange.fail(error));
    };
  }
}
