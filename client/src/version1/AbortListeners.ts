interface Listening {
  callbacks: Set<() => void>;
  listener: () => void;
}

const signals = new WeakMap<AbortSignal, Listening>();

/**
 * Calls back when the signal is aborted; answers what ends that. Many calls may share a signal, for one request of an
 * application say: it gets one listener for all, since Node.js takes more than ten for a leak and warns of it.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const listening = signals.get(signal) ?? listenTo(signal);
  listening.callbacks.add(callback);
  return () => {
    listening.callbacks.delete(callback);
    if (listening.callbacks.size > 0 || signals.get(signal) !== listening) return;
    signal.removeEventListener('abort', listening.listener);
    signals.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Listening {
  const callbacks = new Set<() => void>();
  const listening = {
    callbacks,
    listener: () => {
      for (const callback of [...callbacks]) callback();
    },
  };
  signals.set(signal, listening);
  signal.addEventListener('abort', listening.listener);
  return listening;
}
