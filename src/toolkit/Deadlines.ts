import { type Clock, systemClock } from './Clock.js';
import { processTimers, type Timers } from './Timers.js';

/** A timer cannot wait longer, in milliseconds. */
const LONGEST_WAIT = 2_147_483_647;
/** Keys told in one go, before other work gets its turn. */
const SLICE = 1000;

/** The keys of one instant, in the order in which they were given it. */
interface Instant<K> {
  at: number;
  /** Where it stands in the heap. */
  place: number;
  first: Entry<K> | null;
  last: Entry<K> | null;
}

interface Entry<K> {
  key: K;
  instant: Instant<K>;
  before: Entry<K> | null;
  after: Entry<K> | null;
}

/**
 * The deadlines of any number of keys, with one timer for all of them. A key is told once when its deadline has come, by
 * the clock, and is forgotten with it. The timer does not keep the process alive.
 */
export class Deadlines<K> {
  private readonly entries = new Map<K, Entry<K>>();
  private readonly instants = new Map<number, Instant<K>>();
  /** A binary heap: none is later than its two children, those of `i` at `2i + 1` and `2i + 2`. */
  private readonly heap: Instant<K>[] = [];
  private stopTimer: (() => void) | null = null;
  /** What the timer waits for. */
  private timerAt = Number.POSITIVE_INFINITY;

  /** `onDue` may set and delete keys. What it throws ends the process as an uncaught error does; no other key is lost by it. */
  constructor(
    private readonly onDue: (key: K) => void,
    private readonly clock: Clock = systemClock,
    private readonly timers: Timers = processTimers,
  ) {}

  /** How many keys have a deadline. */
  get size(): number {
    return this.entries.size;
  }

  /** The deadline of a key, in milliseconds since 1970; Infinity where it has none. */
  at(key: K): number {
    return this.entries.get(key)?.instant.at ?? Number.POSITIVE_INFINITY;
  }

  /** Gives a key a deadline, in milliseconds since 1970, in the place of the one it has; Infinity is none. */
  set(key: K, at: number): void {
    if (at === Number.POSITIVE_INFINITY) {
      this.delete(key);
      return;
    }
    const entry = this.entries.get(key);
    if (entry !== undefined) this.leave(entry);
    this.entries.set(key, this.joined(key, at));
    this.wait();
  }

  /** Forgets a key; nothing happens where it has no deadline. */
  delete(key: K): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.leave(entry);
    this.wait();
  }

  /** Forgets all keys. */
  clear(): void {
    this.entries.clear();
    this.instants.clear();
    this.heap.length = 0;
    this.wait();
  }

  private tell(): void {
    const now = this.clock.now();
    try {
      for (let told = 0; told < SLICE; told++) {
        const instant = this.heap[0];
        if (instant === undefined || instant.at > now) return;
        const { first } = instant as { first: Entry<K> };
        this.entries.delete(first.key);
        this.leave(first);
        this.onDue(first.key);
      }
    } finally {
      this.wait();
    }
  }

  /** Has the timer wait for the earliest deadline. One that is too early stays: it waits again for the rest. */
  private wait(): void {
    const at = this.heap[0]?.at ?? Number.POSITIVE_INFINITY;
    if (this.stopTimer !== null && at >= this.timerAt && at !== Number.POSITIVE_INFINITY) return;
    this.stopTimer?.();
    this.stopTimer = null;
    this.timerAt = at;
    if (at === Number.POSITIVE_INFINITY) return;
    const milliseconds = Math.min(Math.max(Math.ceil(at - this.clock.now()), 0), LONGEST_WAIT);
    this.stopTimer = this.timers.once(milliseconds, () => {
      this.stopTimer = null;
      this.tell();
    });
  }

  private joined(key: K, at: number): Entry<K> {
    const instant = this.instants.get(at) ?? this.added(at);
    const entry: Entry<K> = { key, instant, before: instant.last, after: null };
    if (instant.last === null) instant.first = entry;
    else instant.last.after = entry;
    instant.last = entry;
    return entry;
  }

  private leave({ instant, before, after }: Entry<K>): void {
    if (before === null) instant.first = after;
    else before.after = after;
    if (after === null) instant.last = before;
    else after.before = before;
    if (instant.first === null) this.remove(instant);
  }

  private added(at: number): Instant<K> {
    const instant: Instant<K> = { at, place: this.heap.length, first: null, last: null };
    this.instants.set(at, instant);
    this.heap.push(instant);
    this.rise(instant);
    return instant;
  }

  private remove(instant: Instant<K>): void {
    this.instants.delete(instant.at);
    const last = this.heap.pop() as Instant<K>;
    if (last === instant) return;
    this.put(last, instant.place);
    this.rise(last);
    this.sink(last);
  }

  private rise(instant: Instant<K>): void {
    while (instant.place > 0) {
      const parent = this.heap[(instant.place - 1) >> 1] as Instant<K>;
      if (parent.at <= instant.at) return;
      this.swap(parent, instant);
    }
  }

  private sink(instant: Instant<K>): void {
    for (;;) {
      const [left, right] = [this.heap[2 * instant.place + 1], this.heap[2 * instant.place + 2]];
      const child = right !== undefined && right.at < (left as Instant<K>).at ? right : left;
      if (child === undefined || child.at >= instant.at) return;
      this.swap(instant, child);
    }
  }

  private swap(one: Instant<K>, other: Instant<K>): void {
    const { place } = one;
    this.put(one, other.place);
    this.put(other, place);
  }

  private put(instant: Instant<K>, place: number): void {
    instant.place = place;
    this.heap[place] = instant;
  }
}
