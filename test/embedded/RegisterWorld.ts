import { SessionRegister } from '../../src/embedded/SessionRegister.js';
import { FakeClock } from '../support/FakeClock.js';
import { ManualTimers } from '../support/ManualTimers.js';

/** The time-out of its sessions, in seconds. */
export const TIMEOUT = 10;
/** Stands for a socket.io server. */
export const IO = { name: 'io' };
export const REJECTED = '[Session Manager]: ⚠ !Session rejected! ⚠';

/** A register of its own, with a clock that stands still and timers that come when the test says so. */
export class RegisterWorld {
  readonly clock = new FakeClock();
  readonly timers = new ManualTimers();
  readonly register = new SessionRegister(this.clock, this.timers);
  /** Each event with its arguments, in order; of an Error its message. */
  readonly events: unknown[][] = [];

  constructor() {
    this.register.setSessionTimeOut(TIMEOUT);
    for (const name of ['sessionCreated', 'sessionDeleted', 'activeUserDeleted', 'notifyClientToLogout', 'error']) {
      this.register.on(name, (...args: unknown[]) => this.events.push([name, ...args.map(withoutStack)]));
    }
  }

  /** The events since the last look. */
  seen(): unknown[][] {
    return this.events.splice(0);
  }

  /** Lets time pass without a timer having its turn. */
  pass(seconds: number): void {
    this.clock.advance(seconds * 1000);
  }

  /** Lets time pass. */
  advance(seconds: number): void {
    this.pass(seconds);
    this.timers.run();
  }
}

/** What is emitted when a session ends, without a socket reference. */
export function endOf(key: string): unknown[][] {
  return [
    ['sessionDeleted', key],
    ['activeUserDeleted', key],
  ];
}

/** What is emitted for a key that is none. */
export function rejectionOf(key: unknown): unknown[] {
  return ['error', REJECTED, { key }];
}

function withoutStack(arg: unknown): unknown {
  return arg instanceof Error ? arg.message : arg;
}
