/**
 * Runs a clean-up again and again, one at a time, with a pause after each. A failed one is reported, and the next comes
 * all the same. It does not keep the process alive.
 */
export class SessionsSweeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  /** `interval` is the pause in milliseconds; 0 = never. */
  constructor(
    private readonly interval: number,
    private readonly sweep: () => Promise<unknown>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  start(): void {
    if (this.interval === 0 || this.timer !== undefined) return;
    const timer = setTimeout(() => {
      this.running = this.sweep()
        .catch(this.onFault)
        .then(() => {
          if (this.timer === timer) this.restart();
        });
    }, this.interval);
    this.timer = timer.unref();
  }

  /** Resolves when no clean-up runs any more. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private restart(): void {
    this.timer = undefined;
    this.start();
  }
}
