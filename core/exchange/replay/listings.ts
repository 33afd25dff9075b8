import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData, SeriesInfo } from '../../ports/market-data.ts';
import type { ReplayListing } from './replay-exchange.ts';
import { symbolFromSpec } from './replay-symbol.ts';

/** Which stored series a replay plays. */
export interface ListingChoice {
  readonly data: MarketData;
  /** Absent: the first exchange that has candles. */
  readonly exchange?: string;
  /** Absent: every pair with candles of the timeframe. */
  readonly pairs?: readonly string[];
  /** Base candles; 1m makes the most lifelike replay. */
  readonly timeframe: string;
}

/** Stored candles, funding and specifications as listings. Candles are loaded whole: a year of minutes is about 25 MB a pair. */
export async function listingsFrom(choice: ListingChoice): Promise<ReplayListing[]> {
  const { data, pairs, timeframe } = choice;
  const stored = (await data.list()).filter(
    (s) =>
      s.type === 'candles' &&
      s.timeframe === timeframe &&
      (choice.exchange === undefined || s.exchange === choice.exchange),
  );
  const exchange = choice.exchange ?? stored[0]?.exchange;
  const wanted = stored.filter((s) => s.exchange === exchange && (!pairs || pairs.includes(s.pair)));
  const lost = pairs?.filter((pair) => !wanted.some((s) => s.pair === pair)) ?? [];
  if (wanted.length === 0 || lost.length > 0)
    throw new TidegateError('REPLAY_NO_DATA', `there are no ${timeframe} candles of ${lost.join(', ') || 'any pair'}`, {
      where: data.root,
      remedy: 'See "tidegate data list", or leave --data out for a synthetic market.',
    });
  const out: ReplayListing[] = [];
  for (const series of wanted) out.push(await listing(data, series, timeframe));
  return out;
}

async function listing(data: MarketData, series: SeriesInfo, timeframe: string): Promise<ReplayListing> {
  const { exchange, pair } = series;
  const candles = await data.candles(exchange, pair, timeframe);
  const { spec } = await data.specAt(exchange, pair, series.last);
  const hasFunding = (await data.latest({ exchange, pair, type: 'funding', timeframe: null })) !== null;
  return {
    symbol: symbolFromSpec(spec),
    candles,
    candleMs: candles.length > 1 ? smallestGap(candles.time) : 60_000,
    ...(hasFunding && { funding: await data.events(exchange, pair, 'funding') }),
  };
}

function smallestGap(time: Float64Array): number {
  let gap = Number.POSITIVE_INFINITY;
  for (let i = 1; i < Math.min(time.length, 500); i++) gap = Math.min(gap, time[i]! - time[i - 1]!);
  return gap;
}
