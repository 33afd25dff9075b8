import { z } from 'zod';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { type CandleSeries, candleSeries, join, Series } from '../series.ts';

/** What is read of the market: that of `features()` has it all. */
interface MarketLike {
  readonly symbol: string;
  readonly timeframe: string;
  readonly candles: CandleSeries;
}

/** Series by name, those of features with several outputs as records. */
type Made = Readonly<Record<string, unknown>>;

/**
 * What is expanded: a function from candles and a period to series by name, or a feature set, either made (`define`) or as a plugin, whose option
 * `period` (or `periods`) then takes the periods.
 */
export type Expandable =
  | ((candles: CandleSeries, period: number) => Made)
  | { readonly name: string; define(market: unknown): Made }
  | { readonly name: string; readonly options: z.ZodObject; create(options: never): unknown };

const names = z.array(z.string().min(1)).max(200).default([]);

/** Options of an expansion, as a configuration gives them. */
export const EXPANSION = z.object({
  periods: z
    .array(z.int().min(1).max(100_000))
    .max(50)
    .default([])
    .describe('windows, each of which makes every feature'),
  timeframes: z.array(z.string()).max(20).default([]).describe("longer timeframes to add to the strategy's own"),
  lags: z
    .array(z.int().min(1).max(10_000))
    .max(50)
    .default([])
    .describe('candles of its timeframe ago, added to the present value'),
  pairs: z
    .array(z.string().min(1))
    .max(200)
    .default([])
    .describe('other pairs whose features are added; the traded pair is left out'),
  include: names.describe('names to keep, * standing for anything: rsi*; empty: all'),
  exclude: names.describe('names to leave out, in the same way'),
});

/** Options of an expansion; what is absent adds nothing. */
export type Expansion = z.input<typeof EXPANSION>;

/**
 * Every feature of a set over periods × timeframes × lags × pairs, as series by name, for `features()`:
 * `expandFeatures(m, (c, n) => ({ rsi: rsi(c.close, n) }), { periods: [7, 14], timeframes: ['1h'], lags: [1], pairs: ['BTC/USDT'] })`
 * gives `rsi_7`, `rsi_7_lag1`, `rsi_7_1h`, …, `rsi_14_1h_BTC/USDT_lag1`. All are joined as of availability; lags count candles of the series' own timeframe. What would be computed twice is kept once, under its first name.
 * @throws TidegateError FEATURE_EXPANSION for wrong options, periods that the set does not take, or a filter that no name meets
 */
export function expandFeatures(market: MarketLike, set: Expandable, options: Expansion = {}): Record<string, Series> {
  const { periods, timeframes, lags, pairs, include, exclude } = parse(options);
  const home = market.candles.close.grid;
  const found = new Map<string, Series>();
  const seen = new Set<string>();
  const all: string[] = [];
  const isIn = (name: string) =>
    (include.length === 0 || include.some((p) => matches(p, name))) && !exclude.some((p) => matches(p, name));
  for (const pair of [market.symbol, ...pairs.filter((p) => p !== market.symbol)])
    for (const timeframe of [market.timeframe, ...timeframes.filter((t) => t !== market.timeframe)])
      for (const period of periods.length > 0 ? periods : [undefined]) {
        const candles = candleSeries({ ...home, pair, timeframe });
        const isHome = pair === market.symbol && timeframe === market.timeframe;
        const made = define(
          set,
          isHome ? market : { ...moved(market, candles), symbol: pair, timeframe, candles },
          period,
        );
        for (const [name, series] of flat(made, set))
          for (const lag of [0, ...lags]) {
            const parts = [name, period, timeframe === market.timeframe ? undefined : timeframe];
            const full = [...parts, pair === market.symbol ? undefined : pair, lag === 0 ? undefined : `lag${lag}`]
              .filter((x) => x !== undefined)
              .join('_');
            all.push(full);
            if (!isIn(full)) continue;
            const value = join(lag === 0 ? series : series.shift(lag), home);
            if (seen.has(value.key)) continue;
            seen.add(value.key);
            found.set(full, value);
          }
      }
  for (const pattern of [...include, ...exclude])
    if (!all.some((name) => matches(pattern, name)))
      throw new TidegateError('FEATURE_EXPANSION', `no feature is called "${pattern}"`, {
        remedy:
          `${didYouMean(pattern, all)} There are ${all.slice(0, 12).join(', ')}${all.length > 12 ? ', …' : ''}.`.trim(),
      });
  return Object.fromEntries(found);
}

