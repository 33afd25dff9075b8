import { describe, expect, it } from 'vitest';
import { PLAIN_RUN } from '../../tests/fixtures/plain-run.ts';
import { type Candle, type CandleTable, candlesFrom } from '../domain/candles.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { TidegateError } from '../foundation/errors.ts';
import { ema } from '../indicators/overlap/ema.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Bar } from '../strategy/bar.ts';
import type { Market } from '../strategy/market.ts';
import { int } from '../strategy/parameters.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { backtest } from './backtest.ts';
import type { BacktestOptions } from './backtest-options.ts';

const START = Date.UTC(2024, 0, 1);
const FRAME = 300_000;

/** A saw of candles between 100 and 110. */
function saw(length: number, change: (row: Candle, i: number) => Candle = (row) => row): CandleTable {
  const price = (i: number) => 100 + Math.abs((i % 20) - 10);
  return candlesFrom(
    Array.from({ length }, (_, i) => {
      const [open, close] = [price(i), price(i + 1)];
      const row = {
        time: START + i * FRAME,
        open,
        close,
        high: Math.max(open, close),
        low: Math.min(open, close),
        volume: 1e6,
      };
      return change(row, i);
    }),
  );
}

/** Market data in memory: spot `BTC/USDT` unless told otherwise. */
function memory(tables: Readonly<Record<string, CandleTable>>, spec: Partial<InstrumentSpec> = {}): MarketData {
  const missing = (what: string) => Promise.reject(new TidegateError('DATA_MISSING', `no ${what}`));
  return {
    root: 'memory',
    dataKind: 'synthetic',
    list: () => Promise.resolve([]),
    candles: (_exchange, pair) => (tables[pair] ? Promise.resolve(tables[pair]) : missing(`candles of ${pair}`)),
    events: (_exchange, pair, type) => missing(`${type} of ${pair}`),
    trades: () => missing('trades'),
    book: () => missing('book'),
    latest: () => Promise.resolve(null),
    contentHash: () => Promise.resolve('hash'),
    specAt: (_exchange, pair) =>
      Promise.resolve({
        spec: testSpec({ pair, kind: pair.includes(':') ? 'perpetual' : 'spot', minCost: 5, ...spec }),
        assumed: false,
      }),
  };
}

/** Enters at 100, leaves at 110; a fast average is declared. */
class Saw extends Strategy {
  override timeframe = '5m';
  override stoploss = -0.5;
  p = this.tune({ period: int(2, 10, 3) });
  override features(m: Market) {
    return { average: ema(m.candles.close, this.p.period) };
  }
  override onCandle({ candle }: Bar<this>): void {
    if (candle.close === 100) this.enter.long({ tag: 'low' });
    if (candle.close === 110) this.exit.long({ tag: 'high' });
  }
}

function options(
  create: BacktestOptions['strategies'][number]['create'],
  more: Partial<BacktestOptions> = {},
): BacktestOptions {
  return {
    ...PLAIN_RUN,
    strategies: [{ name: 'Saw', create, codeHash: 'code' }],
    data: memory({ 'BTC/USDT': saw(200) }),
    pairs: ['BTC/USDT'],
    startingBalance: 1000,
    stakeAmount: 500,
    maxOpenTrades: 1,
    ...more,
  };
}

const saws = (attributes: Record<string, unknown> = {}, more: Partial<BacktestOptions> = {}) =>
  backtest(options((context) => Object.assign(new Saw(context), attributes), more));

