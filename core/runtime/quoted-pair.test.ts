import { expect, it } from 'vitest';
import { memoryMarket } from '../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../tests/fixtures/plain-run.ts';
import { type CandleTable, candlesFrom } from '../domain/candles.ts';
import type { Bar } from '../strategy/bar.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { backtest } from './backtest.ts';
import type { BacktestOptions } from './backtest-options.ts';

const HOUR = 3_600_000;
type Prices = readonly [open: number, high: number, low: number, close: number];
const still = (price: number): Prices => [price, price, price, price];

/** Candles of quotes: the middle, and bid and ask one below and above it; hours apart, or as given. */
function quotes(rows: readonly Prices[], half = 1, length = HOUR): CandleTable {
  const table = candlesFrom(
    rows.map(([open, high, low, close], i) => ({ time: i * length, open, high, low, close, volume: 1e6 })),
  );
  const sides = (name: string, by: number) =>
    (['open', 'high', 'low', 'close'] as const).map((part) => [
      `${name}${part[0]!.toUpperCase()}${part.slice(1)}`,
      table[part].map((price) => price + by),
    ]);
  return { ...table, extra: Object.fromEntries([...sides('bid', -half), ...sides('ask', half)]) };
}

const SPEC = testSpec({
  pair: 'A/USDT',
  kind: 'forex',
  minCost: 0,
  makerFee: 0,
  takerFee: 0,
  priceTick: 0.01,
  tiers: [{ minNotional: 0, maxNotional: 1e12, maintenanceMarginRate: 0.01, maxLeverage: 50, maintenanceAmount: 0 }],
});

/** Some rows of a table. */
function rowsOf(table: CandleTable, rows: readonly number[]): CandleTable {
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  const { time, open, high, low, close, volume, extra } = table;
  return {
    length: rows.length,
    ...{
      time: pick(time),
      open: pick(open),
      high: pick(high),
      low: pick(low),
      close: pick(close),
      volume: pick(volume),
    },
    extra: Object.fromEntries(Object.entries(extra!).map(([name, column]) => [name, pick(column)])),
  };
}

type Script = (candle: number, act: Strategy, bar: Bar) => void;

/** What a script did: fills as price at hour. */
async function run(candles: CandleTable, script: Script, over: Partial<BacktestOptions> = {}, attributes: object = {}) {
  class Scripted extends Strategy {
    override timeframe = '1h';
    override canShort = true;
    override stoploss = -0.99;
    override onCandle(bar: Bar): void {
      script(bar.candle.time / HOUR, this, bar);
    }
  }
  const pairs = over.pairs ?? ['A/USDT'];
  const { result, notes } = await backtest({
    strategies: [
      {
        name: 'Scripted',
        create: (context) => Object.assign(new Scripted(context), attributes),
        codeHash: 'code',
      },
    ],
    ...PLAIN_RUN,
    data: memoryMarket(
      Object.fromEntries(pairs.map((pair) => [pair, { spec: { ...SPEC, pair }, candles: { '1h': candles } }])),
    ),
    pairs,
    ...over,
  });
  const fills = result.trades.map((t) => [t.openRate, t.closeRate, t.exitReason]);
  return { fills, notes, trades: result.trades };
}

const long: Script = (i, act) => {
  if (i === 0) act.enter.long();
  if (i === 2) act.exit.long();
};
const short: Script = (i, act) => {
  if (i === 0) act.enter.short();
  if (i === 2) act.exit.short();
};
const flat = Array.from({ length: 6 }, () => still(100));

it('buys at the ask and sells at the bid of the data, in place of the spread that is assumed elsewhere', async () => {
  const costs = { ...PLAIN_RUN.costs, spreadBps: 50 };
  expect((await run(quotes(flat), long, { costs })).fills).toEqual([[101, 99, 'exit_signal']]);
  const { fills, notes } = await run(quotes(flat), short, { costs });
  expect(fills).toEqual([[99, 101, 'exit_signal']]);
  expect(notes).toContain('A/USDT: buys fill at the ask of the data, sells at its bid');
  const several = await run(quotes(flat), long, { costs, pairs: ['A/USDT', 'B/USDT'] });
  expect(several.fills).toEqual(Array(2).fill([101, 99, 'exit_signal']));
  // What is open at the end leaves at the last bid.
  expect((await run(quotes(flat), (i, act) => i === 0 && act.enter.long())).fills[0]).toEqual([101, 99, 'force_exit']);
});

it('takes the spread so many times as wide, or the assumed one at 0', async () => {
  const at = async (quotedSpread: number) => {
    const costs = { ...PLAIN_RUN.costs, spreadBps: 50, quotedSpread };
    return (await run(quotes(flat), long, { costs })).fills[0];
  };
  expect(await at(3)).toEqual([103, 97, 'exit_signal']);
  expect(await at(0)).toEqual([100.25, 99.75, 'exit_signal']);
});

