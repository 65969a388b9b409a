import { fileURLToPath } from 'node:url';
import type * as Grpc from '@grpc/grpc-js';
import type * as ProtoLoader from '@grpc/proto-loader';
import type * as Reflection from '@grpc/reflection';
import type * as Health from 'grpc-health-check';

/** The libraries of gRPC. */
export interface GrpcLibrary {
  grpc: typeof Grpc;
  protoLoader: typeof ProtoLoader;
  reflection: typeof Reflection;
  health: typeof Health;
}

/** Names as the protos have them; numbers for int64, of which no field may exceed what a double counts. */
const LOAD_OPTIONS = { keepCase: true, longs: Number } as const;
/** The library's own switches of its log, for those who look for a fault in it. */
const LOG_SWITCHES = ['GRPC_VERBOSITY', 'GRPC_NODE_VERBOSITY', 'GRPC_TRACE', 'GRPC_NODE_TRACE'];
/** The folder of the package that the protos are in. */
const PROTOS = new URL('../../../../protos/', import.meta.url);

/** The one place that loads them. */
export async function loadGrpcLibrary(): Promise<GrpcLibrary> {
  const [grpc, protoLoader, reflection, health] = await Promise.all([
    import('@grpc/grpc-js'),
    import('@grpc/proto-loader'),
    import('@grpc/reflection'),
    import('grpc-health-check'),
  ]);
  // It says on the error stream, in the words of whoever calls, what it does not like of a call.
  if (!LOG_SWITCHES.some((name) => process.env[name])) grpc.setLogVerbosity(grpc.logVerbosity.NONE);
  return { grpc, protoLoader, reflection, health };
}

/** Reads protos of this package and, for reflection, that of the health service. */
export function loadProtos(
  { protoLoader, health }: GrpcLibrary,
  names: readonly string[],
): Promise<ProtoLoader.PackageDefinition> {
  const paths = names.map((name) => fileURLToPath(new URL(name, PROTOS)));
  return protoLoader.load([...paths, health.protoPath], LOAD_OPTIONS);
}
