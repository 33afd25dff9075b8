import { GridData } from '../columns/grid-data.ts';
import { parseTimerange } from '../config/timerange.ts';
import { openData } from '../data/open-data.ts';
import { candleGaps } from '../data/quality/candle-gaps.ts';
import { timeframe } from '../domain/timeframe.ts';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { FeaturePlan } from '../indicators/plan.ts';
import { gridKey } from '../indicators/series.ts';
import { dataKindOf } from '../ports/market-data.ts';
import type { ModuleChoice, Registry } from '../registry/registry.ts';
import type { ExploredPair, ExploreInfo } from '../report/explore/explore-page.ts';
import { withBars } from '../runtime/bar-data.ts';
import { columnDeclarer } from '../runtime/learning/declared-columns.ts';
import { checkCandles, LoadedGrids, loadGrids } from '../runtime/load-market.ts';
import { needsOf } from '../runtime/needs.ts';
import { declareMarket } from '../strategy/market.ts';

interface ExploreRequest {
  readonly pairs: readonly string[];
  readonly timeframe: string;
  readonly exchange?: string;
  readonly timerange?: string;
  readonly features: readonly ModuleChoice[];
  readonly folder: string;
  readonly registry: Registry;
}

/**
 * Loads the pairs and computes features on them.
 * @throws TidegateError for pairs without data, an unknown feature, options that it refuses, or a range without candles
 */
export async function exploreData(
  request: ExploreRequest,
): Promise<{ pairs: readonly ExploredPair[]; info: ExploreInfo }> {
  const frame = timeframe(request.timeframe);
  const data = withBars(await openData(request.folder));
  const exchange = request.exchange ?? (await exchangeOf(await data.list(), request.pairs, request.folder));
  const range = request.timerange ? parseTimerange(request.timerange) : {};
  const declare = await columnDeclarer(request.registry, request.features);
  const pairs: ExploredPair[] = [];
  for (const pair of request.pairs) {
    const candles = checkCandles(await data.candles(exchange, pair, request.timeframe, range), pair, request.timeframe);
    if (candles.length < 50)
      throw new TidegateError(
        'DATA_TOO_SHORT',
        `${pair} ${request.timeframe} has ${candles.length} ${frame.bars ? 'bars' : 'candles'} there`,
        {
          where: data.root,
          remedy: frame.bars
            ? 'Bars are made from the stored trades where there are any, else from candles: give smaller ones, or store more trades.'
            : 'Give a longer --timerange or a shorter --timeframe.',
        },
      );
    const grid = { pair, timeframe: request.timeframe, type: 'candles' };
    const grids = new LoadedGrids();
    grids.set(grid, GridData.candles(gridKey(grid), candles, frame));
    const { series } = declare(declareMarket(pair, request.timeframe));
    const needs = needsOf(series.values(), request.timeframe);
    await loadGrids(needs.grids.values(), grids, { data, exchange, baseTimeframe: request.timeframe, range });
    const plan = new FeaturePlan(grids.provider, request.timeframe);
    const columns = [...series].map(([name, one]) => [name, plan.add(one)] as const);
    plan.advance();
    const features = Object.fromEntries(columns.map(([name, c]) => [name, c.values.subarray(0, candles.length)]));
    const gaps = candleGaps({ exchange, pair, timeframe: request.timeframe }, candles.time).map(({ count }) => count);
    pairs.push({ pair, timeframe: request.timeframe, candleMs: frame.ms, candles, gaps, features });
  }
  return { pairs, info: { exchange, dataKind: dataKindOf(data, exchange), set: namesOf(request.features) } };
}

function namesOf(features: readonly ModuleChoice[]): string {
  return features.map((choice) => (typeof choice === 'string' ? choice : choice.name)).join(', ');
}

async function exchangeOf(
  stored: readonly { readonly exchange: string; readonly pair: string }[],
  pairs: readonly string[],
  where: string,
): Promise<string> {
  for (const pair of pairs)
    if (!stored.some((s) => s.pair === pair)) {
      const names = [...new Set(stored.map((s) => s.pair))];
      throw new TidegateError('DATA_MISSING', `there is no data of ${pair}`, {
        where,
        remedy: didYouMean(pair, names) || `There is ${names.slice(0, 10).join(', ') || 'none at all'}.`,
      });
    }
  const all = [...new Set(stored.map((s) => s.exchange))].filter((e) =>
    pairs.every((p) => stored.some((s) => s.exchange === e && s.pair === p)),
  );
  if (all.length > 0) return all[0]!;
  throw new TidegateError('DATA_MISSING', 'no exchange has all those pairs', { where, remedy: 'Give fewer --pairs.' });
}
