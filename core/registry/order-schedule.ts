import type { ExecutionModule } from '../ports/trading-modules.ts';

/** What a schedule keeps with its order. */
interface ScheduleState {
  readonly lots: number;
  readonly lot: number;
  /** Fewest lots that the venue takes. */
  readonly least: number;
  readonly sent: number;
  readonly slices: number;
  readonly working: number;
  /** ms UTC. */
  readonly startedAt: number;
}

/** Works an order over a time as market orders: `share` says how much of it should have been sent after a part of the time, both from 0 to 1. */
export function orderSchedule(
  name: string,
  spanMs: number,
  share: (elapsed: number) => number,
): ExecutionModule<ScheduleState> {
  const send = (state: ScheduleState, time: number) => {
    const elapsed = Math.min(1, (time - state.startedAt) / spanMs);
    const target = elapsed >= 1 ? state.lots : Math.floor(state.lots * share(elapsed));
    let lots = target - state.sent;
    // A last slice too small to send goes with the one before.
    if (state.lots - target < state.least) lots = state.lots - state.sent;
    if (lots < state.least && state.sent + lots < state.lots) return { state, actions: [] };
    if (lots < 1) return { state, actions: [] };
    const next = { ...state, sent: state.sent + lots, slices: state.slices + 1, working: state.working + 1 };
    const key = `slice-${state.slices}`;
    return { state: next, actions: [{ action: 'place', key, type: 'market', amount: lots * state.lot } as const] };
  };
  return {
    name,
    start({ amount, rate, time, instrument }) {
      const lots = instrument.lots(amount);
      const least = instrument.leastLots(rate);
      const state = { lots, lot: instrument.lot, least, sent: 0, slices: 0, working: 0, startedAt: time };
      return lots < 1 ? { state, actions: [{ action: 'done' }] } : send(state, time);
    },
    step(state, event) {
      if (event.event === 'candle') return send(state, event.time);
      if (event.event === 'fill') return { state, actions: [] };
      const next = { ...state, working: state.working - 1 };
      return { state: next, actions: next.sent >= next.lots && next.working === 0 ? [{ action: 'done' }] : [] };
    },
  };
}
