import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Milliseconds after which a free connection is dropped: sooner than the 5 s of Node's servers. */
const IDLE_TIMEOUT = 4_000;

/** Milliseconds that a free connection is dropped before the time which its server has announced. */
const HINT_MARGIN = 1_000;

/** Milliseconds between two looks at the free connections. */
const LOOK_INTERVAL = 250;

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
    maxSockets: maxConnections,
    maxFreeSockets: maxConnections,
    scheduling: 'lifo',
    ...(ca === undefined ? {} : { ca }),
  } as const;
  const agent = isHttps ? new HttpsAgent(options) : new HttpAgent(options);
  const connect: HttpAgent['createConnection'] = agent.createConnection.bind(agent);
  const dropIdle = idleDropper(agent);
  agent.createConnection = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args);
    if (socket) limitConnecting(socket, isHttps ? 'secureConnect' : 'connect', connectTimeout);
    dropIdle();
    return socket;
  };
  return agent;
}

/** Milliseconds that connections may be free. */
const idleTimes = new WeakMap<Duplex, number>();

/** Notes how long the server will keep a connection, as its header `Keep-Alive` says; false when it is not worth keeping. */
export function mayKeep({ headers, socket }: IncomingMessage): boolean {
  const noted = idleTimes.get(socket);
  if (noted !== undefined) return noted > 0;
  const [, seconds] = /\btimeout=(\d+)/.exec(String(headers['keep-alive'])) ?? [];
  const announced = seconds === undefined ? IDLE_TIMEOUT : Number(seconds) * 1000 - HINT_MARGIN;
  idleTimes.set(socket, Math.min(announced, IDLE_TIMEOUT));
  return announced > 0;
}

/**
 * Starts to drop the connections of an agent that have been free too long, until it has none. A time-out of each socket would
 * cost every call a twentieth.
 */
function idleDropper(agent: HttpAgent): () => void {
  const freeSince = new WeakMap<Socket, { time: number; written: number }>();
  let timer: ReturnType<typeof setInterval> | undefined;
  const look = () => {
    for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
      const { bytesWritten: written } = socket;
      const before = freeSince.get(socket);
      if (before?.written !== written) freeSince.set(socket, { time: performance.now(), written });
      else if (performance.now() - before.time >= (idleTimes.get(socket) ?? 0) - LOOK_INTERVAL) socket.destroy();
    }
    if (Object.keys(agent.sockets).length > 0 || Object.keys(agent.freeSockets).length > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return () => {
    timer ??= setInterval(look, LOOK_INTERVAL).unref();
  };
}

function limitConnecting(socket: Duplex, connected: string, timeout: number): void {
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error(`no connection within ${timeout} ms`), { code: 'ETIMEDOUT' }));
  }, timeout);
  const stop = () => clearTimeout(timer);
  socket.once(connected, stop);
  socket.once('close', stop);
}
