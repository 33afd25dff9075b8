import { add, decimal, toNumber } from './decimal.ts';
import { exactProduct } from './exact-product.ts';
import { round8 } from './rounding.ts';
import type { TradeState } from './trade-state.ts';

const ONE = decimal(1);

/**
 * Value of an amount entered at `rate`: a long pays the fee on top, a short gets it less. Like the reference engine's, the double nearest
 * to the decimal result: its halves of a tick and of the eighth decimal fall the same way.
 */
export function openValueOf(amount: number, rate: number, direction: 1 | -1, fee: number): number {
  return withFee(amount, rate, direction, fee);
}

/** What leaving all of a trade at `rate` brings: less the fee for a long, plus it for a short (which buys back); funding counts for the trade. */
export function closeValue(trade: TradeState, rate: number): number {
  return withFee(trade.amount, rate, -trade.direction, trade.fee) + trade.direction * trade.fundingSeen;
}

/** Profit at `rate` as a fraction of the stake, fees, leverage and funding included, rounded to 8 decimals: what every decision looks at. */
export function profitRatio(trade: TradeState, rate: number): number {
  const { direction, leverage, openValue, amount, fee } = trade;
  if (openValue === 0) return 0;
  // Plain doubles first: an ulp or two off, which matters only next to a half of the eighth decimal.
  const value = amount * rate * (1 - direction * fee) + direction * trade.fundingSeen;
  const ratio = value / openValue;
  return round8(gain(ratio, direction, leverage), (1 + ratio) * leverage * 1e-15, () =>
    gain(closeValue(trade, rate) / openValue, direction, leverage),
  );
}

/** Profit of one exit against the average entry, rounded to 8 decimals; `funding` is what belongs to it. */
export function exitProfit(trade: TradeState, amount: number, rate: number, funding: number): number {
  const { direction: side, fee, average } = trade;
  const out = withFee(amount, rate, -side, fee) + side * funding;
  return round8(side * (out - withFee(amount, average, side, fee)));
}

function gain(ratio: number, direction: 1 | -1, leverage: number): number {
  return (direction > 0 ? ratio - 1 : 1 - ratio) * leverage;
}

/** amount × rate × (1 + sign × fee), each operation in decimal. */
function withFee(amount: number, rate: number, sign: number, fee: number): number {
  return exactProduct(amount, rate, fee === 0 ? 1 : feeFactor(sign * fee));
}

const factors = new Map<number, number>();
/** 1 + fee in decimal; a run has one rate, with two signs, so the answers are kept. */
function feeFactor(fee: number): number {
  let factor = factors.get(fee);
  if (factor === undefined) {
    factor = toNumber(add(ONE, decimal(fee)));
    factors.set(fee, factor);
  }
  return factor;
}
