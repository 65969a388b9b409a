import type { Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

/** A call that goes on until one side ends it. */
interface OpenStream {
  once(event: 'close' | 'cancelled' | 'drain', listener: () => void): unknown;
  write(message: object): boolean;
  pause?(): unknown;
  resume?(): unknown;
  emit(event: 'error', status: { code: number; details: string }): unknown;
}

type StreamMethod = (call: OpenStream) => void;

/** The calls that stay open, of the services that are added here: those of health and reflection. */
export class GrpcStreams {
  private readonly open = new Set<OpenStream>();

  constructor(private readonly server: Server) {}

  /** Adds a service to the server. */
  addService(definition: ServiceDefinition, methods: UntypedServiceImplementation): void {
    const watched = Object.entries(methods).map(([name, method]) => {
      const streams = Object.entries(definition).some(
        ([known, { originalName, responseStream }]) => responseStream && (known === name || originalName === name),
      );
      return [name, streams ? this.watched(method as unknown as StreamMethod) : method];
    });
    this.server.addService(definition, Object.fromEntries(watched));
  }

  /** Ends all that are open with this status. */
  endAll(status: { code: number; details: string }): void {
    for (const call of this.open) call.emit('error', status);
    this.open.clear();
  }

  private watched(method: StreamMethod): StreamMethod {
    return (call) => {
      this.open.add(call);
      const forget = (): boolean => this.open.delete(call);
      call.once('cancelled', forget);
      call.once('close', forget);
      keepPace(call);
      method(call);
    };
  }
}

/** Reads on only as fast as the client takes the answers: otherwise one that asks and does not read would fill the memory. */
function keepPace(call: OpenStream): void {
  const write = call.write.bind(call);
  call.write = (message) => {
    const hasRoom = write(message);
    if (!hasRoom) {
      call.pause?.();
      call.once('drain', () => call.resume?.());
    }
    return hasRoom;
  };
}
