import type { Server, Socket } from 'socket.io';
import { sessionError, toSessionError } from '../../data/version1/SessionErrorsV1.js';
import type { SessionEventListenerV1 } from '../../data/version1/SessionEventV1.js';
import type { CloseReasonV1 } from '../../data/version1/SessionV1.js';
import type { SessionState } from '../../logic/SessionAnswer.js';
import { readSessionKey, type SessionKeyMessage } from './SessionKeyMessage.js';
import { SessionWatch, type WatchSettings } from './SessionWatch.js';

/** The most sessions that one connection may join. */
export const MOST_SESSIONS = 100;
/** The most messages of one connection that wait for the store; and the most answers that wait for the client to take them. */
const MOST_WAITING = 100;
const MOST_UNREAD = 1000;
/** Rooms of sessions are told apart from those that socket.io gives every connection, named by its id. */
const ROOM = 'session:';

const TOO_MANY_WAIT = `At most ${MOST_WAITING} messages of a connection may wait; try again`;
const NO_SESSION = 'There is no session of this key, or it is not of this user';

export interface PushSettings extends Omit<WatchSettings, 'onEnd'> {
  /** Is told of errors that are none of the error table. */
  onFault(error: Error): void;
}

type Acknowledge = (answer: { joined: boolean }) => void;

/** The conversation with the clients: they join sessions by their keys, and each end of a session is told to its room once. */
export class SessionPush {
  private readonly watch: SessionWatch;

  constructor(
    private readonly io: Server,
    private readonly settings: PushSettings,
  ) {
    this.watch = new SessionWatch({ ...settings, onEnd: (id, reason) => this.tellRoom(id, reason) });
    io.on('connection', (socket) => this.welcome(socket));
    io.of('/').adapter.on('delete-room', (room: string) => {
      if (room.startsWith(ROOM)) this.watch.forget(room.slice(ROOM.length));
    });
  }

  /** How many sessions have somebody in their room. */
  get sessions(): number {
    return this.watch.size;
  }

  /** For the controller's events. */
  readonly heard: SessionEventListenerV1 = (event) => this.watch.heard(event);

  close(): void {
    this.watch.forgetAll();
  }

  private welcome(socket: Socket): void {
    let waiting = 0;
    let last: Promise<void> = Promise.resolve();
    socket.on('session_key', (...args: unknown[]) => {
      const acknowledge = typeof args.at(-1) === 'function' ? (args.pop() as Acknowledge) : () => {};
      if (isStuck(socket)) return;
      const message = readSessionKey(args[0]);
      if (waiting >= MOST_WAITING) {
        const fault = sessionError(null, 'OVERLOADED', { message: TOO_MANY_WAIT });
        this.reject(socket, message.key, fault, acknowledge);
        return;
      }
      waiting++;
      // One after the other: so the answers come in the order of the messages, and no client asks the store too much.
      last = last.then(() => this.answer(socket, message, acknowledge)).finally(() => waiting--);
    });
  }

  /** Never rejects. */
  private async answer(socket: Socket, message: SessionKeyMessage, acknowledge: Acknowledge): Promise<void> {
    try {
      acknowledge({ joined: await this.joined(socket, message) });
    } catch (error) {
      this.reject(socket, message.key, error, acknowledge);
    }
  }

  private async joined(socket: Socket, { key, user, fault }: SessionKeyMessage): Promise<boolean> {
    if (key === null || fault !== null) throw fault;
    if (!socket.connected) return false;
    const room = ROOM + key;
    const wasIn = socket.rooms.has(room);
    let joined = false;
    await this.watch.check(key, (session) => {
      if (!socket.connected) return false;
      if (session === null || !isOf(session, user)) throw sessionError(null, 'NOT_FOUND', { message: NO_SESSION });
      if (session.active) {
        join(socket, room);
        joined = true;
      } else if (!wasIn) {
        // Who was in the room has been told there.
        socket.emit('logout', { session_key: key, reason: session.reason });
      }
      return joined;
    });
    return joined;
  }

  private reject(socket: Socket, key: string | null, error: unknown, acknowledge: Acknowledge): void {
    const known = toSessionError(null, error);
    if (known.code === 'UNKNOWN') this.settings.onFault(known);
    socket.emit('session_rejected', { session_key: key, code: known.code, message: known.message });
    acknowledge({ joined: false });
  }

  private tellRoom(id: string, reason: CloseReasonV1): void {
    const room = this.io.in(ROOM + id);
    room.emit('logout', { session_key: id, reason });
    room.socketsLeave(ROOM + id);
  }
}

function join(socket: Socket, room: string): void {
  // Besides its sessions a connection is in the room of its own id.
  if (!socket.rooms.has(room) && socket.rooms.size > MOST_SESSIONS) {
    throw sessionError(null, 'OVERLOADED', { message: `A connection may join at most ${MOST_SESSIONS} sessions` });
  }
  void socket.join(room);
}

function isOf({ userId, userName }: SessionState, user: string | null): boolean {
  return user === null || user === userId || user === userName;
}

/** Whether it was given up: its client sends and takes no answers, which would be kept without end. */
function isStuck({ conn }: Socket): boolean {
  const { writeBuffer } = conn as unknown as { writeBuffer: unknown[] };
  if (writeBuffer.length < MOST_UNREAD) return false;
  conn.close(true);
  return true;
}
