import { definePlugin, type ExecutionModule, z } from 'tidegate';

/** All that it knows of an order: plain data, kept with the order, so that a restart goes on where it was. */
interface State {
  /** Base units not filled yet. */
  readonly rest: number;
  /** ms UTC. */
  readonly until: number;
}

/** Execution __NAME__: half at once, half as a limit order at a better price, which is given up after a time. */
export default definePlugin({
  kind: 'execution',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'half at once, half at a better price',
  options: z.object({
    betterBps: z.number().positive().max(1000).default(10).describe('of the limit, basis points of the price'),
    minutes: z.number().positive().default(30).describe('how long it rests'),
  }),
  create: ({ betterBps, minutes }): ExecutionModule<State> => ({
    name: '__NAME__',
    start({ side, amount, rate, time }) {
      const price = rate * (1 + ((side === 'buy' ? -1 : 1) * betterBps) / 10_000);
      return {
        state: { rest: amount, until: time + minutes * 60_000 },
        actions: [
          { action: 'place', key: 'now', type: 'market', amount: amount / 2 },
          { action: 'place', key: 'better', type: 'limit', price, amount: amount / 2 },
        ],
      };
    },
    step(state, event) {
      if (event.event === 'fill') return { state: { ...state, rest: state.rest - event.amount }, actions: [] };
      // The market order ends by its fill; the limit order by its own, or when it was cancelled.
      if (event.event === 'closed') return { state, actions: event.key === 'better' ? [{ action: 'done' }] : [] };
      if (event.time < state.until) return { state, actions: [] };
      return { state: { ...state, until: Number.MAX_SAFE_INTEGER }, actions: [{ action: 'cancel', key: 'better' }] };
    },
  }),
});
