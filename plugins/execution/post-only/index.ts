import { definePlugin, type ExecutionModule, z } from 'tidegate';

interface PostOnlyState {
  readonly side: 'buy' | 'sell';
  /** Decision price: it never pays more than `maxDistanceBps` beyond it. */
  readonly rate: number;
  readonly lot: number;
  /** Lots not filled yet. */
  readonly rest: number;
  readonly stage: 'resting' | 'moving' | 'waiting' | 'ending' | 'taking';
  /** Of the order at work, or of the last one. */
  readonly price: number;
  readonly quotes: number;
  /** ms UTC. */
  readonly until: number;
}

/** A limit order that never takes: it is placed anew where the price has moved away, or where it would have taken. */
export default definePlugin({
  kind: 'execution',
  name: 'post-only',
  version: '1.0.0',
  doc: 'a limit order that only makes, quoted anew as the price moves; then gives up or goes to market',
  options: z.object({
    offsetBps: z
      .number()
      .min(0)
      .max(1000)
      .default(1)
      .describe('distance from the last price, basis points, on the side where it makes'),
    toleranceBps: z.number().min(0).max(1000).default(2).describe('move of the price after which it is quoted anew'),
    maxDistanceBps: z.number().positive().default(50).describe('furthest from the decision price to pay, basis points'),
    timeoutMinutes: z.number().positive().default(10).describe('how long it tries'),
    afterwards: z.enum(['give-up', 'market']).default('give-up').describe('what becomes of the rest after that'),
  }),
  create({ offsetBps, toleranceBps, maxDistanceBps, timeoutMinutes, afterwards }): ExecutionModule<PostOnlyState> {
    const priceFrom = (last: number, { rate, side }: Pick<PostOnlyState, 'rate' | 'side'>) => {
      const sign = side === 'buy' ? 1 : -1;
      const wanted = last * (1 - (sign * offsetBps) / 10_000);
      const worst = rate * (1 + (sign * maxDistanceBps) / 10_000);
      return side === 'buy' ? Math.min(wanted, worst) : Math.max(wanted, worst);
    };
    const place = (state: PostOnlyState) =>
      ({
        action: 'place',
        key: `quote-${state.quotes}`,
        type: 'limit',
        price: state.price,
        amount: state.rest * state.lot,
        postOnly: true,
      }) as const;
    const requote = (state: PostOnlyState, price: number) => {
      const next: PostOnlyState = { ...state, stage: 'resting', price, quotes: state.quotes + 1 };
      return { state: next, actions: [place(next)] };
    };
    return {
      name: 'post-only',
      start({ side, amount, rate, time, instrument }) {
        const state: PostOnlyState = {
          side,
          rate,
          lot: instrument.lot,
          rest: instrument.lots(amount),
          stage: 'resting',
          price: priceFrom(rate, { rate, side }),
          quotes: 0,
          until: time + timeoutMinutes * 60_000,
        };
        return { state, actions: state.rest < 1 ? [{ action: 'done' }] : [place(state)] };
      },
      step(state, event) {
        if (event.event === 'fill') {
          const rest = Math.max(0, state.rest - Math.round(event.amount / state.lot));
          return { state: { ...state, rest }, actions: [] };
        }
        const key = `quote-${state.quotes}`;
        if (event.event === 'candle') {
          if (state.stage !== 'resting' && state.stage !== 'waiting') return { state, actions: [] };
          if (event.time >= state.until) {
            if (state.stage === 'resting')
              return { state: { ...state, stage: 'ending' }, actions: [{ action: 'cancel', key }] };
            return end(state);
          }
          const price = priceFrom(event.last, state);
          if (state.stage === 'waiting') return requote(state, price);
          if (Math.abs(price / state.price - 1) * 10_000 <= toleranceBps) return { state, actions: [] };
          return { state: { ...state, stage: 'moving', price }, actions: [{ action: 'cancel', key }] };
        }
        if (state.rest < 1 || state.stage === 'taking') return { state, actions: [{ action: 'done' }] };
        if (state.stage === 'moving') return requote(state, state.price);
        if (state.stage === 'ending') return end(state);
        // It would have taken: the next candle says where it may stand.
        return { state: { ...state, stage: 'waiting' }, actions: [] };
      },
    };

    function end(state: PostOnlyState) {
      if (afterwards === 'give-up' || state.rest < 1) return { state, actions: [{ action: 'done' } as const] };
      const action = { action: 'place', key: 'market', type: 'market', amount: state.rest * state.lot } as const;
      return { state: { ...state, stage: 'taking' as const }, actions: [action] };
    }
  },
});
