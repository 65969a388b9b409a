import { fileURLToPath } from 'node:url';
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';

/**
 * What the figures of gRPC are a ratio to: services of `@grpc/grpc-js` over the same protos that answer every call with a message
 * from memory. A message comes by message: its bytes in base64, and the path of the method that is to answer it.
 */
const PROTOS = ['sessions_v1', 'commandable'].map((name) =>
  fileURLToPath(new URL(`../../protos/${name}.proto`, import.meta.url)),
);
const SERVICES = ['sessions_v1.Sessions', 'commandable.Commandable'];

const methods = new Map<string, MethodDefinition<object, object>>();
const answers = new Map<string, object>();

const definitions = loadSync(PROTOS, { keepCase: true, longs: Number });
const server = new Server();
for (const name of SERVICES) {
  const service = definitions[name] as ServiceDefinition;
  for (const method of Object.values(service)) methods.set(method.path, method);
  const answering = Object.entries(service).map(([key, { path }]) => [
    key,
    (_: unknown, answer: sendUnaryData<object>) => answer(null, answers.get(path) ?? {}),
  ]);
  server.addService(service, Object.fromEntries(answering));
}

server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (_, port) => process.send?.({ port }));
process.on('message', ({ path, bytes }: { path: string; bytes: string }) => {
  const answer = methods.get(path)?.responseDeserialize(Buffer.from(bytes, 'base64'));
  answers.set(path, answer ?? {});
  process.send?.({ path });
});
process.on('disconnect', () => process.exit(0));
