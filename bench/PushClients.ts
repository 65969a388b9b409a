import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';

/** So many connections are made at once. */
const AT_ONCE = 200;

/** What the process of the clients is asked to do: first to join, a client for each key; then to end sessions of users. */
export type PushOrder = { port: number; keys: string[] } | { user_id: string; sockets: number };
/** How long it took, in milliseconds: until all have joined, or from the request until so many sockets were told. */
export interface PushReport {
  milliseconds: number;
}

const sockets: Socket[] = [];
let address = '';
let told = 0;
let onTold = (): void => {};

async function joinAll(port: number, keys: string[]): Promise<void> {
  address = `http://127.0.0.1:${port}`;
  const waiting = [...keys];
  const joinNext = async (): Promise<void> => {
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) await join(key);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, joinNext));
}

async function join(session_key: string): Promise<void> {
  const socket = io(address, { transports: ['websocket'], forceNew: true });
  sockets.push(socket);
  socket.on('logout', () => {
    told++;
    onTold();
  });
  await once(socket as never, 'connect');
  const { joined } = await socket.emitWithAck('session_key', { session_key });
  if (!joined) throw new Error('A session of the benchmark cannot be joined');
}

async function endSessions(user_id: string, count: number): Promise<void> {
  told = 0;
  const all = new Promise<void>((resolve) => {
    onTold = () => told === count && resolve();
  });
  await fetch(`${address}/v1/sessions/close_sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filter: { user_id } }),
  });
  await all;
}

process.on('message', async (order: PushOrder) => {
  const startedAt = performance.now();
  if ('keys' in order) await joinAll(order.port, order.keys);
  else await endSessions(order.user_id, order.sockets);
  process.send?.({ milliseconds: performance.now() - startedAt } satisfies PushReport);
});
process.on('disconnect', () => process.exit(0));
