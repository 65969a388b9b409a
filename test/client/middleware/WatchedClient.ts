import type { ISessionsClientV1 } from 'service-sessions-client';

export type ClientMethod = keyof ISessionsClientV1;

/** A client that notes its calls, and what tests put before them. */
export interface WatchedClient {
  client: ISessionsClientV1;
  /** The methods called, in their order. */
  calls: ClientMethod[];
  /** Runs before each call; what it rejects with, the call rejects with. */
  before(method: ClientMethod): Promise<void> | undefined;
  /** Runs when a call has been done, before its caller knows. */
  after(method: ClientMethod): Promise<void> | undefined;
}

export function watched(inner: ISessionsClientV1): WatchedClient {
  const watch: WatchedClient = { client: inner, calls: [], before: () => undefined, after: () => undefined };
  watch.client = new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        watch.calls.push(name as ClientMethod);
        await watch.before(name as ClientMethod);
        const answer = await value.apply(target, args);
        await watch.after(name as ClientMethod);
        return answer;
      };
    },
  });
  return watch;
}
