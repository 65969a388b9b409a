/** Per signal the one listener that all its calls share: Node warns of a leak at the eleventh on a signal. */
const shared = new WeakMap<AbortSignal, SharedListener>();

interface SharedListener {
  readonly runs: Set<() => void>;
  stop(): void;
}

/** Runs it once when the signal is aborted; what is answered calls it off. */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const listener = shared.get(signal) ?? listen(signal);
  listener.runs.add(run);
  return () => {
    if (listener.runs.delete(run) && listener.runs.size === 0) listener.stop();
  };
}

function listen(signal: AbortSignal): SharedListener {
  const runs = new Set<() => void>();
  const aborted = () => {
    for (const run of [...runs]) run();
  };
  const stop = () => {
    signal.removeEventListener('abort', aborted);
    shared.delete(signal);
  };
  signal.addEventListener('abort', aborted);
  const listener = { runs, stop };
  shared.set(signal, listener);
  return listener;
}
