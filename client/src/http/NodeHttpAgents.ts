import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Milliseconds after which a free connection is dropped: sooner than the 5 s of Node's servers. */
const IDLE_TIMEOUT = 4_000;

/** Milliseconds that a free connection is dropped before the time which its server has announced. */
const HINT_MARGIN = 1_000;

export interface NodeAgentOptions {
  maxConnections: number;
  /** Milliseconds until a connection stands, TLS included. */
  connectTimeout: number;
  /** PEM; undefined: the certificates that Node trusts. */
  ca: string | undefined;
}

/** An agent that keeps connections, but none that its server may be about to close. */
export function nodeAgent(isHttps: boolean, { maxConnections, connectTimeout, ca }: NodeAgentOptions): HttpAgent {
  const options = {
    keepAlive: true,
    timeout: IDLE_TIMEOUT,
    maxSockets: maxConnections,
    maxFreeSockets: maxConnections,
    scheduling: 'lifo',
    ...(ca === undefined ? {} : { ca }),
  } as const;
  const agent = isHttps ? new HttpsAgent(options) : new HttpAgent(options);
  const connect: HttpAgent['createConnection'] = agent.createConnection.bind(agent);
  agent.createConnection = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args);
    if (socket) limitConnecting(socket, isHttps ? 'secureConnect' : 'connect', connectTimeout);
    return socket;
  };
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => unknown;
  agent.keepSocketAlive = (socket) => keep(socket) && mayKeep(socket as Socket);
  return agent;
}

const idleTimes = new WeakMap<Duplex, number>();

/** Notes how long the server will keep a connection, as its header `Keep-Alive` says. */
export function noteKeepAlive({ headers, socket }: IncomingMessage): void {
  const [, seconds] = /\btimeout=(\d+)/.exec(String(headers['keep-alive'])) ?? [];
  if (seconds !== undefined) idleTimes.set(socket, Number(seconds) * 1000 - HINT_MARGIN);
}

/** Limits the time that a connection is kept free; false when it should not be kept at all. */
function mayKeep(socket: Socket): boolean {
  const time = idleTimes.get(socket);
  if (time === undefined || time >= IDLE_TIMEOUT) return true;
  if (time > 0) socket.setTimeout(time);
  return time > 0;
}

function limitConnecting(socket: Duplex, connected: string, timeout: number): void {
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error(`no connection within ${timeout} ms`), { code: 'ETIMEDOUT' }));
  }, timeout);
  const stop = () => clearTimeout(timer);
  socket.once(connected, stop);
  socket.once('close', stop);
}
