import { SessionsMemoryPersistence } from '../../../src/persistence/memory/SessionsMemoryPersistence.js';
import { HeldLog } from './HeldLog.js';

/** A persistence whose log keeps everything waiting. */
export class HeldPersistence extends SessionsMemoryPersistence {
  private readonly held = new HeldLog(() => this.table);

  /** From now on changes go through the log. */
  hold(adoptedAt = 0): HeldLog {
    this.log = this.held;
    this.adoptedAt = adoptedAt;
    return this.held;
  }
}

/** Whether a promise is not done though everything has happened that can happen without the log. */
export async function isWaiting(promise: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  promise.then(done, done);
  for (let turn = 0; turn < 20 && !isDone; turn++) await nextTurn();
  return !isDone;
}

/** Lets the log settle everything until this is done. */
export async function settling<T>(log: HeldLog, promise: Promise<T>): Promise<T> {
  while (await isWaiting(promise)) log.settle();
  return promise;
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