function parse(options: Expansion): z.infer<typeof EXPANSION> {
  const known = Object.keys(EXPANSION.shape);
  for (const key of Object.keys(options))
    if (!known.includes(key))
      throw new TidegateError('FEATURE_EXPANSION', `an expansion has no option "${key}"`, {
        remedy: didYouMean(key, known) || `Its options: ${known.join(', ')}.`,
      });
  const parsed = EXPANSION.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new TidegateError('FEATURE_EXPANSION', `an expansion cannot take ${issue.path.join('.')}: ${issue.message}`, {
    remedy: `Its options: ${known.join(', ')}.`,
  });
}

function define(set: Expandable, market: MarketLike, period: number | undefined): Made {
  if (typeof set === 'function') return set(market.candles, period ?? 14);
  if ('define' in set) {
    if (period === undefined) return set.define(market);
    throw new TidegateError('FEATURE_EXPANSION', `${set.name} is made already and takes no periods`, {
      remedy: 'Give the plugin itself, or a function of candles and period.',
    });
  }
  const shape = set.options.shape as Readonly<Record<string, unknown>>;
  const given =
    period === undefined ? {} : 'period' in shape ? { period } : 'periods' in shape ? { periods: [period] } : undefined;
  if (!given)
    throw new TidegateError('FEATURE_EXPANSION', `${set.name} has no option for a period`, {
      remedy: `Leave periods out; its options: ${Object.keys(shape).join(', ')}.`,
    });
  const parsed = set.options.safeParse(given);
  if (!parsed.success)
    throw new TidegateError(
      'FEATURE_EXPANSION',
      `${set.name} cannot take period ${period}: ${parsed.error.issues[0]!.message}`,
      { remedy: `"tidegate show feature ${set.name}" has its range.` },
    );
  return (set.create(parsed.data as never) as { define(market: unknown): Made }).define(market);
}

/** What the market has joined to its own candles (funding, open interest, mark prices), joined to other candles of the same pair. */
function moved(market: MarketLike, candles: CandleSeries): object {
  const { grid } = candles.close;
  const again = (value: unknown): unknown => {
    if (value instanceof Series) {
      const { node } = value;
      return node.kind === 'join' && node.from.grid.pair === grid.pair ? join(node.from, grid) : value;
    }
    if (typeof value !== 'object' || value === null || value instanceof Set) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, again(inner)]));
  };
  return again({ ...market, candles: undefined }) as object;
}

function flat(made: Made, set: Expandable): [string, Series][] {
  return Object.entries(made).flatMap(([name, value]): [string, Series][] => {
    if (value instanceof Series) return [[name, value]];
    const inner = Object.entries((value ?? {}) as Made).filter((e): e is [string, Series] => e[1] instanceof Series);
    if (inner.length === 0)
      throw new TidegateError('FEATURE_EXPANSION', `"${name}" of ${set.name || 'the function'} is no series`, {
        remedy: 'Return series by name: (c, n) => ({ rsi: rsi(c.close, n) }).',
      });
    return inner.map(([output, series]) => [`${name}_${output}`, series]);
  });
}

/** A name against a pattern in which * stands for anything. */
function matches(pattern: string, name: string): boolean {
  const text = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${text.join('.*')}$`).test(name);
}