describe('a backtest', () => {
  it('trades what the strategy says, and gives the same hash every time', async () => {
    const { result } = await saws();
    // Lows at the closes of candles 9, 29, …, 189; highs at 19, 39, …, 199.
    expect(result.trades).toHaveLength(10);
    const [first] = result.trades;
    expect(first).toMatchObject({ openRate: 100, closeRate: 110, amount: 5, entryTag: 'low', exitTag: 'high' });
    expect(first!.profitAbs).toBeCloseTo(50 - 0.25 - 0.275, 9);
    expect(result.equity.equity).toHaveLength(result.equity.time.length);
    expect(result.equity.equity.at(-1)).toBe(result.finalBalance);
    expect((await saws()).result.hash).toBe(result.hash);
    expect((await saws({}, { onProgress: () => true })).result.hash).toBe(result.hash);
    expect((await saws({}, { stakeAmount: 400 })).result.hash).not.toBe(result.hash);
  });

  it('has what its modules read beside their options in its input hash', async () => {
    const run = async (...contents: (string | undefined)[]) => {
      const risk = contents.map((contentHash) => {
        const verdict = { verdict: 'allow' as const };
        return { name: 'calm', review: () => verdict, ...(contentHash !== undefined && { contentHash }) };
      });
      const { result } = await saws({}, { modules: async () => ({ risk, execution: null }) });
      return [result.hash, result.inputHash];
    };
    const [hash, inputs] = await run('a', undefined);
    expect(await run('a')).toEqual([hash, inputs]);
    expect(await run('b')).toEqual([hash, expect.not.stringContaining(inputs!)]);
    expect(await run(undefined)).toEqual([hash, (await saws()).result.inputHash]);
  });

  it('takes parameters within their ranges only', async () => {
    const given = (parameters: Record<string, unknown>) => {
      const { strategies, ...rest } = options((context) => new Saw(context));
      return backtest({ ...rest, strategies: [{ ...strategies[0]!, parameters }] });
    };
    await expect(given({ period: 4 })).resolves.toBeDefined();
    await expect(given({ period: 99 })).rejects.toThrow(/PARAM_VALUE.*99.*2 to 10/);
    await expect(given({ periods: 4 })).rejects.toThrow(/PARAM_UNKNOWN.*periods.*period/);
  });

  it('tells how many candles there are before it goes over them', async () => {
    const told: (number | string)[] = [];
    await saws({}, { onLoaded: (candles) => void told.push(candles), onProgress: () => void told.push('step') });
    // Those of the startup among them.
    expect(told.slice(0, 2)).toEqual([200, 'step']);
    expect(new Set(told).size).toBe(2);
  });

  it('stops when asked to', async () => {
    await expect(saws({}, { onProgress: () => false })).rejects.toThrow(/RUN_STOPPED/);
  });
});

it('hashes all that a run reads: detail, other pairs, what the strategy read itself', async () => {
  class Reader extends Saw {
    override features(m: Market) {
      return { ...super.features(m), other: m.pair('ETH/USDT', (eth) => ema(eth.close, 3)) };
    }
    override contentHash(): string {
      return 'what the file said';
    }
  }
  const hashed: [string, number | undefined][] = [];
  const data: MarketData = {
    ...memory({ 'BTC/USDT': saw(200), 'ETH/USDT': saw(200) }),
    contentHash: ({ pair, timeframe }, range) => {
      hashed.push([`${pair} ${timeframe}`, range?.to]);
      return Promise.resolve('hash');
    },
  };
  const { result } = await backtest(options((context) => new Reader(context), { data, detailTimeframe: '1m' }));
  const { data: hashes, contents } = result.inputs.settings as { data: object; contents: unknown };
  expect(hashes).toEqual({ 'BTC/USDT': 'hash', 'BTC/USDT candles 1m': 'hash', 'ETH/USDT candles 5m': 'hash' });
  expect(contents).toEqual(['what the file said']);
  // Whatever is stored after the last candle is no part of the run.
  const end = START + 200 * FRAME;
  expect(hashed.slice(1).map(([, to]) => to)).toEqual([end, end]);
});

