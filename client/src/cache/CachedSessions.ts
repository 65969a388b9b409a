import type { SessionV1 } from '../version1/SessionV1.js';

/** A session as it was answered. */
export interface CachedSession {
  readonly session: SessionV1;
  /** When it was asked for, on the elapsed clock. */
  readonly askedAt: number;
  /** The instant on the elapsed clock from which it must not be answered any more. */
  readonly until: number;
  /** The same on the wall clock, which goes on while the machine is suspended. */
  readonly wallUntil: number;
}

/** Sessions by id, so many at most: of more, those that were put first go. */
export class CachedSessions {
  private readonly byId = new Map<string, CachedSession>();
  /** Goes on through the changing map: one that began anew each time would pass over the places of all that were deleted. */
  private order = this.byId.values();
  private head: CachedSession | undefined;

  constructor(private readonly size: number) {}

  /** How many are held, those that are over included. */
  get count(): number {
    return this.byId.size;
  }

  get(id: string): CachedSession | undefined {
    return this.byId.get(id);
  }

  put(cached: CachedSession, now: number): void {
    const { id } = cached.session;
    this.delete(id);
    this.makeRoom(now);
    this.byId.set(id, cached);
  }

  delete(id: string): void {
    this.byId.delete(id);
  }

  clear(): void {
    this.byId.clear();
    this.head = undefined;
  }

  /** All live about as long, so the first are over first: contents of sessions nobody asks for any more do not stay. */
  private makeRoom(now: number): void {
    let first = this.first();
    while (first !== undefined && (this.byId.size >= this.size || first.until <= now)) {
      this.delete(first.session.id);
      first = this.first();
    }
  }

  private first(): CachedSession | undefined {
    if (this.byId.size === 0) return undefined;
    while (this.head === undefined || this.byId.get(this.head.session.id) !== this.head) {
      const next = this.order.next();
      if (next.done) this.order = this.byId.values();
      else this.head = next.value;
    }
    return this.head;
  }
}
