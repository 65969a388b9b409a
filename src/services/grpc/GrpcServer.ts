import { once } from 'node:events';
import { createServer, type Server as Listener, type Socket } from 'node:net';
import type { ConnectionInjector, Server, ServerCredentials, ServerOptions } from '@grpc/grpc-js';
import type { HealthImplementation } from 'grpc-health-check';
import { listen } from '../endpoint/Listening.js';
import { readTlsFiles } from '../endpoint/TlsFiles.js';
import type { GrpcCallHost } from './GrpcCalls.js';
import type { GrpcOptions } from './GrpcEndpointOptions.js';
import { type GrpcLibrary, loadGrpcLibrary, loadProtos } from './GrpcLibrary.js';
import type { GrpcServed } from './GrpcServed.js';
import { GrpcStreams } from './GrpcStreams.js';
import { KnownHealth } from './KnownHealth.js';
import { reflectedProtos } from './ReflectedProtos.js';
import { addServed } from './ServiceTable.js';
import { SlowCalls } from './SlowCalls.js';

/** The name under which health speaks of the whole server. */
const WHOLE_SERVER = '';

/**
 * A gRPC server that listens, from its start to its stop. It takes the connections itself and hands them to the library, so that
 * it can end those that are left at a stop.
 */
export class GrpcServer {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly library: GrpcLibrary,
    private readonly server: Server,
    private readonly streams: GrpcStreams,
    private readonly slow: SlowCalls,
    private readonly health: HealthImplementation,
    private readonly names: readonly string[],
    private readonly listener: Listener,
    readonly port: number,
  ) {}

  /** Serves these services, health and reflection; `component` is who faults are reported for. */
  static async start(
    component: string,
    options: GrpcOptions,
    services: readonly GrpcServed[],
    host: GrpcCallHost,
  ): Promise<GrpcServer> {
    const library = await loadGrpcLibrary();
    const credentials = credentialsOf(library, component, options);
    const definition = await loadProtos(
      library,
      services.map(({ proto }) => proto),
    );
    const slow = new SlowCalls(options['options.request_timeout'], {
      code: library.grpc.status.DEADLINE_EXCEEDED,
      details: 'The request did not come in time',
    });
    const server = new library.grpc.Server({ ...channelOptions(options), interceptors: [slow.interceptor] });
    for (const service of services) addServed(library, server, definition, service, host);
    const streams = new GrpcStreams(server);
    const names = [WHOLE_SERVER, ...services.map(({ name }) => name)];
    const health = new library.health.HealthImplementation(
      Object.fromEntries(names.map((name) => [name, 'SERVING' as const])),
    );
    health.addToServer(new KnownHealth(streams, names) as never);
    if (options['options.reflection']) {
      new library.reflection.ReflectionService(reflectedProtos(library, definition)).addToServer(streams as never);
    }
    const injector = server.createConnectionInjector(credentials);
    const listener = createServer({ noDelay: true });
    const port = await listen(listener, component, options);
    const started = new GrpcServer(library, server, streams, slow, health, names, listener, port);
    slow.start();
    listener.on('connection', (socket) => started.take(socket, injector));
    return started;
  }

  /** Takes no more calls, ends those that stay open, lets the others end, and ends what is left after `timeout` milliseconds. */
  async stop(timeout: number): Promise<void> {
    const closed = once(this.listener, 'close');
    this.listener.close();
    for (const name of this.names) this.health.setStatus(name, 'NOT_SERVING');
    this.streams.endAll({ code: this.library.grpc.status.UNAVAILABLE, details: 'The service is stopping' });
    const overdue = setTimeout(() => this.endConnections(), timeout);
    await new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
    clearTimeout(overdue);
    this.endConnections();
    this.slow.stop();
    await closed;
  }

  private take(socket: Socket, injector: ConnectionInjector): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    injector.injectConnection(socket);
  }

  private endConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

function credentialsOf({ grpc }: GrpcLibrary, component: string, options: GrpcOptions): ServerCredentials {
  if (options['connection.protocol'] === 'http') return grpc.ServerCredentials.createInsecure();
  const { key, cert } = readTlsFiles(component, options);
  return grpc.ServerCredentials.createSsl(null, [{ private_key: key, cert_chain: cert }]);
}

function channelOptions(options: GrpcOptions): ServerOptions {
  const { 'options.max_connection_idle': idle, 'options.keepalive_time': keepalive } = options;
  return {
    'grpc.max_receive_message_length': options['options.message_limit'],
    'grpc.max_concurrent_streams': options['options.max_concurrent_streams'],
    'grpc.keepalive_timeout_ms': options['options.keepalive_timeout'],
    ...(keepalive > 0 && { 'grpc.keepalive_time_ms': keepalive }),
    ...(idle > 0 && { 'grpc.max_connection_idle_ms': idle }),
    // Counters for a service that is not served here.
    'grpc.enable_channelz': 0,
  };
}
