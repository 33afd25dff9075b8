import { add, type Decimal, decimal, div, mul, sub, toNumber } from './decimal.ts';
import { round8 } from './rounding.ts';
import type { TradeState } from './trade-state.ts';

const ONE = decimal(1);

/** What leaving all of a trade at `rate` brings: less the fee for a long, plus it for a short (which buys back); funding counts for the trade. */
export function closeValue(trade: TradeState, rate: number): number {
  const side = trade.direction;
  return trade.amount * rate * (1 - side * trade.fee) + side * trade.fundingSeen;
}

/** Profit at `rate` as a fraction of the stake, fees, leverage and funding included, rounded to 8 decimals: what every decision looks at. */
export function profitRatio(trade: TradeState, rate: number): number {
  const { direction, leverage, openValue } = trade;
  if (openValue === 0) return 0;
  const ratio = closeValue(trade, rate) / openValue;
  const profit = (direction > 0 ? ratio - 1 : 1 - ratio) * leverage;
  return round8(profit, (1 + ratio) * leverage * 1e-15, () => exactProfitRatio(trade, rate));
}

/** openValue of `amount` bought (or sold short) at `rate`. */
export function openValueOf(amount: number, rate: number, direction: 1 | -1, fee: number): number {
  return amount * rate * (1 + direction * fee);
}

/** Profit of one exit against the average entry, rounded to 8 decimals; `funding` is what belongs to it. */
export function exitProfit(trade: TradeState, amount: number, rate: number, funding: number): number {
  const { direction: side, fee, average } = trade;
  const out = amount * rate * (1 - side * fee) + side * funding;
  const into = amount * average * (1 + side * fee);
  return round8(side * (out - into), (Math.abs(out) + into) * 1e-15, () => {
    const a = decimal(amount);
    const value = sub(
      add(withFee(a, decimal(rate), -side, fee), mul(decimal(side), decimal(funding))),
      withFee(a, decimal(average), side, fee),
    );
    return side * toNumber(value);
  });
}

function exactProfitRatio(trade: TradeState, rate: number): number {
  const { direction: side, amount, fee, leverage, openRate } = trade;
  const out = add(withFee(decimal(amount), decimal(rate), -side, fee), mul(decimal(side), decimal(trade.fundingSeen)));
  const ratio = div(out, withFee(decimal(amount), decimal(openRate), side, fee));
  return toNumber(mul(side > 0 ? sub(ratio, ONE) : sub(ONE, ratio), decimal(leverage)));
}

function withFee(amount: Decimal, rate: Decimal, sign: number, fee: number): Decimal {
  return mul(mul(amount, rate), add(ONE, decimal(sign * fee)));
}