it.each(['honest', 'freqtrade'] as const)(
  '%s fills tell of features that have data for a part of the run',
  async (fills) => {
    class Others extends Saw {
      override features(m: Market) {
        const average = (pair: string) => m.pair(pair, (other) => ema(other.close, 3), '1h');
        return {
          ...super.features(m),
          early: average('EARLY/USDT'),
          late: average('LATE/USDT'),
          none: average('NONE/USDT'),
        };
      }
    }
    const day = 86_400_000 / FRAME;
    const { time, ...rest } = saw(2 * day);
    const tables = {
      'BTC/USDT': saw(4 * day),
      'EARLY/USDT': saw(2 * day),
      'LATE/USDT': { ...rest, time: time.map((t) => t + 2 * 86_400_000) },
      'NONE/USDT': saw(0),
    };
    const given = { data: memory(tables), fills };
    const { notes } = await backtest(options((context) => new Others(context), given));
    expect(notes).toEqual([
      'EARLY/USDT: features of its candles stand still after 2024-01-03 00:00 UTC',
      'LATE/USDT: features of its candles are NaN before 2024-01-03 00:05 UTC',
      'NONE/USDT: features of its candles are NaN: nothing of this time is stored',
    ]);
  },
);

it('a run whose detail timeframe is not stored for all of it says so', async () => {
  const minute = (k: number) => ({ time: START + k * 60_000, open: 105, high: 105, low: 105, close: 105, volume: 1 });
  // Of the candles 40 to 99, which are 5 minutes each, but for one candle's.
  const rows = Array.from({ length: 300 }, (_, k) => minute(200 + k)).filter((_, k) => k < 50 || k >= 55);
  const notesOf = async (fills: 'honest' | 'freqtrade', minutes: readonly Candle[]) => {
    const candles: MarketData['candles'] = async (_exchange, _pair, frame) =>
      frame === '1m' ? candlesFrom(minutes) : saw(200);
    return (await saws({}, { data: { ...memory({}), candles }, detailTimeframe: '1m', fills })).notes;
  };
  const said = (count: number, of: number) => [
    `BTC/USDT: ${count} of ${of} candles have no 1m candles: they are played whole`,
  ];
  expect(await notesOf('honest', rows)).toEqual(said(139, 198));
  expect(await notesOf('freqtrade', rows)).toEqual(said(140, 200));
  expect(
    await notesOf(
      'honest',
      Array.from({ length: 1000 }, (_, k) => minute(k)),
    ),
  ).toEqual([]);
});

it('has the code of modules in the hash of its inputs', async () => {
  const inputHash = async (code?: string) => {
    const given = code === undefined ? {} : { usedCode: () => ({ 'sizing:mine': code }) };
    return (await backtest(options((context) => new Saw(context), given))).result.inputHash;
  };
  const hashes = [await inputHash(), await inputHash('a'), await inputHash('b'), await inputHash('a')];
  expect(new Set(hashes).size).toBe(3);
  expect(hashes[3]).toBe(hashes[1]);
});

