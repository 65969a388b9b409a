import { randomHex } from '../../toolkit/RandomIds.js';
import type { MongoOperation } from './MongoOperation.js';

/** Marks that no other process makes, and this one never makes again: which change a document shows is known by them. */
export class Stamps {
  private readonly prefix = randomHex(20);
  private count = 0;

  next(): string {
    this.count++;
    return `${this.prefix}${this.count.toString(36)}`;
  }
}

/**
 * Whether a session bears a stamp, for sure: asked by a write that changes nothing, which sees the newest state and is
 * acknowledged by the majority as any, so that what it has seen is not taken back any more.
 */
export async function bears(
  operation: MongoOperation,
  mark: { _id: string; _stamp: string } | { _id: string; _opening: string },
): Promise<boolean> {
  const { _id, ...stamp } = mark;
  const { matchedCount } = await operation.writeUntilDone((sessions) => sessions.updateOne(mark, { $set: stamp }));
  return matchedCount > 0;
}
