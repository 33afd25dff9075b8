import { definePlugin, drawAt, type ExecutionModule, z } from 'tidegate';

interface IcebergState {
  /** Lots not filled and not shown yet. */
  readonly hidden: number;
  /** Lots of the order at work that are not filled. */
  readonly shown: number;
  readonly clip: number;
  /** Fewest lots that the venue takes. */
  readonly least: number;
  readonly lot: number;
  readonly price: number;
  readonly shownCount: number;
  /** Names this order in the random draws: restarts shift nothing. */
  readonly key: string;
  readonly isEnding: boolean;
  /** ms UTC. */
  readonly until: number;
}

/** A limit order of which only a part is shown at a time; the next part appears when the last one has filled. */
export default definePlugin({
  kind: 'execution',
  name: 'iceberg',
  version: '1.0.0',
  doc: 'a limit order of which a part is shown at a time, the parts varied in size',
  options: z.object({
    visible: z.number().gt(0).max(1).default(0.2).describe('part of the order that is shown at a time'),
    variation: z
      .number()
      .min(0)
      .max(0.9)
      .default(0.2)
      .describe('how much parts vary in size: 0.2 = by a fifth, down or up'),
    offsetBps: z
      .number()
      .min(-1000)
      .max(1000)
      .default(0)
      .describe('distance from the decision price, basis points: positive is better for us'),
    timeoutMinutes: z.number().positive().default(60).describe('how long it rests in all'),
    seed: z.int().default(1).describe('seed of the sizes'),
  }),
  create({ visible, variation, offsetBps, timeoutMinutes, seed }): ExecutionModule<IcebergState> {
    const show = (state: IcebergState) => {
      const factor = 1 + variation * (2 * drawAt(seed, 'iceberg', state.key, state.shownCount) - 1);
      const wanted = Math.max(1, Math.round(state.clip * factor));
      // A last part too small to send is shown together with the one before.
      const lots = state.hidden - wanted < Math.max(state.clip / 2, state.least) ? state.hidden : wanted;
      const key = `part-${state.shownCount}`;
      return {
        state: { ...state, hidden: state.hidden - lots, shown: lots, shownCount: state.shownCount + 1 },
        actions: [{ action: 'place', key, type: 'limit', price: state.price, amount: lots * state.lot } as const],
      };
    };
    return {
      name: 'iceberg',
      start({ pair, side, amount, rate, time, instrument }) {
        const lots = instrument.lots(amount);
        const least = instrument.leastLots(rate);
        const state: IcebergState = {
          hidden: lots,
          shown: 0,
          // Large enough that a part varied downwards is still one that the venue takes.
          clip: Math.max(Math.round(lots * visible), Math.ceil(least / (1 - variation))),
          least,
          lot: instrument.lot,
          price: rate * (1 + ((side === 'buy' ? -1 : 1) * offsetBps) / 10_000),
          shownCount: 0,
          key: `${pair} ${side} ${time}`,
          isEnding: false,
          until: time + timeoutMinutes * 60_000,
        };
        return lots < 1 ? { state, actions: [{ action: 'done' }] } : show(state);
      },
      step(state, event) {
        if (event.event === 'fill') {
          const shown = Math.max(0, state.shown - Math.round(event.amount / state.lot));
          return { state: { ...state, shown }, actions: [] };
        }
        if (event.event === 'candle') {
          if (state.isEnding || event.time < state.until) return { state, actions: [] };
          const key = `part-${state.shownCount - 1}`;
          return { state: { ...state, isEnding: true }, actions: [{ action: 'cancel', key }] };
        }
        // A part that ended unfilled was withdrawn or refused: that ends the rest too.
        if (state.isEnding || state.shown > 0 || state.hidden < 1) return { state, actions: [{ action: 'done' }] };
        return show(state);
      },
    };
  },
});
