import type { ExecutionModule } from '../ports/trading-modules.ts';

/** What a ladder keeps with its order. */
interface LadderState {
  /** Keys of rungs at work. */
  readonly working: readonly string[];
  readonly isEnding: boolean;
  /** ms UTC. */
  readonly until: number;
}

interface Ladder {
  readonly orders: number;
  /** Distance of a rung from the decision price, basis points. */
  readonly distanceBps: (rung: number) => number;
  /** Share of the order that a rung gets, in any unit. */
  readonly weight: (rung: number) => number;
  readonly patienceMs: number;
}

/** No rung is farther from the decision price than this: a buy would be asked for at nothing. */
const FARTHEST_BPS = 9000;

/** Works an order as limit orders at several distances from the decision price, all resting at once; what is unfilled in the end is given up. */
export function orderLadder(
  name: string,
  { orders, distanceBps, weight, patienceMs }: Ladder,
): ExecutionModule<LadderState> {
  return {
    name,
    start({ side, amount, rate, time, instrument }) {
      const total = instrument.lots(amount);
      const least = instrument.leastLots(rate);
      // Fewer rungs where each would fall below what the venue takes.
      const count = Math.max(1, Math.min(orders, Math.floor(total / least)));
      const weights = Array.from({ length: count }, (_, i) => weight(i));
      const sum = weights.reduce((a, b) => a + b, 0);
      const sign = side === 'buy' ? -1 : 1;
      let left = total;
      const rungs = weights.map((share, i) => {
        const lots = i === count - 1 ? left : Math.min(left, Math.max(least, Math.floor((total * share) / sum)));
        left -= lots;
        const distance = Math.min(FARTHEST_BPS, distanceBps(i));
        return { key: `rung-${i}`, lots, price: rate * (1 + (sign * distance) / 10_000) };
      });
      const placed = rungs.filter((rung) => rung.lots >= 1);
      const state = { working: placed.map((rung) => rung.key), isEnding: false, until: time + patienceMs };
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
}
