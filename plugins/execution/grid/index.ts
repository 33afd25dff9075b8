import { definePlugin, type ExecutionModule, z } from 'tidegate';

interface LadderState {
  /** Keys of rungs at work. */
  readonly working: readonly string[];
  readonly isEnding: boolean;
  /** ms UTC. */
  readonly until: number;
}

/** A grid: equal limit orders at equal distances from the decision price, all resting at once. */
export default definePlugin({
  kind: 'execution',
  name: 'grid',
  version: '1.0.0',
  doc: 'equal limit orders at equal distances, all at once',
  options: z.object({
    orders: z.int().min(1).max(200).default(5).describe('how many'),
    stepBps: z.number().positive().max(400).default(10).describe('distance between them, basis points'),
    firstBps: z.number().min(0).max(1000).default(0).describe('distance of the first from the decision price'),
    timeoutMinutes: z
      .number()
      .positive()
      .max(14_400)
      .default(1440)
      .describe('how long they rest; what is unfilled is given up'),
  }),
  create({ orders, stepBps, firstBps, timeoutMinutes }): ExecutionModule<LadderState> {
    /** Basis points of an order from the decision price, never the price itself. */
    const distance = (i: number) => Math.min(9000, firstBps + i * stepBps);
    return {
      name: 'grid',
      start({ side, amount, rate, time, instrument }) {
        const total = instrument.lots(amount);
        const least = Math.max(1, instrument.minLots, Math.ceil(instrument.minCost / (rate * instrument.lot)));
        // Fewer rungs where each would fall below what the venue takes.
        const count = Math.max(1, Math.min(orders, Math.floor(total / least)));
        const weights = Array.from({ length: count }, () => 1);
        const sum = weights.reduce((a, b) => a + b, 0);
        const sign = side === 'buy' ? -1 : 1;
        let left = total;
        const rungs = weights.map((weight, i) => {
          const lots = i === count - 1 ? left : Math.min(left, Math.max(least, Math.floor((total * weight) / sum)));
          left -= lots;
          return { key: `rung-${i}`, lots, price: rate * (1 + (sign * distance(i)) / 10_000) };
        });
        const placed = rungs.filter((rung) => rung.lots >= 1);
        const state = {
          working: placed.map((rung) => rung.key),
          isEnding: false,
          until: time + timeoutMinutes * 60_000,
        };
        if (placed.length === 0) return { state, actions: [{ action: 'done' }] };
        return {
          state,
          actions: placed.map(
            ({ key, lots, price }) =>
              ({ action: 'place', key, type: 'limit', price, amount: lots * instrument.lot }) as const,
          ),
        };
      },
      step(state, event) {
        if (event.event === 'fill') return { state, actions: [] };
        if (event.event === 'closed') {
          const working = state.working.filter((key) => key !== event.key);
          return { state: { ...state, working }, actions: working.length === 0 ? [{ action: 'done' }] : [] };
        }
        if (state.isEnding || event.time < state.until) return { state, actions: [] };
        return {
          state: { ...state, isEnding: true },
          actions: state.working.map((key) => ({ action: 'cancel', key }) as const),
        };
      },
    };
  },
});
