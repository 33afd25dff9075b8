import { definePlugin, type ExecutionModule, z } from 'tidegate';

interface ChaseState {
  readonly side: 'buy' | 'sell';
  /** Decision price: the chase never goes further from it than allowed. */
  readonly rate: number;
  readonly stage: 'resting' | 'moving' | 'taking';
  /** Base units not filled yet. */
  readonly rest: number;
  /** Limit price of the order at work, or of the next one. */
  readonly price: number;
  readonly chases: number;
  /** ms UTC of the next look. */
  readonly nextAt: number;
}

/** A limit order that follows the price: withdrawn and placed anew every so often, up to a number of times and a distance. */
export default definePlugin({
  kind: 'execution',
  name: 'limit-chase',
  version: '1.0.0',
  doc: 'a limit order that follows the price, a number of times and to a distance at most',
  options: z.object({
    offsetBps: z
      .number()
      .min(-1000)
      .max(1000)
      .default(1)
      .describe('distance from the last price, basis points: positive is better for us'),
    everyMinutes: z.number().positive().default(1).describe('how long an order rests before it is moved'),
    maxChases: z.int().min(0).max(1000).default(5).describe('how often it is moved'),
    maxDistanceBps: z.number().positive().default(50).describe('furthest from the decision price to pay, basis points'),
    afterwards: z
      .enum(['give-up', 'market'])
      .default('market')
      .describe('what becomes of the rest after the last chase'),
  }),
  create({ offsetBps, everyMinutes, maxChases, maxDistanceBps, afterwards }): ExecutionModule<ChaseState> {
    const priceFrom = (last: number, rate: number, side: 'buy' | 'sell') => {
      const sign = side === 'buy' ? 1 : -1;
      const wanted = last * (1 - (sign * offsetBps) / 10_000);
      const worst = rate * (1 + (sign * maxDistanceBps) / 10_000);
      return side === 'buy' ? Math.min(wanted, worst) : Math.max(wanted, worst);
    };
    const place = (state: ChaseState) =>
      ({
        action: 'place',
        key: `chase-${state.chases}`,
        type: 'limit',
        price: state.price,
        amount: state.rest,
      }) as const;
    return {
      name: 'limit-chase',
      start({ side, amount, rate, time }) {
        const price = priceFrom(rate, rate, side);
        const nextAt = time + everyMinutes * 60_000;
        const state: ChaseState = { side, rate, stage: 'resting', rest: amount, price, chases: 0, nextAt };
        return { state, actions: [place(state)] };
      },
      step(state, event) {
        if (event.event === 'fill') return { state: { ...state, rest: state.rest - event.amount }, actions: [] };
        if (event.event === 'candle') {
          if (state.stage !== 'resting' || event.time < state.nextAt) return { state, actions: [] };
          const nextAt = event.time + everyMinutes * 60_000;
          const key = `chase-${state.chases}`;
          if (state.chases >= maxChases)
            return { state: { ...state, stage: 'taking', nextAt }, actions: [{ action: 'cancel', key }] };
          const price = priceFrom(event.last, state.rate, state.side);
          if (price === state.price) return { state: { ...state, chases: state.chases, nextAt }, actions: [] };
          return { state: { ...state, stage: 'moving', price, nextAt }, actions: [{ action: 'cancel', key }] };
        }
        if (state.rest > 0 && state.stage === 'moving') {
          const moved: ChaseState = { ...state, stage: 'resting', chases: state.chases + 1 };
          return { state: moved, actions: [place(moved)] };
        }
        if (state.rest > 0 && state.stage === 'taking' && afterwards === 'market' && event.key !== 'market')
          return { state, actions: [{ action: 'place', key: 'market', type: 'market', amount: state.rest }] };
        return { state, actions: [{ action: 'done' }] };
      },
    };
  },
});
