import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Load, Service, seedStore } from './Children.js';
import { type Effort, inTurn, order, ratioRow, sideOf } from './HttpFigures.js';
import type { PushOrder, PushReport } from './PushClients.js';
import { type Row, row } from './Table.js';

const SOCKETS = 10_000;
const SESSIONS_OF_A_USER = 10;
const USERS = 20;
const CLIENTS = fileURLToPath(new URL('PushClients.js', import.meta.url));
export const PUSH_SERVICE = 'service-sessions:service:socketio:default:1.0';

/** 10,000 sockets: how long they take to join, what they cost, and how soon those of a user learn that he is logged out. */
export async function push(folder: string): Promise<Row[]> {
  const service = await Service.start(folder, { services: [PUSH_SERVICE] });
  const clients = fork(CLIENTS);
  try {
    const keys: string[] = [];
    for (let i = 0; i < SOCKETS; i++) {
      const user_id = `user${Math.floor(i / SESSIONS_OF_A_USER)}`;
      keys.push((JSON.parse(await service.call('open_session', { user_id })) as { id: string }).id);
    }
    const before = service.memory();
    const joined = await ask(clients, { port: service.port, keys });
    const bytes = (service.memory() - before) / SOCKETS;
    const told: number[] = [];
    for (let user = 0; user < USERS; user++) {
      told.push(await ask(clients, { user_id: `user${user}`, sockets: SESSIONS_OF_A_USER }));
    }
    const note = `${SESSIONS_OF_A_USER} sessions of a user among ${SOCKETS.toLocaleString('en')} sockets, ${USERS} users`;
    const rows = [
      row('close_sessions until the last socket of the user is told', 'ms', told, { atMost: 100 }, note),
      row('10,000 sockets connect and join', 's', [joined / 1000], null, 'over WebSocket, 200 at a time'),
      row('resident memory a joined socket', 'bytes', [bytes], null),
    ];
    rows.push(row('stop by SIGTERM with 10,000 sockets', 's', [(await service.stop()) / 1000], { atMost: 10 }));
    return rows;
  } finally {
    clients.disconnect();
  }
}

/** What push costs those who do not use it: the same request with the service on and without. */
export async function besidePush(load: Load, folders: [string, string], effort: Effort): Promise<Row> {
  const ids = folders.map((folder) => seedStore(folder, 1000, 1000));
  const services = [
    await Service.start(folders[0], { services: [PUSH_SERVICE] }),
    await Service.start(folders[1], { services: [] }),
  ];
  const sides = services.map((service, i) => {
    const bodies = (ids[i] ?? []).map((session_id) => JSON.stringify({ session_id }));
    return sideOf(service, order(service.port, 'validate_session', bodies, effort.milliseconds));
  });
  const [measured = [], base = []] = await inTurn(load, sides, effort);
  for (const service of services) await service.stop();
  return ratioRow('validate_session, with push on / without', measured, base, { atLeast: 0.95 });
}

async function ask(clients: ChildProcess, message: PushOrder): Promise<number> {
  clients.send(message);
  const [report] = (await once(clients, 'message')) as [PushReport];
  return report.milliseconds;
}
