import { definePlugin, type ExecutionModule, z } from 'tidegate';

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

/**
 * The optimal schedule of Almgren and Chriss (Journal of Risk 3, 2000): what is left after a share s of the time is
 * sinh(u (1 - s)) / sinh(u), with u = κT, the urgency: sqrt(risk aversion × variance / temporary impact) × time. At 0 it is even.
 */
export default definePlugin({
  kind: 'execution',
  name: 'almgren-chriss',
  version: '1.0.0',
  doc: 'the schedule of Almgren and Chriss: the more urgent, the more is sent early',
  options: z.object({
    minutes: z.number().positive().default(60).describe('time over which the order is worked'),
    urgency: z.number().min(0).max(50).default(2).describe('κT: 0 is even, 2 sends two thirds in the first half'),
  }),
  create({ minutes, urgency }): ExecutionModule<ScheduleState> {
    const share = (elapsed: number) =>
      urgency < 1e-6 ? elapsed : 1 - Math.sinh(urgency * (1 - elapsed)) / Math.sinh(urgency);
    const send = (state: ScheduleState, time: number) => {
      const elapsed = Math.min(1, (time - state.startedAt) / (minutes * 60_000));
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
      name: 'almgren-chriss',
      start({ amount, rate, time, instrument }) {
        const lots = instrument.lots(amount);
        const least = Math.max(1, instrument.minLots, Math.ceil(instrument.minCost / (rate * instrument.lot)));
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
  },
});
