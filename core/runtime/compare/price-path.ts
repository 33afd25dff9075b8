import { type CandleTable, lowerBound } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import type { MarketData } from '../../ports/market-data.ts';

/**
 * The price of a pair at any moment, from its shortest stored candles: between a candle's opening and close it goes in a straight line, which is all
 * that can be said. NaN where there is no candle.
 */
export async function pricePath(
  data: MarketData,
  exchange: string,
  pair: string,
  from: number,
  to: number,
): Promise<(time: number) => number> {
  const frames = (await data.list())
    .filter((s) => s.exchange === exchange && s.pair === pair && s.type === 'candles' && s.timeframe !== null)
    .map((s) => timeframe(s.timeframe!))
    .filter((frame) => frame.bars === undefined)
    .sort((a, b) => a.ms - b.ms);
  const [frame] = frames;
  if (!frame) return () => Number.NaN;
  const table: CandleTable = await data.candles(exchange, pair, frame.name, {
    from: frame.openOf(from),
    to: to + frame.ms,
  });
  return (time) => {
    const open = frame.openOf(time);
    const row = lowerBound(table.time, open);
    if (table.time[row] !== open) return Number.NaN;
    const share = (time - open) / (frame.closeOf(open) - open);
    return table.open[row]! + share * (table.close[row]! - table.open[row]!);
  };
}
