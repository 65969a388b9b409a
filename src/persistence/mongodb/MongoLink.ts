import type { Collection, Db, MongoClient, MongoClientOptions } from 'mongodb';
import type { ILogger } from 'pip-services3-components-nodex';
import { clientOptions, credentialOptions, secretsOf, whatIsWrong } from './MongoClientOptions.js';
import { bareCause, faultOf, secretHider } from './MongoFaults.js';
import { COMPONENT, type MongoSettings, uriError } from './MongoOptions.js';
import type { AnyDocument } from './SessionDocument.js';

/** One client of the driver, with all its connections. */
export interface MongoLine {
  client: MongoClient;
  db: Db;
  collection: Collection<AnyDocument>;
}

/** How long a client that has failed may take to show that it works after all. */
const PROBE_TIMEOUT = 250;
/** Between two attempts at a new client; those before go on, since a slow server is not a dead one. */
const ATTEMPT_INTERVAL = 500;
const MOST_ATTEMPTS = 5;
/** How long a line that was replaced may still answer: what hangs on it holds up others. */
const GRACE = 500;
const NAME = 'mongodb';

/**
 * The way to the server. The driver mends lost connections itself, but can stall for ever after the server has died
 * (docs/adr/0005): after a failure a line has to show that it works, or a new one takes its place as soon as one does.
 */
export class MongoLink {
  readonly hide: (text: string) => string;
  private line: MongoLine | null = null;
  private isUp = false;
  private mending: Promise<void> | null = null;
  private waiting: (() => void)[] = [];
  private isClosed = true;
  private makeClient: ((uri: string, options: MongoClientOptions) => MongoClient) | null = null;

  constructor(
    readonly settings: MongoSettings,
    private readonly logger: ILogger,
  ) {
    this.hide = secretHider(secretsOf(settings));
  }

  /** Rejects with a ConfigException for a URI that the driver refuses, and otherwise with a sentence. */
  async open(): Promise<void> {
    // The only place that loads the driver: who does not use it need not have it.
    const { MongoClient } = await import('mongodb');
    this.makeClient = (uri, options) => new MongoClient(uri, options);
    // As the URI has them, its options count; in a line some of them yield to ours, and would not be looked at.
    await this.newClient(credentialOptions(this.settings)).close();
    this.isClosed = false;
    const timeout = this.settings.connectTimeout;
    const failure = { last: null as unknown };
    const line = await within(timeout, this.establish(failure, true)).catch(() => null);
    if (line === null || this.isClosed) {
      this.isClosed = true;
      throw this.startError(failure.last);
    }
    this.use(line);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.isUp = false;
    const { line } = this;
    this.line = null;
    this.release();
    if (line !== null) await abandon(line);
  }

  /** The line, once there is one that works; waits as long as that takes. Null when the link is closed. */
  async ready(): Promise<MongoLine | null> {
    while (!this.isUp && !this.isClosed) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.isClosed ? null : this.line;
  }

  /** The line as it is, or null. */
  get current(): MongoLine | null {
    return this.isUp ? this.line : null;
  }

  /** A command failed for want of a connection: nothing is sent until one works. */
  lost(line: MongoLine, error: unknown): void {
    if (this.isClosed || line !== this.line || !this.isUp) return;
    this.isUp = false;
    this.logger.warn(NAME, 'The MongoDB server is lost: %s', this.hide(String((error as Error).message)));
    this.mend(line);
  }

  /** An operation took too long. That may be the server's doing: others go on meanwhile. */
  suspect(): void {
    const { line } = this;
    if (line !== null && this.isUp) this.mend(line);
  }

  private mend(line: MongoLine): void {
    this.mending ??= this.replace(line).finally(() => {
      this.mending = null;
      // It may have failed again before this had ended.
      if (!this.isUp && this.line !== null) this.mend(this.line);
    });
  }

