import {
  type ApplicationException,
  ConfigParams,
  type IConfigurable,
  type IOpenable,
  type IReferenceable,
  type IReferences,
} from 'pip-services3-commons-nodex';
import { CompositeLogger } from 'pip-services3-components-nodex';
import { configError, readOptions } from '../../toolkit/Options.js';
import { normalConnection } from '../endpoint/ConnectionOptions.js';
import { logFailure } from '../endpoint/FailureLog.js';
import { InFlight } from '../endpoint/InFlight.js';
import type { GrpcCallHost } from './GrpcCalls.js';
import { GRPC_OPTIONS, type GrpcOptions } from './GrpcEndpointOptions.js';
import type { GrpcServed } from './GrpcServed.js';
import { GrpcServer } from './GrpcServer.js';
import { UntakenReplies } from './UntakenReplies.js';

/** How long a stop waits for calls in flight, in milliseconds. */
const STOP_TIMEOUT = 5000;

/**
 * Listens for gRPC and hands calls to any number of services, beside `grpc.health.v1` and reflection.
 *
 * Descriptor `pip-services:endpoint:grpc:default:1.0`. Services are added before it opens.
 *
 * ### References
 * - `*:logger:*:*:1.0` (optional)
 */
export class GrpcEndpoint implements IConfigurable, IReferenceable, IOpenable, GrpcCallHost {
  static readonly OPTIONS = GRPC_OPTIONS;

  private readonly logger = new CompositeLogger();
  private readonly inFlight = new InFlight(this.logger);
  private readonly services = new Map<string, GrpcServed>();
  private options: GrpcOptions = readOptions('', GRPC_OPTIONS, new ConfigParams());
  private starting: Promise<GrpcServer> | null = null;
  private server: GrpcServer | null = null;
  private stopped: Promise<void> | null = null;

  /**
   * @param component who configuration faults are reported for: this endpoint or the service that owns it
   * @param stopTimeout how long a stop waits for calls in flight, in milliseconds
   * @param replies looks after replies that clients do not take
   */
  constructor(
    private readonly component = 'pip-services:endpoint:grpc',
    private readonly stopTimeout = STOP_TIMEOUT,
    readonly replies = new UntakenReplies(),
  ) {}

  configure(config: ConfigParams): void {
    this.options = readOptions(this.component, GRPC_OPTIONS, normalConnection(this.component, config));
  }

  setReferences(references: IReferences): void {
    this.logger.setReferences(references);
  }

  /** Where it can be reached, such as `grpc://0.0.0.0:8090`; with the configured port while it is closed. */
  address(): string {
    const { 'connection.protocol': protocol, 'connection.host': host, 'connection.port': port } = this.options;
    const scheme = protocol === 'https' ? 'grpcs' : 'grpc';
    return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${this.server?.port ?? port}`;
  }

  /** How many counted calls have come and are not answered. */
  get callsInFlight(): number {
    return this.inFlight.count;
  }

  addService(service: GrpcServed): void {
    if (this.services.has(service.name)) {
      throw configError(
        'DUPLICATE_SERVICE',
        `Two services of one endpoint serve ${service.name}; give one a connection of its own`,
      );
    }
    this.services.set(service.name, service);
  }

  isOpen(): boolean {
    return this.server !== null;
  }

  async open(correlationId: string | null): Promise<void> {
    if (this.server !== null) return;
    this.starting ??= GrpcServer.start(this.component, this.options, [...this.services.values()], this);
    try {
      this.server = await this.starting;
    } finally {
      this.starting = null;
    }
    this.logger.debug(correlationId ?? '', 'Listening on %s', this.address());
  }

  /** Takes no more calls, lets those in flight end, and ends what is left after the stop time-out. */
  async close(correlationId: string | null): Promise<void> {
    if (this.server === null) return;
    this.stopped ??= this.server.stop(this.stopTimeout);
    await this.stopped;
    if (this.server === null) return;
    const address = this.address();
    this.server = null;
    this.stopped = null;
    this.logger.debug(correlationId ?? '', 'Stopped listening on %s', address);
  }

  enter(correlationId: string | null): boolean {
    return this.inFlight.enter(this.options['options.max_in_flight'], correlationId);
  }

  released(): void {
    this.inFlight.leave();
  }

  logError(correlationId: string | null, error: ApplicationException): void {
    logFailure(this.logger, correlationId, error);
  }
}