it('triggers the stop of a long by the bid, that of a short by the ask', async () => {
  // A stop 5 % from the entry: 95.95 for the long entered at 101. The middle never reaches it.
  const dip = [still(100), still(100), [100, 100, 96.9, 100], still(100)] as Prices[];
  const stop = { stoploss: -0.05 };
  expect((await run(quotes(dip), (i, act) => i === 0 && act.enter.long(), {}, stop)).fills).toEqual([
    [101, 95.95, 'stop_loss'],
  ]);
  const spike = [still(100), still(100), [100, 103, 100, 100], still(100)] as Prices[];
  const entered = (i: number, act: Strategy) => i === 0 && act.enter.short();
  expect((await run(quotes(spike), entered, {}, stop)).fills).toEqual([[99, 103.95, 'stop_loss']]);
  expect((await run(quotes(spike, 0.01), entered, {}, stop)).fills[0]![2]).toBe('force_exit');
  // The same through candles of a finer timeframe, and beside another pair.
  expect((await run(quotes(spike), entered, { pairs: ['A/USDT', 'B/USDT'] }, stop)).fills).toEqual(
    Array(2).fill([99, 103.95, 'stop_loss']),
  );
  const fine = spike.flatMap(([open, high, low, close], i) => [
    [open, open, open, open] as Prices,
    [open, high, low, close] as Prices,
    ...Array.from({ length: 2 }, () => still(spike[i]![3])),
  ]);
  const data = memoryMarket({
    'A/USDT': {
      spec: SPEC,
      candles: { '1h': quotes(spike), '15m': quotes(fine, 1, HOUR / 4) },
    },
  });
  expect((await run(quotes(spike), entered, { data, detailTimeframe: '15m' }, stop)).fills).toEqual([
    [99, 103.95, 'stop_loss'],
  ]);
});

it('fills a limit to buy when the ask trades through it', async () => {
  const limit = { entryPrice: () => 98 };
  const market = (low: number) => [still(100), [100, 100, low, 100], still(100), still(100)] as Prices[];
  const enter: Script = (i, act) => i === 0 && act.enter.long();
  expect((await run(quotes(market(97.2)), enter, {}, limit)).fills).toEqual([]);
  expect((await run(quotes(market(96.9)), enter, {}, limit)).fills[0]![0]).toBe(98);
});

it('sells at the bid of the moment where the market was beyond a stop as its entry filled', async () => {
  // A bid at 98 fills as the ask comes to it, the bid being at 96 then: a stop at 97.02 is too late.
  const dip = [still(100), [100, 100, 96.9, 100], still(100), still(100)] as Prices[];
  const attributes = { entryPrice: () => 98, stoploss: -0.01 };
  expect((await run(quotes(dip), (i, act) => i === 0 && act.enter.long(), {}, attributes)).fills).toEqual([
    [98, 96, 'stop_loss'],
  ]);
});

it('liquidates a long by the bid, within a candle and at its open', async () => {
  // Ten times 101, a maintenance margin of 1 %: at 91.81.
  const ended = async (third: Prices, over: Partial<BacktestOptions> = {}) => {
    const attributes = { leverage: () => 10 };
    const market = quotes([still(100), still(100), third, still(100)]);
    return (await run(market, (i, act) => i === 0 && act.enter.long(), over, attributes)).fills[0];
  };
  expect(await ended([100, 100, 93, 100])).toEqual([101, 99, 'force_exit']);
  expect(await ended([100, 100, 92, 100])).toEqual([101, 91.81, 'liquidation']);
  expect(await ended([92, 100, 92, 100])).toEqual([101, 91, 'liquidation']);
  // A candle that no finer ones divide.
  const fine = [0, 1, 3].flatMap((hour) => Array.from({ length: 4 }, (_, k) => 4 * hour + k));
  const whole = quotes(Array(16).fill(still(100)), 1, HOUR / 4);
  const data = memoryMarket({
    'A/USDT': {
      spec: SPEC,
      candles: {
        '1h': quotes([still(100), still(100), [100, 100, 92, 100], still(100)]),
        '15m': rowsOf(whole, fine),
      },
    },
  });
  expect(await ended(still(100), { data, detailTimeframe: '15m' })).toEqual([101, 91.81, 'liquidation']);
});

it('takes no bid and ask for a perpetual, which is judged on its mark price', async () => {
  const data = memoryMarket({ 'A/USDT': { spec: { ...SPEC, kind: 'perpetual' }, candles: { '1h': quotes(flat) } } });
  const costs = { ...PLAIN_RUN.costs, spreadBps: 50 };
  expect((await run(quotes(flat), long, { data, costs, assumeFunding: 0 })).fills).toEqual([
    [100.25, 99.75, 'exit_signal'],
  ]);
});

it('assumes the spread where quotes are missing or crossed, and says so', async () => {
  const candles = quotes(flat);
  candles.extra!.askLow![3] = Number.NaN;
  candles.extra!.bidClose![4] = 200;
  const { fills, notes } = await run(candles, long);
  expect(fills[0]!.slice(0, 2)).toEqual([100, 100]);
  expect(notes).toContain('A/USDT: 2 candles lack bid or ask, or have them crossed: costs.spreadBps is assumed in all');
});

it('leaves the freqtrade profile as it is', async () => {
  expect((await run(quotes(flat), long, { fills: 'freqtrade' })).fills[0]!.slice(0, 2)).toEqual([100, 100]);
});
