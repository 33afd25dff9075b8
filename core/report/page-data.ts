import { lowerBound } from '../domain/candles.ts';
import type { EquityCurve, RunResult } from '../domain/run-result.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { type BarSample, MOST_FEATURES, sampleBars } from './sample-bars.ts';
import { type CurveSample, sampleCurve, short } from './sample-curve.ts';
import { listedTrades } from './sections/trade-list.ts';

/** A trade on a candle chart: [id, open s, close s, 1 long | -1 short, open rate, close rate, profit, initial stop, last stop, tag, reason]; tag and reason are indexes into `words`. */
type TradeMark = readonly [
  number,
  number,
  number,
  1 | -1,
  number,
  number,
  number,
  number | null,
  number | null,
  number,
  number,
];

/** One pair's chart. */
interface PairData extends BarSample {
  readonly pair: string;
  readonly trades: readonly TradeMark[];
  /** Trades of the pair that are not drawn. */
  readonly undrawn: number;
}

/** What a strategy that shares the account makes by itself. */
export interface AloneCurve {
  readonly strategy: string;
  readonly equity: Pick<EquityCurve, 'time' | 'equity'>;
}

/** What the page's script draws. */
export interface PageData {
  readonly currency: string;
  readonly curve: CurveSample;
  /** Strategies by themselves: values at the times of `curve`, null before their first. */
  readonly alone: readonly { readonly name: string; readonly equity: readonly (number | null)[] }[];
  readonly outOfSampleFrom: number | null;
  readonly pairs: readonly PairData[];
  /** Tags and reasons of the trades drawn, each once. */
  readonly words: readonly string[];
  /** Pairs left out to keep the page small. */
  readonly omittedPairs: readonly string[];
}

/** Numbers in all candle charts together: some 7 bytes each. */
const CELLS = 250_000;
const MAX_BARS = 5000;
const MAX_PAIRS = 40;
const MAX_MARKS = 10_000;

/** Samples a run's curves, candles, features and trades so that the page stays below five megabytes whatever the run's size. */
export function pageData(
  result: RunResult,
  outOfSampleFrom: number | null,
  alone: readonly AloneCurve[] = [],
): PageData {
  const byPair = Map.groupBy(result.trades, (trade) => trade.pair);
  const count = (pair: string) => byPair.get(pair)?.length ?? 0;
  const ranked = [...result.market.keys()].toSorted((a, b) => count(b) - count(a));
  const shown = new Set(ranked.slice(0, MAX_PAIRS));
  // A click in the list leads to the chart: what is listed is drawn, too.
  const listed = new Set(listedTrades(result.trades));
  const marks = Math.floor(MAX_MARKS / Math.max(1, shown.size));
  const words = new Map<string, number>();
  const pairs: PairData[] = [];
  for (const [pair, { candles, features }] of result.market) {
    if (!shown.has(pair)) continue;
    const columns = 5 + Math.min(MOST_FEATURES, Object.keys(features).length);
    const bars = Math.min(MAX_BARS, Math.floor(CELLS / shown.size / columns));
    const trades = byPair.get(pair) ?? [];
    const drawn = trades.filter((trade, i) => i >= trades.length - marks || listed.has(trade));
    pairs.push({
      pair,
      ...sampleBars(candles, features, { bars }),
      trades: drawn.map((trade) => mark(trade, words)),
      undrawn: trades.length - drawn.length,
    });
  }
  const curve = sampleCurve(result.equity, result.inputs.startingBalance);
  return {
    currency: result.inputs.stakeCurrency,
    curve,
    alone: alone.map(({ strategy, equity }) => ({ name: strategy, equity: valuesAt(curve.t, equity) })),
    outOfSampleFrom: outOfSampleFrom === null ? null : Math.floor(outOfSampleFrom / 1000),
    pairs,
    words: [...words.keys()],
    omittedPairs: ranked.slice(MAX_PAIRS),
  };
}

/** The last values of a curve up to times (whole seconds), null before the first. */
function valuesAt(times: readonly number[], { time, equity }: AloneCurve['equity']): (number | null)[] {
  return times.map((second) => {
    // Sampled times are rounded: whatever falls into the same second belongs to it.
    const after = lowerBound(time, second * 1000 + 501);
    return after === 0 ? null : short(equity[after - 1]!);
  });
}

const maybe = (value: number | null) => (value !== null && Number.isFinite(value) ? short(value) : null);
const seconds = (time: number) => Math.floor(time / 1000);

/** Index of a text, which is added where it is new. */
function word(words: Map<string, number>, text: string): number {
  const own = text.length > 60 ? text.slice(0, 60) : text;
  let index = words.get(own);
  if (index === undefined) {
    index = words.size;
    words.set(own, index);
  }
  return index;
}

function mark(t: ClosedTrade, words: Map<string, number>): TradeMark {
  return [
    t.id,
    seconds(t.openTime),
    seconds(t.closeTime),
    t.side === 'long' ? 1 : -1,
    short(t.openRate),
    short(t.closeRate),
    short(t.profitAbs),
    maybe(t.initialStop),
    maybe(t.lastStop),
    word(words, t.entryTag ?? ''),
    word(words, t.exitReason),
  ];
}
