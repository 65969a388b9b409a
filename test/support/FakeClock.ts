import type { Clock } from '../../src/toolkit/Clock.js';

/** 2026-03-01T12:00:00Z: where the time of tests begins. */
export const START = Date.UTC(2026, 2, 1, 12);

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  constructor(private time: number = START) {}

  now(): number {
    return this.time;
  }

  /** The time as it stands on the wire. */
  iso(): string {
    return new Date(this.time).toISOString();
  }

  /** Moves on by so many milliseconds. */
  advance(milliseconds: number): void {
    if (milliseconds < 0) throw new RangeError('A clock does not run backwards');
    this.time += milliseconds;
  }

  /** Moves on to an instant; one that has passed already changes nothing. */
  advanceTo(time: number): void {
    this.time = Math.max(this.time, time);
  }
}
