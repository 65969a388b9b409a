import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import seneca from 'seneca';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { SessionsSenecaServiceV1 } from '../../src/services/version1/SessionsSenecaServiceV1.js';
import { ApiFault, type ApiUnderTest } from '../contracts/ApiUnderTest.js';
import type { BadArguments } from '../contracts/BadArguments.js';
import type { ApiStore } from './ApiStores.js';
import { LogKeeper } from './HttpTestEndpoint.js';
import { servedApi } from './ServedApi.js';

/** An error as a callback of Seneca gets it. */
export interface SenecaError extends Error {
  orig?: Error & Record<string, unknown>;
  status?: number;
  details?: Record<string, unknown>;
}

/** What of Seneca the tests use. */
export interface SenecaClient {
  act(message: object, reply: (error: SenecaError | null, answer: unknown) => void): unknown;
  use(plugin: unknown): SenecaClient;
  client(options: object): SenecaClient;
  ready(then: () => void): unknown;
  close(then: () => void): unknown;
}

// Its own types are those of another form of module.
const makeSeneca = seneca as unknown as (options: object) => SenecaClient;

/** A Seneca as an application makes one, but silent. */
export function newSeneca(options: object = {}): SenecaClient {
  return makeSeneca({ log: 'silent', ...options });
}

/** One that calls the sessions at a port. */
export async function senecaClient(port: number): Promise<SenecaClient> {
  const pin = 'role:sessions,version:1,cmd:*';
  const client = newSeneca().client({ type: 'tcp', host: '127.0.0.1', port, pin });
  await new Promise<void>((resolve) => client.ready(resolve));
  // It connects at its first message; many at once before that make it warn.
  await act(client, { role: 'sessions', version: 1, cmd: 'none' }).catch(() => null);
  return client;
}

/** What a message is answered with; rejects with Seneca's error. */
export function act(instance: SenecaClient, message: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    instance.act(message, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

export function closeSeneca(instance: SenecaClient): Promise<void> {
  return new Promise((resolve) => instance.close(resolve));
}

/** The service of one test. */
export interface SenecaServer {
  port: number;
  service: SessionsSenecaServiceV1;
  log: LogKeeper;
  close(): Promise<void>;
}

/** Serves a controller on a free port. */
export async function serveSeneca(
  controller: Pick<SessionsController, 'perform'>,
  options: Record<string, unknown> = {},
  service = new SessionsSenecaServiceV1(),
): Promise<SenecaServer> {
  const log = new LogKeeper();
  service.configure(ConfigParams.fromValue({ 'connection.host': '127.0.0.1', 'connection.port': 0, ...options }));
  service.setReferences(
    References.fromTuples(
      new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0'),
      controller,
      new Descriptor('test', 'logger', 'keeper', 'default', '1.0'),
      log,
    ),
  );
  await service.open(null);
  return { port: Number(new URL(service.address()).port), service, log, close: () => service.close(null) };
}

/** The message of a call: the pattern's `version` is not the argument. */
export function messageOf(operation: string, json: string, correlationId: string | null): object {
  const { version, ...args } = JSON.parse(json) as Record<string, unknown>;
  return {
    role: 'sessions',
    version: 1,
    cmd: operation,
    ...args,
    ...(version !== undefined && { session_version: version }),
    ...(correlationId !== null && { correlation_id: correlationId }),
  };
}

/** What an answer says, counts as the bare numbers of the contract. */
export function answerOf(operation: string, answer: unknown): unknown {
  if (!/^close_(expired_)?sessions$/.test(operation)) return answer;
  const { count, ...others } = answer as { count: number };
  if (typeof count !== 'number' || Object.keys(others).length > 0) throw new Error('counts are to be {count}');
  return count;
}

/** The contract's error in an error of Seneca, arguments named as in the contract. */
export function faultOf(error: SenecaError): Error {
  const { orig } = error;
  if (typeof orig?.['code'] !== 'string') return error;
  const named = { ...orig, message: orig.message.replace(/^session_version /, 'version ') };
  const details = { ...(orig['details'] as Record<string, unknown>) };
  if (details['field'] === 'session_version') details['field'] = 'version';
  if (error.status !== orig['status']) return new Error(`err.status is ${error.status}`);
  return new ApiFault({ ...named, details });
}

/** Where to call instances of Seneca in tests: an ApiConnection's `callText`. */
export async function callSeneca(
  instance: SenecaClient,
  operation: string,
  json: string,
  correlationId: string | null,
): Promise<unknown> {
  try {
    return answerOf(operation, await act(instance, messageOf(operation, json, correlationId)));
  } catch (error) {
    throw faultOf(error as SenecaError);
  }
}

/** Seneca's client writes JSON from values: JSON has no such numbers, and its writer has no such depth. */
function cannotSay({ title }: BadArguments): boolean {
  return /overflowing|nested 100,000 deep/.test(title);
}

/** The controller behind the service, called by a client of Seneca. */
export function senecaApi(store: () => ApiStore): ApiUnderTest {
  const connect = async (controller: SessionsController) => {
    const server = await serveSeneca(controller);
    const client = await senecaClient(server.port);
    return {
      callText: (operation: string, json: string, correlationId: string | null) =>
        callSeneca(client, operation, json, correlationId),
      async close() {
        await closeSeneca(client);
        await server.close();
      },
    };
  };
  return servedApi(store, connect, { hasMethods: true, cannotSay, losesNegativeZero: true });
}
