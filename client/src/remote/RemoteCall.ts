import { onAbort } from '../calls/AbortListeners.js';
import { abortedError, type FailedCall, type OperationV1, timeoutError } from '../calls/SessionsCall.js';
import type { ClientClock, ClientTimers } from '../config/Clock.js';
import { SessionsClientError } from '../version1/SessionsClientError.js';
import { failureError } from './Replies.js';
import { backoff, type FailedAttempt, mayRepeat, type RetryBudget, retryAfter } from './Retries.js';
import type { Exchange, Failure, Receiver, Reply, ServiceAddress, Transport } from './Transport.js';

/** What the calls of one client share. */
export interface RemoteCallSurroundings<Q, R extends Reply> {
  readonly clock: ClientClock;
  readonly timers: ClientTimers;
  readonly random: () => number;
  readonly budget: RetryBudget;
  /** How often at most a call is made again. */
  readonly retries: number;
  /** The calls under way. */
  readonly calls: CallsUnderWay;
  /** What calls are sent by; a promise where it must be found first. */
  transport(correlationId: string | null): Transport<Q, R> | Promise<Transport<Q, R>>;
}

interface CallUnderWay {
  /** Among the calls under way. */
  place: number;
  readonly call: FailedCall;
  /** Ends the call with this error, unless it is over. */
  fail(error: SessionsClientError): void;
}

/** Calls in no order. A Set costs more here than all the rest of a call: its tables outlive what was in them. */
export class CallsUnderWay {
  private readonly calls: CallUnderWay[] = [];

  add(call: CallUnderWay): void {
    call.place = this.calls.push(call) - 1;
  }

  delete(call: CallUnderWay): void {
    const last = this.calls.pop();
    if (last === undefined || last === call) return;
    this.calls[call.place] = last;
    last.place = call.place;
  }

  /** Ends all, each with an error of its own. */
  fail(error: (call: FailedCall) => SessionsClientError): void {
    for (const call of [...this.calls]) call.fail(error(call.call));
  }
}

/** What one call sends, and what it makes of the reply. */
export interface RemoteCallPlan<Q, R extends Reply> {
  readonly call: FailedCall;
  readonly request: Q;
  readonly repeat: OperationV1['repeat'];
  /** Milliseconds, for the whole call with its retries. */
  readonly timeout: number;
  /** Throws a SessionsClientError for a reply that is no answer. */
  read(reply: R, address: ServiceAddress): unknown;
}

/** One call from its begin to its end: its attempts within one time-out, and its abort. */
export class RemoteCall<Q, R extends Reply> implements Receiver<R>, CallUnderWay {
  place = 0;
  private transport!: Transport<Q, R>;
  private exchange: Exchange | undefined;
  private attempts = 0;
  private readonly deadline: number;
  private readonly stopTimeout: () => void;
  private stopWaiting: (() => void) | undefined;
  private readonly stopListening: (() => void) | undefined;
  private lastError: SessionsClientError | undefined;
  private isOver = false;

  static run<Q, R extends Reply>(
    surroundings: RemoteCallSurroundings<Q, R>,
    plan: RemoteCallPlan<Q, R>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => new RemoteCall(surroundings, plan, resolve, reject).start());
  }

  private constructor(
    private readonly surroundings: RemoteCallSurroundings<Q, R>,
    private readonly plan: RemoteCallPlan<Q, R>,
    private readonly resolve: (answer: unknown) => void,
    private readonly reject: (error: SessionsClientError) => void,
  ) {
    const { clock, timers, calls } = surroundings;
    const { call, timeout } = plan;
    this.deadline = clock.elapsed() + timeout;
    this.stopTimeout = timers.once(timeout, () => this.fail(timeoutError(call, timeout, this.lastError)));
    if (call.signal !== undefined) {
      this.stopListening = onAbort(call.signal, () => this.fail(abortedError(call)));
    }
    calls.add(this);
  }

  get call(): FailedCall {
    return this.plan.call;
  }

  fail(error: SessionsClientError): void {
    if (this.isOver) return;
    this.end();
    this.reject(error);
  }

  received(reply: R): void {
    if (this.isOver) return;
    let answer: unknown;
    try {
      answer = this.plan.read(reply, this.transport.address);
    } catch (error) {
      this.attemptFailed(this.typed(error), undefined, reply);
      return;
    }
    this.countSuccess();
    this.end();
    this.resolve(answer);
  }

  failed(failure: Failure): void {
    if (this.isOver) return;
    const { call, timeout } = this.plan;
    const { correlationId } = call;
    const { kind } = failure;
    if (kind === 'late') this.fail(timeoutError(call, timeout, this.lastError));
    else this.attemptFailed(failureError({ correlationId, address: this.transport.address }, failure), kind, undefined);
  }

  private start(): void {
    this.guarded(() => {
      const found = this.surroundings.transport(this.plan.call.correlationId);
      if (!(found instanceof Promise)) return this.attempt(found);
      found.then(
        (transport) => this.guarded(() => this.attempt(transport)),
        (error) => this.fail(this.typed(error)),
      );
    });
  }

  private attempt(transport: Transport<Q, R>): void {
    if (this.isOver) return;
    this.transport = transport;
    this.attempts++;
    const { clock } = this.surroundings;
    this.exchange = transport.send(this.plan.request, this, this.deadline - clock.elapsed());
  }

  /** Makes the call again where that is allowed and there is time; else it ends with this error. */
  private attemptFailed(error: SessionsClientError, kind: FailedAttempt['kind'], reply: R | undefined): void {
    const { retries, clock, timers, random, budget } = this.surroundings;
    this.exchange = undefined;
    this.lastError = error;
    const isPassing = mayRepeat(this.plan.repeat, { error, kind });
    if (!isPassing) this.countSuccess();
    // Jitter on top, so that not all who were told the same time come back at once.
    const wait = retryAfter(reply?.retryAfter, clock.now()) + backoff(this.attempts, random);
    const isAllowed = isPassing && this.attempts <= retries && clock.elapsed() + wait < this.deadline;
    if (!isAllowed || !budget.take(this.attempts === 1)) this.fail(error);
    else this.stopWaiting = timers.once(wait, () => this.guarded(() => this.attempt(this.transport)));
  }

  /** Whatever is no reason to try again shows a service that works, be it by an error. */
  private countSuccess(): void {
    if (this.attempts === 1) this.surroundings.budget.succeeded();
  }

  private guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fail(this.typed(error));
    }
  }

  private typed(error: unknown): SessionsClientError {
    if (error instanceof SessionsClientError) return error;
    const { operation, correlationId } = this.plan.call;
    const message = `${operation} failed in an unexpected way: ${error}`;
    return new SessionsClientError({ code: 'UNKNOWN', message, correlationId, cause: error });
  }

  private end(): void {
    this.isOver = true;
    this.stopTimeout();
    this.stopWaiting?.();
    this.exchange?.cancel();
    this.stopListening?.();
    this.surroundings.calls.delete(this);
  }
}
