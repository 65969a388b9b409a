import type { ExpireBasisV1 } from '../../data/version1/SessionV1.js';
import type { KnownPolicy } from '../DirectStep.js';
import type { SessionDocument } from './SessionDocument.js';

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

  /** What the document of an active session says; ended ones take no more steps. */
  remember(document: SessionDocument): void {
    if (document.active !== true) return;
    this.recent.set(document._id, policyOf(document));
    if (this.recent.size < this.capacity) return;
    this.older = this.recent;
    this.recent = new Map();
  }
}

function policyOf(document: SessionDocument): KnownPolicy {
  const { open_time, expire_timeout, expire_basis } = document as Record<string, unknown>;
  return {
    openAt: open_time instanceof Date ? open_time.getTime() : null,
    expireTimeout: typeof expire_timeout === 'number' ? expire_timeout : null,
    expireBasis: (expire_basis as ExpireBasisV1 | undefined) ?? null,
  };
}
