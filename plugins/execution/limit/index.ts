import { definePlugin, type ExecutionModule, z } from 'tidegate';

interface LimitState {
  readonly stage: 'resting' | 'withdrawing' | 'taking';
  /** Base units not filled yet. */
  readonly rest: number;
  /** ms UTC. */
  readonly until: number;
}

/** A limit order that waits, and after a time gives up or takes what is there. */
export default definePlugin({
  kind: 'execution',
  name: 'limit',
  version: '1.0.0',
  doc: 'a limit order that waits, then gives up or goes to market',
  options: z.object({
    offsetBps: z
      .number()
      .min(-1000)
      .max(1000)
      .default(0)
      .describe('distance from the decision price, basis points: positive is better for us, and fills less often'),
    timeoutMinutes: z.number().positive().default(10).describe('how long it rests'),
    afterwards: z.enum(['give-up', 'market']).default('give-up').describe('what becomes of the rest after that'),
  }),
  create: ({ offsetBps, timeoutMinutes, afterwards }): ExecutionModule<LimitState> => ({
    name: 'limit',
    start({ side, amount, rate, time }) {
      const price = rate * (1 + ((side === 'buy' ? -1 : 1) * offsetBps) / 10_000);
      return {
        state: { stage: 'resting', rest: amount, until: time + timeoutMinutes * 60_000 },
        actions: [{ action: 'place', key: 'limit', type: 'limit', price, amount }],
      };
    },
    step(state, event) {
      if (event.event === 'fill') return { state: { ...state, rest: state.rest - event.amount }, actions: [] };
      if (event.event === 'candle') {
        if (state.stage !== 'resting' || event.time < state.until) return { state, actions: [] };
        return { state: { ...state, stage: 'withdrawing' }, actions: [{ action: 'cancel', key: 'limit' }] };
      }
      if (state.stage === 'withdrawing' && afterwards === 'market' && state.rest > 0)
        return {
          state: { ...state, stage: 'taking' },
          actions: [{ action: 'place', key: 'market', type: 'market', amount: state.rest }],
        };
      return { state, actions: [{ action: 'done' }] };
    },
  }),
});
