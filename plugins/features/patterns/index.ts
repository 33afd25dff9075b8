import * as tidegate from 'tidegate';
import { type CandleSeries, definePlugin, type Market, type Series, TidegateError, z } from 'tidegate';

type Pattern = (candles: CandleSeries) => Series;

/** Every candlestick pattern of the library, by the name it is called by, without its `cdl`. */
const PATTERNS: ReadonlyMap<string, Pattern> = new Map(
  Object.entries(tidegate as Readonly<Record<string, unknown>>)
    .filter(([name]) => name.startsWith('cdl'))
    .map(([name, pattern]) => [name[3]!.toLowerCase() + name.slice(4), pattern as Pattern]),
);

/** The sum of series, by halves: a long chain would be joined anew with each of them. */
function total(series: readonly Series[]): Series {
  const half = series.length >> 1;
  return half === 0 ? series[0]! : total(series.slice(0, half)).add(total(series.slice(half)));
}

/** Candlestick patterns as -1, 0 or 1 (more where one is confirmed), and how many speak for each side. */
export default definePlugin({
  kind: 'feature',
  name: 'patterns',
  version: '1.0.0',
  doc: 'the 61 candlestick patterns, and how many are bullish and bearish at once',
  options: z.object({
    only: z.array(z.string()).default([]).describe('patterns to take, such as engulfing and hammer; empty: all'),
    each: z.boolean().default(true).describe('give each pattern as a series of its own, not only the counts'),
    recent: z.int().min(1).max(50).default(3).describe('candles over which the counts are kept'),
  }),
  create: ({ only, each, recent }) => {
    const unknown = only.find((name) => !PATTERNS.has(name));
    if (unknown !== undefined)
      throw new TidegateError('FEATURE_UNKNOWN', `there is no candlestick pattern "${unknown}"`, {
        remedy: `There are ${[...PATTERNS.keys()].join(', ')}.`,
      });
    const names = only.length > 0 ? only : [...PATTERNS.keys()];
    return {
      name: 'patterns',
      define(given) {
        const { candles } = given as Market;
        const found = names.map((name) => [name, PATTERNS.get(name)!(candles)] as const);
        const out: Record<string, Series> = each
          ? Object.fromEntries(found.map(([name, p]) => [name, p.div(100)]))
          : {};
        const count = (hit: (pattern: Series) => Series) => total(found.map(([, p]) => hit(p)));
        out.bullish = count((p) => p.gt(0));
        out.bearish = count((p) => p.lt(0));
        out.net = tidegate.sum(out.bullish.sub(out.bearish), Math.max(2, recent));
        return out;
      },
    };
  },
});
