import { type Clock, systemClock } from './Clock.js';
import { processTimers, type Timers } from './Timers.js';

/** A timer cannot wait longer, in milliseconds. */
const LONGEST_WAIT = 2_147_483_647;
/** Keys told in one go, before other work gets its turn. */
const SLICE = 1000;

interface Entry<K> {
  key: K;
  at: number;
  /** Where it stands in the heap. */
  place: number;
}

/**
 * The deadlines of any number of keys, with one timer for all of them. A key is told once when its deadline has come, by
 * the clock, and is forgotten with it. The timer does not keep the process alive.
 */
export class Deadlines<K> {
  private readonly entries = new Map<K, Entry<K>>();
  /** A binary heap: none is later than its two children, those of `i` at `2i + 1` and `2i + 2`. */
  private readonly heap: Entry<K>[] = [];
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
    return this.heap.length;
  }

  /** The deadline of a key, in milliseconds since 1970; Infinity where it has none. */
  at(key: K): number {
    return this.entries.get(key)?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Gives a key a deadline, in milliseconds since 1970, in the place of the one it has; Infinity is none. */
  set(key: K, at: number): void {
    if (at === Number.POSITIVE_INFINITY) {
      this.delete(key);
      return;
    }
    const entry = this.entries.get(key);
    if (entry === undefined) {
      const added = { key, at, place: this.heap.length };
      this.entries.set(key, added);
      this.heap.push(added);
      this.rise(added);
    } else {
      entry.at = at;
      this.rise(entry);
      this.sink(entry);
    }
    this.wait();
  }

  /** Forgets a key; nothing happens where it has no deadline. */
  delete(key: K): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.remove(entry);
    this.wait();
  }

  /** Forgets all keys. */
  clear(): void {
    this.entries.clear();
    this.heap.length = 0;
    this.wait();
  }

  private tell(): void {
    const now = this.clock.now();
    try {
      for (let told = 0; told < SLICE; told++) {
        const first = this.heap[0];
        if (first === undefined || first.at > now) return;
        this.remove(first);
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

  private remove(entry: Entry<K>): void {
    this.entries.delete(entry.key);
    const last = this.heap.pop() as Entry<K>;
    if (last === entry) return;
    this.put(last, entry.place);
    this.rise(last);
    this.sink(last);
  }

  private rise(entry: Entry<K>): void {
    while (entry.place > 0) {
      const parent = this.heap[(entry.place - 1) >> 1] as Entry<K>;
      if (parent.at <= entry.at) return;
      this.swap(parent, entry);
    }
  }

  private sink(entry: Entry<K>): void {
    for (;;) {
      const [left, right] = [this.heap[2 * entry.place + 1], this.heap[2 * entry.place + 2]];
      const child = right !== undefined && right.at < (left as Entry<K>).at ? right : left;
      if (child === undefined || child.at >= entry.at) return;
      this.swap(entry, child);
    }
  }

  private swap(one: Entry<K>, other: Entry<K>): void {
    const { place } = one;
    this.put(one, other.place);
    this.put(other, place);
  }

  private put(entry: Entry<K>, place: number): void {
    entry.place = place;
    this.heap[place] = entry;
  }
}
