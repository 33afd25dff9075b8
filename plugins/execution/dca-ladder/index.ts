import { definePlugin, type ExecutionModule, z } from 'tidegate';

interface LadderState {
  /** Keys of rungs at work. */
  readonly working: readonly string[];
  readonly isEnding: boolean;
  /** ms UTC. */
  readonly until: number;
}

/** Averaging into a move: limit orders at growing distances, each larger than the one before, all resting at once. */
export default definePlugin({
  kind: 'execution',
  name: 'dca-ladder',
  version: '1.0.0',
  doc: 'limit orders that grow with their distance, all at once',
  options: z.object({
    orders: z.int().min(1).max(50).default(4).describe('how many'),
    stepBps: z.number().positive().max(2000).default(50).describe('distance of the first, basis points'),
    stepFactor: z.number().min(1).max(5).default(1.5).describe('how much wider each next step is'),
    sizeFactor: z.number().min(0.2).max(5).default(1.5).describe('how much larger each next order is'),
    timeoutMinutes: z
      .number()
      .positive()
      .max(14_400)
      .default(1440)
      .describe('how long they rest; what is unfilled is given up'),
  }),
  create({ orders, stepBps, stepFactor, sizeFactor, timeoutMinutes }): ExecutionModule<LadderState> {
    /** Basis points of an order from the decision price: steps that grow by a factor, never the price itself. */
    const distance = (i: number) => {
      const steps = stepFactor === 1 ? i + 1 : (stepFactor ** (i + 1) - 1) / (stepFactor - 1);
      return Math.min(9000, stepBps * steps);
    };
    return {
      name: 'dca-ladder',
      start({ side, amount, rate, time, instrument }) {
        const total = instrument.lots(amount);
        const least = Math.max(1, instrument.minLots, Math.ceil(instrument.minCost / (rate * instrument.lot)));
        // Fewer rungs where each would fall below what the venue takes.
        const count = Math.max(1, Math.min(orders, Math.floor(total / least)));
        const weights = Array.from({ length: count }, (_, i) => sizeFactor ** i);
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
