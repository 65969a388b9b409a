import { badReply, callSessman, type SessmanAnswer, SessmanError } from './sessman/SessmanCall.js';

export { type SessmanAnswer, SessmanError };

export interface SessionOptions<D extends object = Record<string, unknown>> {
  /** Where the service has its calls, relative to the page or absolute. Default: `/sessman`. */
  base_url?: string | undefined;
  /** What the session holds at first. Default: `{}`. */
  data?: D | undefined;
  /** The API key, where the service wants one. */
  auth?: string | null | undefined;
  /** Milliseconds for a whole call, then TIMEOUT. Default: 5000. */
  timeout?: number | undefined;
}

const DEFAULTS = { base_url: '/sessman', auth: null };

/**
 * A session of the sessman calls, as the class in the document of that system. Made by `Session.create`; `data` is stored and the
 * session's life begins anew by `updateSession`. Every failed call rejects with a SessmanError.
 */
export class Session<D extends object = Record<string, unknown>> {
  /** May be changed between calls. */
  readonly options: SessionOptions<D>;
  base_url: string;
  user: string;
  /** What the application reads and changes. */
  data: D;
  /** Undefined until it is created. */
  session_id: string | undefined;
  /** When it ends, as of the last answer; null for never, undefined before the first. */
  expires: Date | null | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  /** Opens nothing: see `create`. */
  constructor(user: string, options?: SessionOptions<D> | null) {
    this.options = { ...DEFAULTS, data: {} as D, ...options };
    this.base_url = this.options.base_url ?? DEFAULTS.base_url;
    this.user = user;
    this.data = this.options.data ?? ({} as D);
  }

  /** Opens a session of this user. */
  static async create<D extends object = Record<string, unknown>>(
    user: string,
    options?: SessionOptions<D> | null,
  ): Promise<Session<D>> {
    const session = new Session<D>(user, options);
    await session.createSession();
    return session;
  }

  /** The session that this user has under this id; its end does not move. NOT_FOUND where he has none. */
  static async load<D extends object = Record<string, unknown>>(
    user: string,
    session_id: string,
    options?: SessionOptions<D> | null,
  ): Promise<Session<D>> {
    const session = new Session<D>(user, options);
    const parameters = { sessionid: parameter('session_id', session_id), userid: parameter('user', user) };
    session.data = session.taken(await session.get_data('get', parameters), parameters).data as D;
    return session;
  }

  /** The address of a call with these parameters. */
  get_command_url(command: string, parameters: Record<string, string> = {}): string {
    return `${String(this.base_url).replace(/\/+$/, '')}/${command}?${new URLSearchParams(parameters)}`;
  }

  /** Makes a call, with `data` or without; answers what the service does. */
  async get_data(command: string, parameters: Record<string, string> = {}, data?: unknown): Promise<SessmanAnswer> {
    return this.call(command, parameters, bodyOf(data));
  }

  /** Opens a session with `data`, which is then the service's copy of it, unless the application has changed it meanwhile. */
  async createSession(): Promise<void> {
    const body = bodyOf(this.data);
    await this.inTurn(async () => {
      const parameters = { userid: parameter('user', this.user) };
      const { data } = this.taken(await this.call('new', parameters, body), parameters);
      if (this.isStill(body)) this.data = data as D;
    });
  }

  /**
   * Stores `data` as it is now, also where an earlier call is under way: they are sent one after the other. `data` stays the same
   * object; null keeps what is stored, and becomes that.
   */
  async updateSession(): Promise<void> {
    const body = bodyOf(this.data);
    await this.inTurn(async () => {
      const parameters = { sessionid: parameter('session_id', this.session_id) };
      const { data } = this.taken(await this.call('update', parameters, body), parameters);
      if (body === '' && this.isStill(body)) this.data = data as D;
    });
  }

  private call(command: string, parameters: Record<string, string>, body: string): Promise<SessmanAnswer> {
    const { auth, timeout } = this.options;
    return callSessman({ url: this.get_command_url(command, parameters), body, auth, timeout });
  }

  /** What was stored last is what was asked for last. */
  private inTurn(run: () => Promise<void>): Promise<void> {
    const next = this.turn.then(run);
    this.turn = next.catch(() => {});
    return next;
  }

  private taken(answer: SessmanAnswer, { sessionid, userid }: Record<string, string>): SessmanAnswer {
    const { session_id, user_id, expires } = answer;
    if ((sessionid ?? session_id) !== session_id || (userid ?? user_id) !== user_id) {
      throw badReply('answered with another session', 200);
    }
    this.session_id = session_id;
    this.expires = expires === null ? null : new Date(expires);
    return answer;
  }

  private isStill(body: string): boolean {
    try {
      return bodyOf(this.data) === body;
    } catch {
      return false;
    }
  }
}

function bodyOf(data: unknown): string {
  if (data === undefined || data === null) return '';
  try {
    const text = typeof data === 'object' ? JSON.stringify(data) : undefined;
    if (text !== undefined) return `{"data":${text}}`;
  } catch {
    // As everything else that is no JSON.
  }
  throw new SessmanError('INVALID_DATA', 'data must be an object or an array that JSON can hold');
}

/** Numbers are what some applications know their users by. */
function parameter(name: string, value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && text !== '' && !/\p{Surrogate}/u.test(text)) return text;
  throw new SessmanError('INVALID_DATA', `${name} must be a text that is not empty`);
}
