/** Gathers what comes in a turn of the event loop, and has it looked at together at its end. */
export class TurnBatch<T> {
  /** Null: nothing has come in this turn. */
  private items: T[] | null = null;

  constructor(private readonly look: (items: readonly T[]) => void) {}

  add(item: T): void {
    if (this.items === null) {
      this.items = [];
      setImmediate(() => this.endTurn());
    }
    this.items.push(item);
  }

  private endTurn(): void {
    const items = this.items ?? [];
    this.items = null;
    this.look(items);
  }
}
