import { LocalClient } from '../calls/LocalClient.js';
import type { SessionsCall } from '../calls/SessionsCall.js';
import { callable } from '../config/Callable.js';
import { type ConfigTable, configError, readConfig } from '../config/ClientConfig.js';
import type { CallOptionsV1, ReferencesV1 } from '../version1/ISessionsClientV1.js';
import { SessionsClientError } from '../version1/SessionsClientError.js';
import { CallsUnderWay } from './CallsUnderWay.js';
import { callController, controllerError } from './ControllerCalls.js';
import { descriptorParts, findController, isController, type SessionsControllerV1 } from './SessionsControllerV1.js';

const COMPONENT = 'service-sessions:client:direct';

/** The options of a direct client. */
export const DIRECT_CLIENT_CONFIG = {
  'options.timeout': {
    type: 'integer',
    default: 5000,
    min: 1,
    max: 2_147_483_647,
    doc: 'Milliseconds that a call may take.',
  },
  'dependencies.controller': {
    type: 'text',
    default: 'service-sessions:controller:*:*:*',
    doc: 'Descriptor of the controller, when it comes by references.',
  },
} as const satisfies ConfigTable;

class DirectClient extends LocalClient {
  private readonly calls = new CallsUnderWay();
  private config = readConfig(COMPONENT, DIRECT_CLIENT_CONFIG, undefined);
  private controller: SessionsControllerV1 | undefined;

  /** `controller` may also come by `setReferences`. Throws INVALID_CONFIG for what cannot be used. */
  constructor(config?: object | null, controller?: SessionsControllerV1 | null) {
    super();
    if (config !== undefined && config !== null) this.configure(config);
    if (controller === undefined || controller === null) return;
    if (!isController(controller)) {
      throw configError(`${COMPONENT}: the second argument must be a sessions controller: it lacks its methods`);
    }
    this.controller = controller;
  }

  override configure(config: object): void {
    const read = readConfig(COMPONENT, DIRECT_CLIENT_CONFIG, config);
    descriptorParts(read['dependencies.controller']);
    this.config = read;
  }

  override setReferences(references: ReferencesV1): void {
    this.controller = findController(references, this.config['dependencies.controller']) ?? this.controller;
  }

  override async open(correlationId?: string | null, options?: CallOptionsV1 | null): Promise<void> {
    this.connected(correlationId);
    await super.open(correlationId, options);
  }

  override async close(correlationId?: string | null): Promise<void> {
    this.calls.abortAll();
    await super.close(correlationId);
  }

  protected override answer(call: SessionsCall): Promise<unknown> {
    const { correlationId } = call;
    const controller = this.connected(correlationId);
    const begin = async (): Promise<unknown> => {
      try {
        return await callController(controller, call);
      } catch (error) {
        throw controllerError(correlationId, error);
      }
    };
    return this.calls.run(call, call.timeout ?? this.config['options.timeout'], begin);
  }

  private connected(correlationId: string | null | undefined): SessionsControllerV1 {
    if (this.controller !== undefined) return this.controller;
    const pattern = this.config['dependencies.controller'];
    const message = `The direct client has no controller: pass one to it, or references that hold ${pattern}`;
    throw new SessionsClientError({ code: 'NOT_OPEN', message, correlationId });
  }
}

/**
 * The client of a controller in the same process: no transport, the same methods, answers and errors.
 *
 * ### Configuration parameters ###
 *
 * - `options.timeout` milliseconds that a call may take (5000)
 * - `dependencies.controller` descriptor of the controller (`service-sessions:controller:*:*:*`)
 *
 * ### References ###
 *
 * - `service-sessions:controller:*:*:*` the controller, unless it is given to the constructor
 *
 * ### Example ###
 *
 *     const client = new SessionsDirectClientV1({}, controller);
 *     const session = await client.openSession(null, { user_id: 'ann' });
 */
export const SessionsDirectClientV1 = callable(DirectClient);
export type SessionsDirectClientV1 = InstanceType<typeof DirectClient>;
