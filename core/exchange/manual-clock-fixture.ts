import type { ExchangeClock } from './exchange-clock.ts';

/** A clock that a test moves: timers fire in order of their time. */
export function manualClock(start = Date.UTC(2024, 0, 1)): ExchangeClock & { advance(ms: number): void } {
  let now = start;
  let timers: { readonly at: number; readonly call: () => void }[] = [];
  return {
    now: () => now,
    after(ms, call) {
      const timer = { at: now + ms, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        now = Math.max(now, due.at);
        due.call();
      }
      now = end;
    },
  };
}
