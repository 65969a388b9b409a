import type { KnownPolicy } from '../DirectStep.js';

/** What is assumed of a session that is not remembered. */
const COMMON: KnownPolicy = { openAt: null, expireTimeout: null, expireBasis: null };

/**
 * What the deadlines of the sessions last seen are reckoned from. Only a guess that saves a read: each command states what it
 * rests on, and a session that is otherwise is read.
 */
export class PolicyMemory {
  private recent = new Map<string, KnownPolicy>();
  private older = new Map<string, KnownPolicy>();

  /** Keeps between `capacity` and twice as many. */
  constructor(private readonly capacity = 10_000) {}

  get(id: string): KnownPolicy {
    return this.recent.get(id) ?? this.older.get(id) ?? COMMON;
  }

  put(id: string, policy: KnownPolicy): void {
    this.recent.set(id, policy);
    if (this.recent.size < this.capacity) return;
    this.older = this.recent;
    this.recent = new Map();
  }
}
