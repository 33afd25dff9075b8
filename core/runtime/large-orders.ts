import { type CandleTable, lowerBound } from '../domain/candles.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { number, percent } from '../report/format.ts';

/**
 * A note of the fills that took more than a share of what their candle traded: market orders fill whole, at a cost that hardly grows with their size,
 * so such runs are kinder than a market would be. None where there are no such fills, or the volume is not what was traded.
 * @param share of a candle's volume, as resting limits may take of it
 */
export function largeOrders(
  markets: readonly { readonly pair: string; readonly candles: CandleTable }[],
  trades: readonly ClosedTrade[],
  share: number,
): string[] {
  const candlesOf = new Map(markets.map(({ pair, candles }) => [pair, candles]));
  let fills = 0;
  let large = 0;
  let most = 0;
  for (const { pair, orders } of trades) {
    const { time, volume, volumeKind = 'traded' } = candlesOf.get(pair)!;
    if (volumeKind !== 'traded') continue;
    for (const order of orders) {
      fills++;
      const taken = order.amount / volume[Math.max(0, lowerBound(time, order.time + 1) - 1)]!;
      if (taken > share) large++;
      most = Math.max(most, taken);
    }
  }
  if (large === 0) return [];
  const extreme = most === Number.POSITIVE_INFINITY ? 'some of candles without any' : `at most ${percent(most, 0)}`;
  return [
    `${number(large, 0)} of ${number(fills, 0)} fills took more than ${percent(share, 0)} of the volume of their candle, ${extreme}: a market would ask more for that than costs.slippage does. Trade less, or raise its maxShare`,
  ];
}
