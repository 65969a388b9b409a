import type { SessionEventV1 } from '../../src/data/version1/SessionEventV1.js';
import type { SessionHead } from '../../src/persistence/SessionRecord.js';
import { type JsonValue, jsonText } from '../../src/toolkit/JsonValue.js';
import { FakeClock } from '../support/FakeClock.js';
import type { BadArguments } from './BadArguments.js';

/** The controller's options without the prefix `options.`. */
export type ControllerOptions = Record<string, string | number | boolean>;

/** A session as it stands on the wire. */
export type WireSession = SessionHead & { user?: JsonValue; data?: JsonValue };

export interface WirePage {
  total: number | null;
  data: WireSession[];
}

/** An error as a caller sees it. */
export class ApiFault extends Error {
  constructor(readonly description: Readonly<Record<string, unknown>>) {
    super(String(description['message']));
  }

  get code(): unknown {
    return this.description['code'];
  }

  get status(): unknown {
    return this.description['status'];
  }

  get details(): Record<string, unknown> {
    return { ...(this.description['details'] as object) };
  }
}

/** A running service, reached in one way. */
export interface RunningApi {
  /** What the service has published so far. */
  readonly events: SessionEventV1[];

  /**
   * Calls an operation with its arguments as JSON. Answers what JSON says, times as strings, null for absence; rejects
   * with an ApiFault.
   */
  callText(operation: string, json: string, correlationId: string | null): Promise<unknown>;

  /** Ends the service and starts it anew on the same store. */
  restart(options: ControllerOptions): Promise<void>;

  /** Ends it and removes what it stored. */
  stop(): Promise<void>;
}

/** A way to reach the sessions: their controller itself, or a transport. */
export interface ApiUnderTest {
  /** True where callers are in the process, which may bring ids of any shape. */
  readonly isInProcess: boolean;

  /** True where operations are methods, so that there is no object of arguments which a caller could leave out. */
  readonly hasMethods?: boolean;

  /**
   * True for bad arguments that this way has no form for, such as a number where the wire has texts only. Absent: it has one for
   * all of them.
   */
  readonly cannotSay?: (bad: BadArguments) => boolean;

  /** True where callers write -0 as 0, as JavaScript's own JSON does; the service would take it. */
  readonly losesNegativeZero?: boolean;

  /** Promises that this way cannot keep, by id: why, and the test of what it does instead, with the options of the promise. */
  readonly cannot?: Readonly<Record<string, { why: string; instead: (caller: ApiCaller) => Promise<void> }>>;

  /** An empty service of its own, with the sweeper off unless the options say otherwise. */
  start(options: ControllerOptions, clock: FakeClock): Promise<RunningApi>;
}

/** The operations as tests call them. */
export class ApiCaller {
  constructor(
    readonly api: RunningApi,
    readonly clock: FakeClock,
  ) {}

  async call<T = WireSession | null>(operation: string, args: object): Promise<T> {
    return (await this.api.callText(operation, argumentsText(args), null)) as T;
  }

  open(args: object = {}) {
    return this.call<WireSession>('open_session', { user_id: 'ann', ...args });
  }

  get(session_id: string) {
    return this.call('get_session_by_id', { session_id });
  }

  validate(session_id: string, user_id?: string) {
    return this.call('validate_session', { session_id, user_id });
  }

  store(session_id: string, data: JsonValue, options: object = {}) {
    return this.call('store_session_data', { session_id, data, ...options });
  }

  patch(session_id: string, data: JsonValue, options: object = {}) {
    return this.call('patch_session_data', { session_id, data, ...options });
  }

  update(session_id: string, user: JsonValue, options: object = {}) {
    return this.call('update_session_user', { session_id, user, ...options });
  }

  close(session_id: string) {
    return this.call('close_session', { session_id });
  }

  closeAll(filter: object, except_session_id?: string) {
    return this.call<number>('close_sessions', { filter, except_session_id });
  }

  sweep() {
    return this.call<number>('close_expired_sessions', {});
  }

  delete(session_id: string) {
    return this.call('delete_session_by_id', { session_id });
  }

  list(filter: object | null = null, paging: object | null = null) {
    return this.call<WirePage>('get_sessions', { filter, paging });
  }

  async ids(filter: object | null = null, paging: object | null = null): Promise<string[]> {
    return (await this.list(filter, paging)).data.map(({ id }) => id);
  }

  /** The error that a call ends with; throws when it ends without. `title` says which call it was. */
  async refusal(call: Promise<unknown>, title = 'The call'): Promise<ApiFault> {
    let answer: unknown;
    try {
      answer = await call;
    } catch (error) {
      if (error instanceof ApiFault) return error;
      throw error;
    }
    throw new Error(`${title} was to end with an error, but answered ${JSON.stringify(answer)}`);
  }
}

/** Absent arguments are left out, as JSON.stringify does; -0 stays what it is. */
function argumentsText(args: object): string {
  return jsonText(Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)));
}

/** Declares the test of one promise: on a service of its own, whose time stands still. */
export type ApiPromise = (
  id: string,
  title: string,
  body: (caller: ApiCaller) => Promise<void>,
  options?: ControllerOptions,
) => void;

export function promisesOf(api: ApiUnderTest): ApiPromise {
  return (id, title, body, options = {}) => {
    const other = api.cannot?.[id];
    const test = other === undefined ? `${id} ${title}` : `${id} as far as it can, since ${other.why}`;
    it(test, async () => {
      const clock = new FakeClock();
      const running = await api.start(options, clock);
      try {
        await (other?.instead ?? body)(new ApiCaller(running, clock));
      } finally {
        await running.stop();
      }
    });
  };
}
