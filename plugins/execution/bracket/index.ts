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

/** One cancels the other: a limit order in favour, and a market order once the price has gone as far against. For exits. */
export default definePlugin({
  kind: 'execution',
  name: 'bracket',
  version: '1.0.0',
  doc: 'a limit order that takes profit and a stop, of which one cancels the other',
  options: z.object({
    takeBps: z
      .number()
      .positive()
      .max(9000)
      .default(100)
      .describe('where the limit order rests, basis points in favour of the decision price'),
    stopBps: z
      .number()
      .positive()
      .max(9000)
      .default(50)
      .describe('where it gives way to a market order, basis points against it'),
    timeoutDays: z.number().positive().max(10).default(7).describe('after so long it goes to market'),
  }),
  create({ takeBps, stopBps, timeoutDays }): ExecutionModule<BarrierState> {
    const watch = (state: BarrierState, last: number, time: number): Step => {
      const against = (state.side === 'sell' ? state.rate - last : last - state.rate) / state.rate;
      const isOver = against >= stopBps / 10_000 || time >= state.until;
      if (state.stage !== 'watching' || !isOver) return { state, actions: [] };
      return { state: { ...state, stage: 'withdrawing' }, actions: [{ action: 'cancel', key: 'take' }] };
    };
    return {
      name: 'bracket',
      start({ side, amount, rate, time, instrument }) {
        const rest = instrument.lots(amount);
        const price = rate * (1 + ((side === 'sell' ? 1 : -1) * takeBps) / 10_000);
        const until = time + timeoutDays * 86_400_000;
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
