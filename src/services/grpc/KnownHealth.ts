import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { GrpcStreams } from './GrpcStreams.js';

interface HealthCall {
  request: { service: string };
}
type Check = (call: HealthCall, callback: (status: { code: number; details: string }) => void) => void;
type Watch = (call: HealthCall) => void;

/** A name that no service has. */
const UNKNOWN = '?';

/**
 * Where the library adds its health service. It would keep every name that was ever watched, and send one that it does not know
 * back in a header, however long: here all that are none of `names` are one.
 */
export class KnownHealth {
  constructor(
    private readonly streams: GrpcStreams,
    private readonly names: readonly string[],
  ) {}

  addService(definition: ServiceDefinition, methods: UntypedServiceImplementation): void {
    const { check, watch } = methods as unknown as { check: Check; watch: Watch };
    const known = {
      ...methods,
      check: (call: HealthCall, callback: Parameters<Check>[1]) => check(this.withKnownName(call), callback),
      watch: (call: HealthCall) => watch(this.withKnownName(call)),
    };
    this.streams.addService(definition, known as unknown as UntypedServiceImplementation);
  }

  private withKnownName(call: HealthCall): HealthCall {
    if (!this.names.includes(call.request.service)) call.request.service = UNKNOWN;
    return call;
  }
}
