import type { OptionTable } from '../../toolkit/Options.js';
import { EndpointService } from '../endpoint/EndpointService.js';
import { GrpcEndpoint } from './GrpcEndpoint.js';
import { GRPC_OPTIONS } from './GrpcEndpointOptions.js';

/** The options of every service over gRPC: where it is served, and all of an endpoint's for one that has its own. */
export const GRPC_SERVICE_OPTIONS = {
  'dependencies.endpoint': {
    type: 'text',
    default: '*:endpoint:grpc:*:1.0',
    doc: 'The endpoint to be served on, where the service has no `connection` of its own.',
  },
  'dependencies.*': { type: 'ignored', default: undefined, doc: 'Older keys without effect.' },
  ...GRPC_OPTIONS,
} as const satisfies OptionTable;

/** A service on a gRPC endpoint. */
export abstract class GrpcService<
  T extends typeof GRPC_SERVICE_OPTIONS = typeof GRPC_SERVICE_OPTIONS,
> extends EndpointService<GrpcEndpoint, T> {
  /**
   * @param component who configuration faults are reported for
   * @param options all that this service may be configured with
   */
  protected constructor(component: string, options: T) {
    super(component, options, { options: GRPC_OPTIONS, Endpoint: GrpcEndpoint });
  }
}
