import type { Rng } from '../../../core/foundation/rng.ts';
import { type DrawnMarket, FROM } from './market.ts';
import { type Callback, type Table, VARIANTS } from './strategy.ts';

const MINUTE = 60_000;

/** A run's settings and table, drawn, in the words of both engines. `attributes` and `protections` are Freqtrade's. */
export interface DrawnCase {
  readonly table: Table;
  readonly timeframe: string;
  readonly detail: string | null;
  /** First and last opening time, ms UTC. */
  readonly range: readonly [number, number] | null;
  readonly startup: number;
  readonly maxOpenTrades: number;
  readonly stakeAmount: number | 'unlimited';
  readonly startingBalance: number;
  readonly tradableBalanceRatio: number;
  readonly fee: number;
  readonly liquidationBuffer: number;
  readonly unfilledTimeout: { readonly entry: number; readonly exit: number };
  readonly maxEntryPositionAdjustment: number;
  readonly protections: readonly Readonly<Record<string, unknown>>[];
  readonly attributes: ReturnType<typeof drawAttributes>;
}

/** Draws a case of a market of `days`; a long one trades often and loses little, so that its account lasts. */
export function drawCase(rng: Rng, market: DrawnMarket, days: number, isLong: boolean): DrawnCase {
  const pick = <T>(...of: readonly T[]): T => of[rng.int(of.length)]!;
  const pairs = Object.keys(market);
  const isPerpetual = pairs[0]!.includes(':');
  const timeframe = isLong ? '5m' : pick('5m', '5m', '15m', '1h');
  const detail = timeframe !== '5m' && rng.next() < 0.6 ? '5m' : null;
  const odds = (name: Callback) => (name === 'adjustPosition' ? 0.5 : name === 'leverage' && isLong ? 0 : 0.3);
  const asks = (Object.keys(VARIANTS) as Callback[]).filter((name) => rng.next() < odds(name));
  const startup = pick(0, 5, 10, timeframe === '1h' ? 0 : 30);
  const hasRange = rng.next() < 0.4;
  const from = FROM + Math.floor(rng.next() * days * 6) * 60 * MINUTE;
  const table = {
    seed: rng.int(2 ** 31),
    pairs,
    entry: isLong ? pick(0.2, 0.4) : pick(0.01, 0.03, 0.1, 0.3),
    exit: isLong ? 0.1 : pick(0, 0.01, 0.05),
    hasTags: rng.next() < 0.5,
    asks: Object.fromEntries(asks.map((name) => [name, rng.int(VARIANTS[name])])),
    leverage: isPerpetual ? pick(1, 2, ...(isLong ? [] : [5, 20])) : 1,
  };
  const maxOpenTrades = pick(1, 2, 3, pairs.length, -1);
  return {
    table,
    timeframe,
    detail,
    range: hasRange ? [from, from + days * 15 * 60 * MINUTE] : null,
    startup,
    maxOpenTrades,
    stakeAmount: maxOpenTrades < 0 ? 100 : pick<number | 'unlimited'>('unlimited', 'unlimited', 100, 900),
    startingBalance: pick(1000, 3000, 10_000, 1e6),
    tradableBalanceRatio: pick(1, 1, 0.99, 0.5),
    fee: isLong ? pick(0, 0.0001) : pick(0, 0.0004, 0.001, 0.00075),
    liquidationBuffer: pick(0.05, 0.05, 0, 0.1),
    unfilledTimeout: { entry: pick(5, 10, 30, 120), exit: pick(5, 10, 30, 120) },
    maxEntryPositionAdjustment: pick(-1, -1, 0, 1, 3),
    protections: rng.next() < (isLong ? 0.2 : 0.4) ? drawProtections(rng) : [],
    attributes: {
      ...drawAttributes(rng),
      ...(isLong && { minimal_roi: { 0: 0.006, 60: 0 }, stoploss: pick(-0.01, -0.03) }),
    },
  };
}

function drawAttributes(rng: Rng) {
  const pick = <T>(...of: readonly T[]): T => of[rng.int(of.length)]!;
  const trailing_stop = rng.next() < 0.5;
  const positive = trailing_stop && rng.next() < 0.6 ? pick(0.005, 0.01, 0.02) : null;
  const hasOffset = positive !== null && rng.next() < 0.7;
  return {
    stoploss: -pick(0.01, 0.03, 0.1, 0.3, 0.99),
    minimal_roi: pick<Record<string, number>>(
      { 0: 100 },
      { 0: 0.03, 30: 0.015, 90: 0.005 },
      { 0: 0.1, 45: -1 },
      { 0: 0.02, 15: 0.01, 60: 0, 180: -0.02, 600: -1 },
      { 10: 0.01 },
      {},
    ),
    trailing_stop,
    trailing_stop_positive: positive,
    trailing_stop_positive_offset: hasOffset ? positive + pick(0.003, 0.01) : 0,
    trailing_only_offset_is_reached: hasOffset && rng.next() < 0.6,
    use_exit_signal: rng.next() < 0.8,
    exit_profit_only: rng.next() < 0.3,
    exit_profit_offset: pick(0, 0.005, -0.01),
    ignore_roi_if_entry_signal: rng.next() < 0.3,
  };
}

function drawProtections(rng: Rng) {
  const pick = <T>(...of: readonly T[]): T => of[rng.int(of.length)]!;
  const stop = () =>
    rng.next() < 0.5 ? { stop_duration_candles: pick(1, 4, 12) } : { stop_duration: pick(7, 60, 240) };
  const window = () => ({
    ...stop(),
    ...(rng.next() < 0.5 ? { lookback_period_candles: pick(12, 48, 200) } : { lookback_period: pick(60, 500, 2000) }),
    trade_limit: pick(1, 2, 4),
  });
  const made = [
    { method: 'CooldownPeriod', ...stop() },
    { method: 'StoplossGuard', ...window(), only_per_pair: rng.next() < 0.5, required_profit: pick(0, -0.01, 0.01) },
    { method: 'LowProfitPairs', ...window(), required_profit: pick(0, 0.02, -0.02) },
    {
      method: 'MaxDrawdown',
      ...window(),
      max_allowed_drawdown: pick(0.002, 0.02, 0.1),
      calculation_mode: pick('ratios', 'equity'),
    },
  ];
  return made.filter(() => rng.next() < 0.4);
}
