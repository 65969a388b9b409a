import type { DirectStep, KnownPolicy } from '../persistence/DirectStep.js';
import { deadline } from './SessionDeadline.js';
import type { ContentWrite, SessionPolicy } from './SessionLifecycle.js';

/** What `ended` decides, as values. */
export function directEnd(): DirectStep {
  return { kind: 'end', reason: 'closed' };
}

/** What `written` decides at `now`, as values; null where the new content or deadline depends on what is not known. */
export function directWrite(
  write: ContentWrite,
  policy: SessionPolicy,
  now: number,
): (known: KnownPolicy) => DirectStep | null {
  return (known) => {
    if (typeof write.content === 'function') return null;
    const deadline = deadlineOf(write, policy, known, now);
    if (deadline === null) return null;
    return {
      kind: 'write',
      expectedVersion: write.expectedVersion,
      setsTimeout: write.head?.expire_timeout !== undefined,
      head: write.head ?? {},
      content: write.content,
      ...deadline,
    };
  };
}

type Deadline = { expireAt: number; openedSince: number | null };

function deadlineOf(write: ContentWrite, policy: SessionPolicy, known: KnownPolicy, now: number): Deadline | null {
  const timeout = write.head?.expire_timeout ?? known.expireTimeout ?? policy.expireTimeout;
  const basis = known.expireBasis ?? policy.expireBasis;
  // A write is an access and an update, so that both bases are now.
  const basisAt = basis === 'created' ? known.openAt : now;
  if (timeout !== 0 && basisAt === null) return null;
  if (policy.maxLifetime === 0 || known.openAt !== null) {
    const expireAt = deadline(Number(basisAt), timeout, Number(known.openAt), policy.maxLifetime);
    return { expireAt, openedSince: null };
  }
  const byTimeout = deadline(Number(basisAt), timeout, 0, 0);
  // Whoever was opened since then has its longest life still before it at the deadline.
  return byTimeout === Number.POSITIVE_INFINITY
    ? null
    : { expireAt: byTimeout, openedSince: byTimeout - policy.maxLifetime };
}
