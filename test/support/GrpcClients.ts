import type { HttpClientSurroundings, ISessionsClientV1 } from 'service-sessions-client';
import { SessionsCommandableGrpcClientV1, SessionsGrpcClientV1 } from 'service-sessions-client/grpc';
import type { FaultyGrpcAnswer } from './FaultyGrpcServer.js';

/** A client of gRPC, and what it sends and reads. */
export interface GrpcClientKind {
  name: string;
  type: new (config?: object, surroundings?: HttpClientSurroundings) => ISessionsClientV1;
  /** Answers with a session of the id `s1`. */
  session: FaultyGrpcAnswer;
  /** Answers with an error of the service. */
  error(code: string, status: number, details?: object): FaultyGrpcAnswer;
}

const ERROR = { category: 'NoResponse', message: 'It is so' };
const SESSION = { id: 's1', user_id: 'ann', active: true };

const texts = (details: object): Record<string, string> =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => [key, String(value)]));

export const GRPC_CLIENTS: readonly GrpcClientKind[] = [
  {
    name: 'gRPC',
    type: SessionsGrpcClientV1,
    session: (x) => x.reply({ session: SESSION }),
    error:
      (code, status, details = {}) =>
      (x) =>
        x.reply({ error: { ...ERROR, code, status: String(status), details: texts(details) } }),
  },
  {
    name: 'commandable gRPC',
    type: SessionsCommandableGrpcClientV1,
    session: (x) => x.reply({ result_json: JSON.stringify(SESSION) }),
    error:
      (code, status, details = {}) =>
      (x) =>
        x.reply({ result_empty: true, error: { ...ERROR, code, status, details: texts(details) } }),
  },
];

/** Clients of the tests of a suite, which end with their test. */
export function grpcClients(kind: GrpcClientKind) {
  const clients: ISessionsClientV1[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });
  return (
    server: { port: number },
    options: object = {},
    surroundings: HttpClientSurroundings = {},
    config: object = {},
  ): ISessionsClientV1 => {
    const connection = { host: '127.0.0.1', port: server.port };
    const client = new kind.type({ connection, options: { retries: 0, ...options }, ...config }, surroundings);
    clients.push(client);
    return client;
  };
}
