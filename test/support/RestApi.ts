import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { ConfigParams, Descriptor, References } from 'pip-services3-commons-nodex';
import type { SessionsController } from '../../src/logic/SessionsController.js';
import { HttpEndpoint } from '../../src/services/http/HttpEndpoint.js';
import { SessionsCommandableHttpServiceV1 } from '../../src/services/version1/SessionsCommandableHttpServiceV1.js';
import { SessionsRestServiceV1 } from '../../src/services/version1/SessionsRestServiceV1.js';

/** REST and commandable HTTP on one endpoint. */
export interface RestServer {
  endpoint: HttpEndpoint;
  port: number;
  close(): Promise<void>;
}

/** Serves a controller on a free port. */
export async function serveRest(controller: SessionsController, options: object = {}): Promise<RestServer> {
  const endpoint = new HttpEndpoint();
  endpoint.configure(ConfigParams.fromValue({ 'connection.host': '127.0.0.1', 'connection.port': 0, ...options }));
  const references = References.fromTuples(
    new Descriptor('service-sessions', 'controller', 'default', 'default', '1.0'),
    controller,
    new Descriptor('pip-services', 'endpoint', 'http', 'default', '1.0'),
    endpoint,
  );
  const services = [new SessionsCommandableHttpServiceV1(), new SessionsRestServiceV1()];
  for (const service of services) service.setReferences(references);
  await endpoint.open(null);
  for (const service of services) await service.open(null);
  return {
    endpoint,
    port: Number(new URL(endpoint.address()).port),
    async close() {
      for (const service of services) await service.close(null);
      await endpoint.close(null);
    },
  };
}

/** A request as it goes out. */
export interface RestRequest {
  method: string;
  /** With the query string, as it is to be sent. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer | undefined;
}

export interface RestReply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends requests over connections that are kept; nothing is made normal on the way, as `fetch` would. */
export class RestCaller {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });

  constructor(private readonly port: number) {}

  send({ method, path, headers = {}, body }: RestRequest): Promise<RestReply> {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { agent: this.agent, host: '127.0.0.1', port: this.port, method, path };
    return new Promise((resolve, reject) => {
      const call = request({ ...options, headers: { ...length, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
