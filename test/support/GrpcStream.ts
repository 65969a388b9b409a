import type { ClientDuplexStream, StatusObject } from '@grpc/grpc-js';
import type { GrpcCaller } from './GrpcCaller.js';

/** A call that stays open, and what came of it. */
export interface GrpcStream {
  call: ClientDuplexStream<object, unknown>;
  messages: unknown[];
  /** Resolves once so many messages came. */
  come(count: number): Promise<void>;
  end: Promise<StatusObject>;
}

/** Begins a call of a method that streams; `request` is for one that takes a single message. */
export function openStream({ client }: GrpcCaller, method: string, request?: object): GrpcStream {
  const begin = (client as unknown as Record<string, (request?: object) => GrpcStream['call']>)[method];
  const call = begin?.call(client, request) as GrpcStream['call'];
  const messages: unknown[] = [];
  let check = (): void => {};
  call.on('data', (message) => {
    messages.push(message);
    check();
  });
  call.on('error', () => {});
  return {
    call,
    messages,
    come: (count) =>
      new Promise((resolve) => {
        check = () => {
          if (messages.length >= count) resolve();
        };
        check();
      }),
    end: new Promise((resolve) => call.on('status', resolve)),
  };
}
