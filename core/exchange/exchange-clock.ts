/** Wall time and timers, as the exchange layer uses them: the one place where `Date.now` comes in. */
export interface ExchangeClock {
  /** ms UTC. */
  now(): number;
  /** ms since some moment, which nobody sets: tells a step of `now` from time that passed. Absent: `now` is taken to be steady. */
  steady?(): number;
  /** Calls once after `ms`; the answer cancels it. A timer keeps the process alive: what is not cancelled is waited for. */
  after(ms: number, call: () => void): () => void;
}

/** The machine's clock. */
export const wallClock: ExchangeClock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or at once when `signal` is or gets aborted: look at the signal afterwards. */
export function pause(clock: ExchangeClock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    const stop = () => {
      cancel();
      resolve();
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
