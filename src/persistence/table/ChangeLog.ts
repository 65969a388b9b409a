import type { SessionRecord } from '../SessionRecord.js';

/** One change of the table: null before = new, null after = removed. */
export interface TableChange {
  before: SessionRecord | null;
  after: SessionRecord | null;
}

/**
 * Changes that take effect together but are made one slice after the other, so that none holds the process up. Until it
 * is committed, readers of the ids in it wait (see `settled`), and no other change is made to those ids.
 */
export interface ChangeSlices {
  /** Takes a change that was just made in the table. Must not be called once `aborted` is true. */
  add(change: TableChange): void;
  /**
   * As `append` for all that was added, as ONE record; null too where nothing was added. Must be called exactly once, also
   * when aborted: then it rejects with PERSISTENCE_UNAVAILABLE.
   */
  commit(): Promise<void> | null;
  /** True once the log has failed and undone what was added so far; what is left must not be made. */
  readonly aborted: boolean;
}

/** Makes changes of a table durable. They are made in the table first; the log undoes them there when they cannot be kept. */
export interface ChangeLog {
  /** Throws PERSISTENCE_UNAVAILABLE when the store refuses writes now. Called before anything is changed. */
  assertWritable(correlationId: string | null): void;

  /** False while writes are refused. */
  readonly writable: boolean;

  /**
   * Takes changes already made in the table, as ONE record. Null: durable already (memory). Resolves when no crash can take
   * them back any more, rejects with PERSISTENCE_UNAVAILABLE after undoing them (and everything after them) in the table.
   */
  append(changes: readonly TableChange[]): Promise<void> | null;

  /** As append, but nobody waits and readers do not wait either: accesses. */
  appendLazily(change: TableChange): void;

  /**
   * What a reader of this id (present or not) must wait for before it may answer what it saw; null = nothing. Counts
   * changes in open slices too. Rejects when the state seen was undone: look again.
   */
  settled(id: string): Promise<void> | null;

  /** The same for a reader of lists. */
  allSettled(): Promise<void> | null;

  /** Brackets changes that are made in slices before one append; while open no snapshot may begin. */
  begin(): ChangeSlices;
}

const noSlices: ChangeSlices = {
  add(): void {},
  commit: () => null,
  aborted: false,
};

/** For a store that keeps nothing: every change is as durable as it will ever be. */
export const noLog: ChangeLog = {
  assertWritable(): void {},
  writable: true,
  append: () => null,
  appendLazily(): void {},
  settled: () => null,
  allSettled: () => null,
  begin: () => noSlices,
};

/** For what `settled` answered: true once it is settled, false when it was undone. */
export async function holds(settled: Promise<unknown> | null): Promise<boolean> {
  try {
    await settled;
    return true;
  } catch {
    return false;
  }
}
