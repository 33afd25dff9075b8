import { expect, it } from 'vitest';
import { memoryMarket } from '../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../tests/fixtures/plain-run.ts';
import { candlesFrom } from '../domain/candles.ts';
import { seeded } from '../foundation/rng.ts';
import type { Bar } from '../strategy/bar.ts';
import type { Market } from '../strategy/market.ts';
import { type CallbackContext, type PositionContext, Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { backtest } from './backtest.ts';
import type { BacktestOptions } from './backtest-options.ts';

const START = Date.UTC(2024, 0, 1);
const LENGTH = 300_000;
const ROWS = 240;

/** A walk of minutes, and the candles of five that they make; closes are all different. */
function market(pair: string, seed: number) {
  const rng = seeded(seed);
  let price = 100;
  const minutes = Array.from({ length: ROWS * 5 }, (_, k) => {
    const open = price;
    price = Math.max(20, price * (1 + 0.004 * rng.normal()));
    const [high, low] = [Math.max(open, price) * 1.001, Math.min(open, price) * 0.999];
    return { time: START + k * 60_000, open, high, low, close: price, volume: 1e6 };
  });
  const fives = Array.from({ length: ROWS }, (_, k) => {
    const part = minutes.slice(5 * k, 5 * k + 5);
    return {
      time: START + k * LENGTH,
      open: part[0]!.open,
      high: Math.max(...part.map((c) => c.high)),
      low: Math.min(...part.map((c) => c.low)),
      close: part[4]!.close,
      volume: 5e6,
    };
  });
  const spec = testSpec({ pair, kind: 'spot', base: pair.split('/')[0]!, settle: 'USDT', priceTick: 0.0001 });
  return { spec, candles: { '5m': candlesFrom(fives), '1m': candlesFrom(minutes) } };
}

const PAIRS = ['A/USDT', 'B/USDT'];
const TABLES = Object.fromEntries(PAIRS.map((pair, k) => [pair, market(pair, k + 1)]));

type Told = Pick<CallbackContext, 'pair' | 'time'>;

/** Asks for what it can, and keeps which callback read which close of which pair, when. */
class Reading extends Strategy {
  override stoploss = -0.03;
  override minimalRoi = { 0: 0.02 };
  override orderTypes: Strategy['orderTypes'] = { entry: 'limit', exit: 'market' };
  readonly seen: (readonly [callback: string, pair: string, time: number, close: number])[];

  constructor(seen: Reading['seen']) {
    super();
    this.seen = seen;
  }
  override features(m: Market) {
    return { close: m.candles.close };
  }
  read<T>(callback: string, { pair, time }: Told, answer: T): T {
    this.seen.push([callback, pair, time, this.f.close.now]);
    return answer;
  }
  override onCandle({ f, candle }: Bar<this>): void {
    if (f.close.now > candle.open) this.enter.long();
    else if (f.close.now < 0.997 * candle.open) this.exit.long();
  }
  override stake(told: CallbackContext & { readonly proposed: number }) {
    return this.read('stake', told, told.proposed);
  }
  override entryPrice(told: CallbackContext) {
    return this.read('entryPrice', told, told.rate * 0.999);
  }
  override confirmEntry(told: CallbackContext) {
    return this.read('confirmEntry', told, true);
  }
  override confirmExit(told: PositionContext) {
    return this.read('confirmExit', told, true);
  }
  override adjustOrder(told: CallbackContext) {
    return this.read('adjustOrder', told, 'keep' as const);
  }
  override adjustPosition(told: PositionContext) {
    return this.read('adjustPosition', told, told.position.entries < 2 ? 200 : null);
  }
}

/** The same, asked about stops and exits as well: positions are then looked after one by one. */
class Following extends Reading {
  override customStop(told: PositionContext & { readonly afterFill: boolean }) {
    return this.read('customStop', told, -0.02);
  }
  override customRoi(told: PositionContext) {
    return this.read('customRoi', told, null);
  }
  override customExit(told: PositionContext) {
    return this.read('customExit', told, told.profit > 0.015 ? 'enough' : null);
  }
}

/** Only additions: what the engine asks in a loop of its own. */
class Adding extends Reading {
  override orderTypes: Strategy['orderTypes'] = { entry: 'market', exit: 'market' };
}

const MARKET = memoryMarket(TABLES);

async function readings(of: Partial<BacktestOptions>, create: (seen: Reading['seen']) => Strategy) {
  const seen: Reading['seen'] = [];
  const { outcome } = await backtest({
    ...PLAIN_RUN,
    strategies: [{ name: 'Reading', create: () => create(seen), codeHash: '' }],
    data: MARKET,
    pairs: PAIRS,
    ...of,
  });
  expect(outcome.trades.length).toBeGreaterThan(5);
  return seen;
}

/** Close of the last candle that is over at a time. */
function lastClose(pair: string, time: number): number {
  return TABLES[pair]!.candles['5m'].close[Math.floor((time - START) / LENGTH) - 1]!;
}

const KINDS = [Reading, Following, Adding].map((Class) => (seen: Reading['seen']) => new Class(seen));
const one = PAIRS.slice(0, 1);

it.each([
  ['one pair', { pairs: one }],
  ['several pairs', {}],
  ['several pairs and latency', { costs: { ...PLAIN_RUN.costs, latencyMs: 400 } }],
  ['fills of Freqtrade', { fills: 'freqtrade' }],
  ['fills of Freqtrade and detail candles', { fills: 'freqtrade', detailTimeframe: '1m' }],
] satisfies [string, Partial<BacktestOptions>][])(
  'callbacks read features of their pair as of its last closed candle: %s',
  async (_, of) => {
    for (const create of KINDS) {
      const seen = await readings(of, create);
      for (const [callback, pair, time, close] of seen)
        expect([callback, pair, time, close]).toEqual([callback, pair, time, lastClose(pair, time)]);
      const callbacks = new Set(seen.map(([callback]) => callback));
      expect([...callbacks]).toEqual(expect.arrayContaining(['stake', 'entryPrice', 'confirmEntry', 'adjustPosition']));
    }
  },
);

it('with detail candles, what is asked as the last of a candle closes comes before that candle', async () => {
  for (const create of KINDS) {
    const seen = await readings({ detailTimeframe: '1m' }, create);
    for (const [, pair, time, close] of seen)
      expect([lastClose(pair, time), lastClose(pair, time - 1)]).toContain(close);
    const [, pair, time, close] = seen.find(([name, , at]) => name === 'adjustPosition' && at % LENGTH === 0)!;
    expect(close).toBe(lastClose(pair, time - 1));
  }
});

it('says where features are to be had when no callback about a pair is at work', async () => {
  class Wrong extends Reading {
    override onStart() {
      this.seen.push(['onStart', '', 0, this.f.close.now]);
    }
  }
  class Timed extends Reading {
    override onTimer(time: number) {
      this.seen.push(['onTimer', '', time, this.f.close.now]);
    }
  }
  await expect(readings({}, (seen) => new Timed(seen))).rejects.toThrow(/this\.f was read where no callback/);
  class Late extends Reading {
    override onCandle(bar: Bar<this>): void {
      super.onCandle(bar);
      if (this.seen.length > 0) this.seen.push(['onCandle', bar.pair, bar.time, this.f.close.now]);
    }
  }
  for (const fills of ['honest', 'freqtrade'] as const)
    await expect(readings({ fills }, (seen) => new Late(seen))).rejects.toThrow(/this\.f was read where no callback/);
  for (const fills of ['honest', 'freqtrade'] as const)
    await expect(readings({ fills }, (seen) => new Wrong(seen))).rejects.toThrow(/this\.f was read where no callback/);
});