describe('bad input is refused, with place and remedy', () => {
  const refuses = async (run: Promise<unknown>, pattern: RegExp) => {
    const error = await run.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TidegateError);
    expect((error as TidegateError).message).toMatch(pattern);
  };

  it('candles that no market made', async () => {
    const bad = (change: (row: Candle, i: number) => Candle) =>
      saws({}, { data: memory({ 'BTC/USDT': saw(200, change) }) });
    const at = (i: number, patch: Partial<Candle>) => (row: Candle, k: number) =>
      k === i ? { ...row, ...patch } : row;
    await refuses(bad(at(7, { close: Number.NaN })), /DATA_BAD_CANDLE.*BTC\/USDT 5m.*2024-01-01T00:35.*NaN.*--repair/);
    await refuses(bad(at(7, { high: 1 })), /DATA_BAD_CANDLE/);
    await refuses(bad(at(7, { volume: -1 })), /DATA_BAD_CANDLE/);
    await refuses(bad(at(7, { time: START })), /DATA_BAD_CANDLE.*out of order/);
  });

  it('unknown pairs, too little history, funding that is not there', async () => {
    await refuses(saws({}, { pairs: ['XYZ/USDT'] }), /DATA_MISSING.*XYZ\/USDT/);
    await refuses(saws({}, { data: memory({ 'BTC/USDT': saw(3) }) }), /DATA_TOO_SHORT.*has 3 candles/);
    const data = memory({ 'BTC/USDT': saw(200) });
    const row = {
      exchange: 'test',
      pair: 'BTC/USDT',
      type: 'candles',
      timeframe: '5m',
      rows: 200,
      bytes: 0,
      source: '',
    } as const;
    data.list = () => Promise.resolve([{ ...row, first: START, last: START + 199 * FRAME }]);
    const late = Date.UTC(2030, 0, 1);
    await refuses(
      saws({}, { data: { ...data, candles: async () => saw(0) }, from: late }),
      /DATA_TOO_SHORT: BTC\/USDT 5m has 0 candles.*Stored are 2024-01-01T00:00 to 2024-01-01T16:35/,
    );
    await refuses(
      saws({}, { data, from: START + 199 * FRAME }),
      /has 1 candle from 2024-01-01T16:35 to its end, and a run needs two/,
    );
    const perpetual = { pairs: ['BTC/USDT:USDT'], data: memory({ 'BTC/USDT:USDT': saw(200) }) };
    await refuses(saws({}, perpetual), /DATA_MISSING.*funding/);
    const { notes } = await saws({}, { ...perpetual, assumeFunding: 0.0001 });
    expect(notes.join('\n')).toMatch(/funding assumed at 0.0001 every 8 h[\s\S]*judged on traded prices/);
  });

  it.each(['honest', 'freqtrade'] as const)(
    'but pairs without candles in the range are left out of %s fills',
    async (fills) => {
      const warmup = fills === 'honest' ? 2 : 0;
      const late = { ...saw(400), time: saw(400).time.map((t) => t + 2 * 86_400_000) };
      const tables = { 'BTC/USDT': saw(1200), 'NEW/USDT': saw(0), 'SHORT/USDT': saw(1), 'LATE/USDT': late };
      const run = (pairs: readonly string[], more: Partial<BacktestOptions> = {}) =>
        saws({}, { data: memory(tables), pairs, fills, leavesOut: true, ...more });
      const { result, notes } = await run(['NEW/USDT', 'BTC/USDT', 'SHORT/USDT', 'LATE/USDT']);
      const without = await run(['BTC/USDT', 'LATE/USDT']);
      expect(result.inputs).toEqual(without.result.inputs);
      expect([result.hash, result.inputHash]).toEqual([without.result.hash, without.result.inputHash]);
      expect(result.inputs.pairs).toEqual(['BTC/USDT', 'LATE/USDT']);
      expect(notes.slice(0, 3)).toEqual([
        `NEW/USDT: left out of the run: 5m has 0 candles; ${warmup} are needed to warm up and two to trade`,
        `SHORT/USDT: left out of the run: 5m has 1 candle; ${warmup} are needed to warm up and two to trade`,
        'LATE/USDT: there are no candles before 2024-01-03 00:00 UTC',
      ]);
      await refuses(run(['NEW/USDT', 'SHORT/USDT']), /DATA_TOO_SHORT.*SHORT\/USDT/);
      await refuses(run(['BTC/USDT', 'NONE/USDT']), /DATA_MISSING.*NONE\/USDT/);
      await refuses(run(['BTC/USDT', 'NEW/USDT'], { leavesOut: false }), /DATA_TOO_SHORT.*NEW\/USDT/);
    },
  );

  it('settings that cannot be', async () => {
    await refuses(saws({}, { stakeAmount: 5000 }), /CONFIG_VALUE.*5000 is more than the starting balance/);
    await refuses(saws({}, { stakeAmount: 2 }), /CONFIG_VALUE.*smallest order of BTC\/USDT/);
    await refuses(saws({}, { stakeAmount: Number.NaN }), /CONFIG_VALUE/);
    await refuses(saws({}, { maxOpenTrades: 0 }), /CONFIG_VALUE/);
    await refuses(saws({}, { stakeCurrency: 'EUR' }), /CONFIG_VALUE.*settles in USDT/);
    await refuses(saws({}, { detailTimeframe: '1h' }), /CONFIG_VALUE: a detail of 1h is longer than 5m/);
    const inverse = { pair: 'BTC/USD:BTC', kind: 'perpetual' as const, settle: 'BTC', quote: 'USD' };
    const specs = { 'BTC/USDT': testSpec(inverse) };
    await refuses(saws({}, { specs, stakeCurrency: 'BTC' }), /CONFIG_VALUE: BTC\/USD:BTC is an inverse contract/);
    await refuses(saws({}, { specs, stakeCurrency: 'BTC', fills: 'freqtrade' }), /inverse contract/);
    await refuses(saws({}, { from: 2, to: 1 }), /CONFIG_VALUE/);
    await refuses(saws({}, { pairs: [] }), /CONFIG_VALUE/);
    await refuses(saws({}, { timeframe: '5x' }), /TIMEFRAME_VALUE.*5x/);
  });

  const failing = () => {
    throw new Error('boom');
  };

  it('strategies that throw, wherever they do', async () => {
    await refuses(
      saws({ onCandle: failing }),
      /STRATEGY_FAILED: Saw threw in onCandle: boom \(BTC\/USDT at 2024-01-01T/,
    );
    await refuses(saws({ features: failing }), /STRATEGY_FAILED.*features/);
    await refuses(saws({ onStart: failing }), /STRATEGY_FAILED.*onStart/);
    await refuses(saws({ onStop: failing }), /STRATEGY_FAILED.*onStop/);
    for (const name of ['stake', 'entryPrice', 'confirmEntry', 'onFill', 'customStop', 'customRoi', 'customExit'])
      await refuses(saws({ [name]: failing }), new RegExp(`STRATEGY_FAILED: Saw threw in ${name}: boom .*--debug`));
    for (const name of ['adjustPosition', 'exitPrice', 'confirmExit', 'onTimer'])
      await refuses(saws({ [name]: failing }), new RegExp(`STRATEGY_FAILED: Saw threw in ${name}: boom`));
    const made = () => {
      throw new Error('boom');
    };
    await refuses(backtest(options(made)), /STRATEGY_FAILED.*while it was made/);
  });

  it('answers that are nonsense', async () => {
    const answers: readonly (readonly [string, unknown, RegExp])[] = [
      ['stake', Number.NaN, /Saw.stake returned NaN.*Return an amount/],
      ['stake', -5, /returned -5/],
      ['stake', undefined, /returned undefined/],
      ['entryPrice', Number.NaN, /Saw.entryPrice returned NaN.*above 0/],
      ['entryPrice', '100', /returned "100"/],
      ['exitPrice', -1, /Saw.exitPrice returned -1/],
      ['confirmEntry', undefined, /Saw.confirmEntry returned undefined.*true or false/],
      ['confirmExit', 'yes', /Saw.confirmExit returned "yes"/],
      ['customStop', Number.NaN, /Saw.customStop returned NaN.*put into this.store/],
      ['customRoi', Number.NaN, /Saw.customRoi returned NaN/],
      ['customExit', 7, /Saw.customExit returned 7.*words/],
      ['adjustPosition', Number.NaN, /Saw.adjustPosition returned NaN/],
      [
        'adjustPosition',
        { stake: 1, tagg: 'x' },
        /Saw.adjustPosition returned \{.*"tagg".*Return \{ stake: .*, tag \}/,
      ],
      ['adjustPosition', { stake: 'much' }, /returned "much"/],
    ];
    for (const [name, answer, pattern] of answers)
      await refuses(saws({ [name]: () => answer }), new RegExp(`STRATEGY_ANSWER.*${pattern.source}`));
    const resting = { entryPrice: () => 99, adjustOrder: () => Number.NaN };
    await refuses(saws(resting), /STRATEGY_ANSWER: Saw.adjustOrder returned NaN/);
  });

  it('features that are none, and timeframes that cannot be', async () => {
    await refuses(saws({ features: () => ({ x: 5 }) }), /STRATEGY_FEATURES.*returned 5 as "x"/);
    await refuses(saws({ features: () => null }), /STRATEGY_FEATURES/);
    const at = (frame: string) => ({ features: (m: Market) => ({ x: m.at(frame, (c) => c.close) }) });
    await refuses(saws(at('1z')), /TIMEFRAME_VALUE/);
    await refuses(saws(at('1m')), /TIMEFRAME_TOO_SHORT.*1m.*5m/);
  });
});
