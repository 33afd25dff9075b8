import { definePlugin, type ExecutionModule, type Instrument, z } from 'tidegate';

interface TwapState {
  /** Base units of each slice, in order; what rounding leaves is in the first ones. */
  readonly slices: readonly number[];
  /** Slices sent. */
  readonly sent: number;
  readonly working: number;
  /** ms UTC. */
  readonly startedAt: number;
  readonly intervalMs: number;
}

/** Equal slices at equal times (time-weighted average price), each a market order. */
export default definePlugin({
  kind: 'execution',
  name: 'twap',
  version: '1.0.0',
  doc: 'equal slices at equal times, each a market order',
  options: z.object({
    slices: z.int().min(1).max(1000).default(5).describe('how many; fewer when one would fall below the minimum order'),
    minutes: z
      .number()
      .min(0)
      .default(25)
      .describe('time from the first slice to the end of the last, so that slices are minutes / slices apart'),
  }),
  create: ({ slices, minutes }): ExecutionModule<TwapState> => ({
    name: 'twap',
    start({ amount, rate, time, instrument }) {
      const sizes = sliced(instrument, amount, rate, slices);
      if (sizes.length === 0) return { state: start(sizes, time, 0), actions: [{ action: 'done' }] };
      const state = { ...start(sizes, time, (minutes * 60_000) / sizes.length), sent: 1, working: 1 };
      return { state, actions: [place(0, sizes[0]!)] };
    },
    step(state, event) {
      if (event.event === 'fill') return { state, actions: [] };
      if (event.event === 'closed') {
        const working = state.working - 1;
        const isOver = working === 0 && state.sent === state.slices.length;
        return { state: { ...state, working }, actions: isOver ? [{ action: 'done' }] : [] };
      }
      const due = Math.floor((event.time - state.startedAt) / state.intervalMs) + 1;
      const until = Math.min(state.slices.length, Number.isFinite(due) ? due : state.slices.length);
      const actions = state.slices.slice(state.sent, until).map((size, k) => place(state.sent + k, size));
      const sent = Math.max(state.sent, until);
      return { state: { ...state, sent, working: state.working + actions.length }, actions };
    },
  }),
});

const place = (k: number, amount: number) => ({ action: 'place', key: `slice-${k}`, type: 'market', amount }) as const;

function start(slices: readonly number[], startedAt: number, intervalMs: number): TwapState {
  return { slices, sent: 0, working: 0, startedAt, intervalMs };
}

/** Whole lots shared out equally, in as many slices as the venue's minima allow. */
function sliced(instrument: Instrument, amount: number, rate: number, wanted: number): number[] {
  const lots = instrument.lots(amount);
  const least = instrument.leastLots(rate);
  const count = Math.min(wanted, Math.max(1, Math.floor(lots / least)));
  if (lots < 1) return [];
  return Array.from({ length: count }, (_, k) =>
    instrument.amount(Math.floor(lots / count) + (k < lots % count ? 1 : 0)),
  );
}