  private async replace(line: MongoLine): Promise<void> {
    if (await answers(line, PROBE_TIMEOUT)) {
      this.use(line);
      return;
    }
    const { isUp } = this;
    if (isUp) this.logger.warn(NAME, 'The MongoDB server does not answer in time: connecting anew');
    const next = await this.establish({ last: null }, false);
    if (next === null) return;
    this.use(next);
    if (isUp) this.logger.info(NAME, 'There is a new connection to the MongoDB server');
  }

  private use(line: MongoLine): void {
    const before = this.line;
    if (this.isClosed) {
      void abandon(line);
      return;
    }
    if (!this.isUp && before !== null) this.logger.info(NAME, 'The MongoDB server answers again');
    this.line = line;
    this.isUp = true;
    this.release();
    // What is still under way on the line before may end there; then it is lost, so that it can be repeated.
    if (before !== null && before !== line) {
      setTimeout(() => void abandon(before), GRACE).unref();
    }
  }

  private release(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resume of waiting) resume();
  }

  /** The first of several new lines that works; null when the link was closed, or at a start the server refused the user. */
  private establish(failure: { last: unknown }, isStart: boolean): Promise<MongoLine | null> {
    const attempts: MongoLine[] = [];
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (line: MongoLine | null): void => {
        clearInterval(timer);
        for (const attempt of attempts) if (attempt !== line) void abandon(attempt);
        attempts.length = 0;
        resolve(line);
      };
      const attempt = (): void => {
        if (this.isClosed) {
          end(null);
          return;
        }
        const line = this.newLine();
        attempts.push(line);
        // The oldest goes on as long as it likes.
        if (attempts.length > MOST_ATTEMPTS) for (const young of attempts.splice(1, 1)) void abandon(young);
        connect(line).then(
          () => (attempts.includes(line) ? end(line) : abandon(line)),
          (error) => {
            const at = attempts.indexOf(line);
            // It was abandoned: the error says no more than that.
            if (at < 0) return;
            failure.last = error;
            attempts.splice(at, 1);
            void abandon(line);
            if (isStart && faultOf(error) === 'refused') end(null);
          },
        );
      };
      attempt();
      timer = setInterval(attempt, ATTEMPT_INTERVAL);
    });
  }

  private newLine(): MongoLine {
    const client = this.newClient(clientOptions(this.settings));
    const db = client.db(this.settings.database);
    return { client, db, collection: db.collection<AnyDocument>(this.settings.collection) };
  }

  private newClient(options: MongoClientOptions): MongoClient {
    try {
      return this.makeClient?.(this.settings.uri, options) as MongoClient;
    } catch (error) {
      throw uriError(whatIsWrong(error));
    }
  }

  private startError(cause: unknown): Error {
    const { connectTimeout } = this.settings;
    if (cause !== null && faultOf(cause) === 'refused') {
      return new Error(
        `${COMPONENT}: the MongoDB server refuses the user: check credential.username and credential.password, or those of connection.uri`,
      );
    }
    const why = cause === null ? 'it does not answer' : bareCause(cause, this.hide).message;
    return new Error(`${COMPONENT}: no MongoDB server within ${connectTimeout} ms (options.connect_timeout): ${why}`);
  }
}

async function connect(line: MongoLine): Promise<void> {
  await line.client.connect();
  await assertWritable(line);
}

async function answers(line: MongoLine, timeout: number): Promise<boolean> {
  return within(timeout, assertWritable(line)).then(
    () => true,
    () => false,
  );
}

/** One that answers, but refuses what only a primary does, is of no use. */
async function assertWritable({ db }: MongoLine): Promise<void> {
  const { isWritablePrimary } = await db.command({ hello: 1 });
  if (isWritablePrimary !== true) throw new Error('The server takes no writes');
}

/** Closing a client asks the server too: one that stalls must hold nobody up. */
async function abandon({ client }: MongoLine): Promise<void> {
  await within(1000, client.close()).catch(() => {});
}

/** As the promise, or rejects after so many milliseconds. */
export async function within<T>(timeout: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${timeout} ms`)), timeout);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
