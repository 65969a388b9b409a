/** Two signals in less than this, in milliseconds, are one: `npm start` and its terminal each pass on the same Ctrl-C. */
const SAME_SIGNAL_WINDOW = 100;

export interface StopListener {
  /** Called once, at the first signal or fault. */
  onStop(): void;
  /** Called for each error that nobody caught; the first stops the process. */
  onFault(error: Error): void;
  /** Called for the first signal. */
  onSignal(signal: NodeJS.Signals): void;
  /** Called for a signal while the process is stopping: whoever sent it does not want to wait. */
  onImpatience(): void;
}

/** Listens for what ends the process: SIGTERM, SIGINT, and errors that nobody caught. */
export function listenForStop(listener: StopListener): void {
  let stoppingSince: number | null = null;
  const stop = (): void => {
    if (stoppingSince !== null) return;
    stoppingSince = performance.now();
    listener.onStop();
  };
  const signalled = (signal: NodeJS.Signals): void => {
    if (stoppingSince === null) {
      listener.onSignal(signal);
      stop();
    } else if (performance.now() - stoppingSince > SAME_SIGNAL_WINDOW) listener.onImpatience();
  };
  process.on('SIGTERM', signalled);
  process.on('SIGINT', signalled);
  // Node makes one of a rejection that nobody handles, too.
  process.on('uncaughtException', (error) => {
    listener.onFault(error);
    stop();
  });
}
