import { Agent, request } from 'node:http';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { HttpEndpoint } from '../../src/services/http/HttpEndpoint.js';
import { SessionsCommandableHttpServiceV1 } from '../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import { ApiFault, type ApiUnderTest } from '../contracts/ApiUnderTest.js';
import type { ApiStore } from './ApiStores.js';
import { type ApiConnection, connected, servedApi } from './ServedApi.js';

/** The commandable HTTP service on an endpoint of its own. */
export interface CommandableHttpServer {
  port: number;
  close(): Promise<void>;
}

/** Serves a controller on a free port. */
export async function serveCommandableHttp(controller: SessionsController): Promise<CommandableHttpServer> {
  const endpoint = new HttpEndpoint();
  endpoint.configure(
    ConfigParams.fromTuples('connection.protocol', 'http', 'connection.host', '127.0.0.1', 'connection.port', 0),
  );
  const service = new SessionsCommandableHttpServiceV1();
  service.configure(new ConfigParams());
  service.setReferences(
    References.fromTuples(
      new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0'),
      controller,
      new Descriptor('pip-services', 'endpoint', 'http', 'default', '1.0'),
      endpoint,
    ),
  );
  await endpoint.open(null);
  await service.open(null);
  return {
    port: Number(new URL(endpoint.address()).port),
    async close() {
      await service.close(null);
      await endpoint.close(null);
    },
  };
}

/** The controller behind commandable HTTP. */
export function commandableHttpApi(store: () => ApiStore): ApiUnderTest {
  return servedApi(store, (controller) => connected(serveCommandableHttp(controller), commandableHttpConnection));
}

/** A caller of commandable HTTP at a port. */
export function commandableHttpConnection(port: number): ApiConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  return {
    async callText(operation, json, correlationId) {
      const query = correlationId === null ? '' : `?correlation_id=${encodeURIComponent(correlationId)}`;
      return answerOf(await post(agent, port, `/v1/sessions/${operation}${query}`, json));
    },
    async close() {
      agent.destroy();
    },
  };
}

interface Reply {
  status: number;
  type: string | undefined;
  body: string;
}

function post(agent: Agent, port: number, path: string, json: string): Promise<Reply> {
  const headers = { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const call = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const type = response.headers['content-type'];
        resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(chunks).toString() });
      });
    });
    call.on('error', reject);
    call.end(json);
  });
}

/** What a reply says; throws where it has not the form that CONTRACTS.md gives it. */
function answerOf({ status, type, body }: Reply): unknown {
  if (status === 204) {
    if (body !== '') throw new Error(`204 with a body: ${body}`);
    return null;
  }
  if (!type?.startsWith('application/json')) throw new Error(`${status} with the content type ${type}`);
  const value: unknown = JSON.parse(body);
  if (status === 200) {
    if (value === null) throw new Error('null is to be answered as 204');
    return value;
  }
  const fault = new ApiFault(value as Record<string, unknown>);
  if (fault.status !== status) throw new Error(`${status}, but its body says ${fault.status}`);
  throw fault;
}
