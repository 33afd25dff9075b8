import { definePlugin, type ExecutionModule, z } from 'tidegate';

interface PovState {
  readonly lots: number;
  readonly lot: number;
  readonly least: number;
  readonly sent: number;
  readonly slices: number;
  readonly working: number;
  /** Lots that the volume so far allows beyond what was sent. */
  readonly allowance: number;
  /** ms UTC. */
  readonly until: number;
}

/** A share of the traded volume (percentage of volume), each slice a market order, until a time limit. */
export default definePlugin({
  kind: 'execution',
  name: 'pov',
  version: '1.0.0',
  doc: 'a share of the traded volume, each slice a market order',
  options: z.object({
    share: z.number().gt(0).max(1).default(0.05).describe('share of the traded volume to take'),
    timeoutMinutes: z.number().positive().max(14_400).default(240).describe('longest time'),
    afterwards: z.enum(['give-up', 'market']).default('market').describe('what becomes of the rest then'),
  }),
  create({ share, timeoutMinutes, afterwards }): ExecutionModule<PovState> {
    const send = (state: PovState, wanted: number) => {
      let lots = Math.min(wanted, state.lots - state.sent);
      // A rest too small to send goes with this slice.
      if (state.lots - state.sent - lots < state.least) lots = state.lots - state.sent;
      const next = {
        ...state,
        sent: state.sent + lots,
        slices: state.slices + 1,
        working: state.working + 1,
        allowance: Math.max(0, state.allowance - lots),
      };
      const key = `slice-${state.slices}`;
      return { state: next, actions: [{ action: 'place', key, type: 'market', amount: lots * state.lot } as const] };
    };
    return {
      name: 'pov',
      start({ amount, rate, time, instrument }) {
        const lots = instrument.lots(amount);
        const least = instrument.leastLots(rate);
        const until = time + timeoutMinutes * 60_000;
        const state = { lots, lot: instrument.lot, least, sent: 0, slices: 0, working: 0, allowance: 0, until };
        return { state, actions: lots < 1 ? [{ action: 'done' }] : [] };
      },
      step(state, event) {
        if (event.event === 'fill') return { state, actions: [] };
        if (event.event === 'closed') {
          const next = { ...state, working: state.working - 1 };
          return { state: next, actions: next.sent >= next.lots && next.working === 0 ? [{ action: 'done' }] : [] };
        }
        if (state.sent >= state.lots) return { state, actions: [] };
        if (event.time >= state.until)
          return afterwards === 'market' ? send(state, state.lots) : { state, actions: [{ action: 'done' }] };
        const allowance = state.allowance + (share * event.volume) / state.lot;
        const next = { ...state, allowance };
        return allowance >= state.least ? send(next, Math.floor(allowance)) : { state: next, actions: [] };
      },
    };
  },
});
