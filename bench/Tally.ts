/** What a round of load showed. */
export interface LoadReport {
  /** Good answers a second. */
  perSecond: number;
  /** Answers of status 503. */
  refused: number;
  /** Other answers, and connections that broke. */
  errors: number;
  /** Cores that the load process itself used: near 1 it is the bottleneck. */
  cores: number;
  /** Milliseconds. */
  latency: { median: number; p99: number; max: number };
}

/** Counts the answers of a round, which begins when this is made. */
export class Tally {
  good = 0;
  refused = 0;
  errors = 0;
  readonly latencies: number[] = [];
  private readonly cpu = process.cpuUsage();
  private readonly start = performance.now();

  /** The round ends here. */
  report(): LoadReport {
    const elapsed = performance.now() - this.start;
    const used = process.cpuUsage(this.cpu);
    const sorted = Float64Array.from(this.latencies).sort();
    return {
      perSecond: (this.good * 1000) / elapsed,
      refused: this.refused,
      errors: this.errors,
      cores: (used.user + used.system) / 1000 / elapsed,
      latency: {
        median: sorted[sorted.length >> 1] ?? 0,
        p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
        max: sorted[sorted.length - 1] ?? 0,
      },
    };
  }
}
