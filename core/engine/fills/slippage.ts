import type { PairState } from '../slot.ts';

/**
 * How much worse than the quoted price a taker fills, as a fraction of the price (0.0001 = one basis point).
 * `amount` in base units; the pair shows the manage candle in which it fills.
 */
export type SlippageModel = (amount: number, pair: PairState) => number;

/** Always the same fraction. */
export function fixedSlippage(options: { readonly bps: number }): SlippageModel {
  const fraction = options.bps / 1e4;
  return () => fraction;
}

/** A share of the candle's range: `factor` × (high − low) / open. Wide candles are costly to trade in. */
export function volatilitySlippage(options: { readonly factor: number }): SlippageModel {
  const { factor } = options;
  return (_amount, pair) => (factor * (pair.high - pair.low)) / pair.open;
}

/**
 * Grows with the square of the order's share of the candle's volume: `impact` × share², the share being held to `maxShare`, as in Zipline's
 * volume-share model. A candle without volume counts as wholly taken.
 */
export function volumeShareSlippage(options: { readonly impact: number; readonly maxShare: number }): SlippageModel {
  const { impact, maxShare } = options;
  return (amount, pair) => {
    const share = pair.volume > 0 ? Math.min(amount / pair.volume, maxShare) : maxShare;
    return impact * share * share;
  };
}

/** The sum of several models. */
export function totalSlippage(models: readonly SlippageModel[]): SlippageModel {
  const [first, second] = models;
  if (models.length === 1) return first!;
  if (models.length === 2) return (amount, pair) => first!(amount, pair) + second!(amount, pair);
  return (amount, pair) => models.reduce((sum, model) => sum + model(amount, pair), 0);
}
