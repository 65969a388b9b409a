import { Agent, request } from 'node:http';
import { SessionsHttpClientV1 } from 'service-sessions-client';
import type { Service } from './Children.js';
import type { Effort } from './HttpFigures.js';
import { inTurnRow, type Side, turnOf } from './InTurn.js';
import { type Row, row } from './Table.js';

/** As many as connections: nobody waits for one. */
const AT_ONCE = 64;

/** One validation over HTTP through the client as a ratio to the same request by node:http with an agent of equal settings. */
export async function againstNodeHttp(service: Service, ids: string[], effort: Effort): Promise<Row> {
  const client = new SessionsHttpClientV1({
    connection: { host: '127.0.0.1', port: service.port },
    options: { max_connections: AT_ONCE },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, scheduling: 'lifo' });
  const ours: Side = (index) => client.validateSession(null, idOf(ids, index));
  const base: Side = (index) => validateBare(agent, service.port, idOf(ids, index));
  try {
    const figure = 'validateSession of the client / the same request by node:http';
    return await inTurnRow({ figure, ours, base, atOnce: AT_ONCE, budget: { atLeast: 0.85 } }, effort);
  } finally {
    await client.close(null);
    agent.destroy();
  }
}

/** Validations a second that the near-cache answers, each waited for before the next; its misses, one a second and session, are in it. */
export async function nearCache(service: Service, ids: string[], effort: Effort): Promise<Row> {
  const client = new SessionsHttpClientV1({
    connection: { host: '127.0.0.1', port: service.port },
    options: { cache: true },
  });
  const some = ids.slice(0, 100);
  const validations: Side = async (turn) => {
    for (let i = 0; i < 1000; i++) {
      const session = await client.validateSession(null, idOf(some, turn * 1000 + i));
      if (session === null) throw new Error('A session of the benchmark is not valid');
    }
  };
  const rates: number[] = [];
  await turnOf(validations, 1, effort.milliseconds / 2);
  for (let round = 0; round < effort.rounds; round++) {
    rates.push(1000 * (await turnOf(validations, 1, effort.milliseconds)).rate);
  }
  await client.close(null);
  const note = '100 sessions with 200 bytes of data, cache_ttl 1000, one caller';
  return row('validateSession from the near-cache', 'a second', rates, { atLeast: 1_000_000 }, note);
}

function idOf(ids: string[], index: number): string {
  return ids[index % ids.length] as string;
}

/** What an application without a client would write: ask, read whole, parse. */
function validateBare(agent: Agent, port: number, id: string): Promise<unknown> {
  const body = JSON.stringify({ session_id: id });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const path = '/v1/sessions/validate_session';
    const call = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    call.on('error', reject);
    call.end(body);
  });
}
