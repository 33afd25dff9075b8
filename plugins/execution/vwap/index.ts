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

/** Follows a volume profile (volume-weighted average price): as much of the order is sent as of the volume is expected to have traded. */
export default definePlugin({
  kind: 'execution',
  name: 'vwap',
  version: '1.0.0',
  doc: 'slices in proportion to an expected volume profile, each a market order',
  options: z.object({
    minutes: z.number().positive().default(60).describe('time over which the order is worked'),
    profile: z
      .array(z.number().min(0))
      .min(1)
      .default([1.4, 1.1, 0.9, 0.8, 0.8, 0.9, 1.1, 1.4])
      .describe('expected volume of equal parts of that time, in any unit'),
  }),
  create({ minutes, profile }): ExecutionModule<ScheduleState> {
    const total = profile.reduce((sum, v) => sum + v, 0);
    /** Share of the volume that is expected within a share of the time; even where the profile is all zeros. */
    const share = (elapsed: number) => {
      if (total === 0) return elapsed;
      const at = elapsed * profile.length;
      const whole = Math.floor(at);
      let sum = (profile[whole] ?? 0) * (at - whole);
      for (let i = 0; i < whole; i++) sum += profile[i]!;
      return sum / total;
    };
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
      name: 'vwap',
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
