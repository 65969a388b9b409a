import type { ServerInterceptor } from '@grpc/grpc-js';

type Call = Parameters<ServerInterceptor>[1];
type MethodDefinition = Parameters<ServerInterceptor>[0];
type Listener = Parameters<Call['start']>[0];

/** How often it looks for calls that take too long, in milliseconds. */
const CHECK_INTERVAL = 1000;

/** Ends calls whose request does not come: an open call holds what was sent of it. */
export class SlowCalls {
  /** When each began, in milliseconds of `performance.now`; the oldest first. */
  private readonly incomplete = new Map<Call, number>();
  private check: NodeJS.Timeout | undefined;

  /**
   * @param timeout how long a request may take, in milliseconds
   * @param status what its call ends with then
   */
  constructor(
    private readonly timeout: number,
    private readonly status: { code: number; details: string },
  ) {}

  /** Sees every call of a server that it is given to, whose own call it leaves in place: one around it would cost more. */
  get interceptor(): ServerInterceptor {
    const intercept = ({ requestStream }: MethodDefinition, call: Call): Call => {
      // A stream of requests has its time.
      if (!requestStream) this.watch(call);
      return call;
    };
    return intercept as ServerInterceptor;
  }

  start(): void {
    this.check = setInterval(() => this.endSlow(), Math.min(CHECK_INTERVAL, this.timeout)).unref();
  }

  stop(): void {
    clearInterval(this.check);
  }

  private watch(call: Call): void {
    const start = call.start.bind(call);
    this.incomplete.set(call, performance.now());
    call.start = (listener) => start(this.listenerOf(call, listener));
  }

  private listenerOf(call: Call, listener: Listener): Listener {
    return {
      onReceiveMetadata: (metadata) => listener.onReceiveMetadata(metadata),
      onReceiveMessage: (message) => listener.onReceiveMessage(message),
      onReceiveHalfClose: () => {
        this.incomplete.delete(call);
        listener.onReceiveHalfClose();
      },
      onCancel: () => {
        this.incomplete.delete(call);
        listener.onCancel();
      },
    };
  }

  private endSlow(): void {
    const latest = performance.now() - this.timeout;
    for (const [call, since] of this.incomplete) {
      if (since > latest) return;
      this.incomplete.delete(call);
      call.sendStatus(this.status);
    }
  }
}
