import {
  type ClientClock,
  type ClientTimers,
  SessionsClientError,
  SessionsHttpClientV1,
} from 'service-sessions-client';

/** A session as the service answers it. */
export function wireSession(fields: object = {}): Record<string, unknown> {
  const time = '2026-03-01T12:00:00.000Z';
  return {
    id: 's1',
    user_id: 'ann',
    active: true,
    open_time: time,
    request_time: time,
    update_time: time,
    version: 0,
    ...fields,
  };
}

/** The error that a call ends with. Throws when it ends with none, or with one of another kind. */
export async function failureOf(call: Promise<unknown>): Promise<SessionsClientError> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof SessionsClientError) return error;
    throw error;
  }
  throw new Error(`The call was to fail, but answered ${JSON.stringify(answer)}`);
}

/** HTTP clients of the tests of a suite, which end with their test. */
export function httpClients() {
  const clients: SessionsHttpClientV1[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });
  return (
    server: { port: number },
    options: object = {},
    surroundings: ConstructorParameters<typeof SessionsHttpClientV1>[1] = {},
  ): SessionsHttpClientV1 => {
    const config = { connection: { host: '127.0.0.1', port: server.port }, options: { retries: 0, ...options } };
    const client = new SessionsHttpClientV1(config, surroundings);
    clients.push(client);
    return client;
  };
}

/** A clock that stands still until a test moves it. */
export class StandingClock implements ClientClock {
  constructor(public time = 0) {}

  now(): number {
    return this.time;
  }

  elapsed(): number {
    return this.time;
  }
}

/** Timers that do not wait, except for those of one length, which run when a test says so. */
export class HastyTimers implements ClientTimers {
  /** What was waited for, without those that are held back. */
  readonly waits: number[] = [];
  private readonly held = new Set<() => void>();

  constructor(private readonly heldBack: number) {}

  once(milliseconds: number, run: () => void): () => void {
    if (milliseconds === this.heldBack) {
      this.held.add(run);
      return () => this.held.delete(run);
    }
    this.waits.push(milliseconds);
    const soon = setImmediate(run);
    return () => clearImmediate(soon);
  }

  /** Runs those that were held back and have not been called off. */
  runHeld(): void {
    for (const run of [...this.held]) run();
  }

  get heldCount(): number {
    return this.held.size;
  }
}
