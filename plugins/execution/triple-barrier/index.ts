import { definePlugin, type ExecutionModule, z } from 'tidegate';

type Step = ReturnType<ExecutionModule<BarrierState>['step']>;

interface BarrierState {
  readonly side: 'buy' | 'sell';
  readonly rate: number;
  readonly lot: number;
  /** Lots not filled yet. */
  readonly rest: number;
  readonly stage: 'watching' | 'withdrawing' | 'leaving';
  /** ms UTC. */
  readonly until: number;
}

/** The triple barrier of López de Prado (Advances in Financial Machine Learning, 3.4) as an exit: profit, loss or time, whichever comes first. */
export default definePlugin({
  kind: 'execution',
  name: 'triple-barrier',
  version: '1.0.0',
  doc: 'takes profit by a limit order, stops, or leaves when time is up, whichever comes first',
  options: z.object({
    takeBps: z
      .number()
      .positive()
      .max(9000)
      .default(30)
      .describe('where the limit order rests, basis points in favour of the decision price'),
    stopBps: z
      .number()
      .positive()
      .max(9000)
      .default(30)
      .describe('where it gives way to a market order, basis points against it'),
    minutes: z.number().positive().max(14_400).default(15).describe('the time barrier'),
  }),
  create({ takeBps, stopBps, minutes }): ExecutionModule<BarrierState> {
    const watch = (state: BarrierState, last: number, time: number): Step => {
      const against = (state.side === 'sell' ? state.rate - last : last - state.rate) / state.rate;
      const isOver = against >= stopBps / 10_000 || time >= state.until;
      if (state.stage !== 'watching' || !isOver) return { state, actions: [] };
      return { state: { ...state, stage: 'withdrawing' }, actions: [{ action: 'cancel', key: 'take' }] };
    };
    return {
      name: 'triple-barrier',
      start({ side, amount, rate, time, instrument }) {
        const rest = instrument.lots(amount);
        const price = rate * (1 + ((side === 'sell' ? 1 : -1) * takeBps) / 10_000);
        const until = time + minutes * 60_000;
        const state: BarrierState = { side, rate, lot: instrument.lot, rest, stage: 'watching', until };
        if (rest < 1) return { state, actions: [{ action: 'done' }] };
        return {
          state,
          actions: [{ action: 'place', key: 'take', type: 'limit', price, amount: rest * instrument.lot }],
        };
      },
      step(state, event) {
        if (event.event === 'fill') {
          const rest = Math.max(0, state.rest - Math.round(event.amount / state.lot));
          return { state: { ...state, rest }, actions: [] };
        }
        if (event.event === 'candle') return watch(state, event.last, event.time);
        // The limit has to be gone first: both could fill otherwise.
        if (state.stage !== 'withdrawing' || state.rest < 1) return { state, actions: [{ action: 'done' }] };
        return {
          state: { ...state, stage: 'leaving' },
          actions: [{ action: 'place', key: 'stop', type: 'market', amount: state.rest * state.lot }],
        };
      },
      // A stop waits for no candle.
      price: (state, { last, time }) => watch(state, last, time),
    };
  },
});
