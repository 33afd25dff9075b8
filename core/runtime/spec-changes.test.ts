import { describe, expect, it } from 'vitest';
import { memoryMarket } from '../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../tests/fixtures/plain-run.ts';
import { specAt } from '../data/specs/spec-store.ts';
import { candlesFrom } from '../domain/candles.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Bar } from '../strategy/bar.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { backtest } from './backtest.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { specChanges } from './spec-changes.ts';

const START = Date.UTC(2024, 0, 1);
const FRAME = 300_000;
const PAIR = 'BTC/USDT';

const dated = (candle: number, terms: Partial<InstrumentSpec>) =>
  testSpec({
    pair: PAIR,
    kind: 'spot',
    minCost: 5,
    makerFee: 0.001,
    takerFee: 0.001,
    validFrom: START + candle * FRAME,
    ...terms,
  });

/** Twelve candles at 100, and specifications as they are stored. */
function market(specs: readonly InstrumentSpec[]): MarketData {
  const candles = candlesFrom(
    Array.from({ length: 12 }, (_, i) => ({
      time: START + i * FRAME,
      open: 100,
      high: 100,
      low: 100,
      close: 100,
      volume: 1e6,
    })),
  );
  return {
    ...memoryMarket({ [PAIR]: { spec: specs[0]!, candles: { '5m': candles } } }),
    specAt: async (exchange, pair, time) => specAt(specs, exchange, pair, time),
  };
}

/** Enters at the closes of candles 1, 5 and 9, leaves at those of 3 and 7. */
class Thrice extends Strategy {
  override timeframe = '5m';
  override stoploss = -0.5;
  override onCandle({ candle }: Bar<this>): void {
    const i = (candle.time - START) / FRAME;
    if (i % 4 === 1) this.enter.long();
    if (i % 4 === 3) this.exit.long();
  }
}

async function run(specs: readonly InstrumentSpec[], more: Partial<BacktestOptions> = {}) {
  const { result, notes } = await backtest({
    ...PLAIN_RUN,
    strategies: [{ name: 'Thrice', create: (context) => new Thrice(context), codeHash: 'code' }],
    data: market(specs),
    pairs: [PAIR],
    startingBalance: 1000,
    stakeAmount: 100,
    ...more,
  });
  return { result, notes, fees: result.trades.map((t) => Math.round(t.fees * 1e9) / 1e9) };
}

describe('specifications that change during a run', () => {
  it('are all found, and none that holds before or begins after', async () => {
    const [a, b, c, d] = [0, 4, 6, 20].map((candle, k) => dated(candle, { takerFee: 0.001 * (k + 1) }));
    const data = market([a!, b!, c!, d!]);
    expect(await specChanges(data, 'test', a!, START + 11 * FRAME)).toEqual([b, c]);
    expect(await specChanges(data, 'test', c!, START + 11 * FRAME)).toEqual([]);
  });

  it('change fees from the first candle that opens then', async () => {
    // Fills at the opens of candles 2, 4, 6, 8, 10 and the end: 0.1 each at 0.1 %, 0.3 at 0.3 %, 0.05 at 0.05 %.
    const specs = [dated(0, {}), dated(4, { takerFee: 0.003 }), dated(7.5, { takerFee: 0.0005 })];
    expect((await run(specs)).fees).toEqual([0.4, 0.35, 0.1]);
    expect((await run(specs, { onProgress: () => true })).fees).toEqual([0.4, 0.35, 0.1]);
    expect((await run(specs, { fee: 0.002 })).fees).toEqual([0.4, 0.4, 0.4]);
    expect((await run(specs, { specs: { [PAIR]: specs[0]! } })).fees).toEqual([0.2, 0.2, 0.2]);
  });

  it('change minima: an order below the new one is not made', async () => {
    const { result } = await run([dated(0, {}), dated(4, { minCost: 200 })]);
    expect(result.trades).toHaveLength(1);
  });

  it('halt a market: what is open is left as usual, no entry follows until it trades again', async () => {
    const specs = [dated(0, {}), dated(2.5, { status: 'halted' }), dated(7.5, { status: 'trading' })];
    const { result } = await run(specs);
    const opened = result.trades.map((trade) => (trade.openTime - START) / FRAME);
    expect(opened).toEqual([2, 10]);
    expect(result.trades[0]!.closeTime).toBe(START + 4 * FRAME);
  });

  it('are noted where the freqtrade profile keeps the first', async () => {
    const specs = [dated(0, {}), dated(4, { takerFee: 0.003 }), dated(8, { status: 'delisted' })];
    const { notes } = await run(specs, { fills: 'freqtrade' });
    expect(notes).toEqual([
      'BTC/USDT: its specification changes on 2024-01-01; this profile keeps the first throughout, as Freqtrade does',
    ]);
    expect((await run(specs)).notes).toEqual([]);
  });

  it('are part of the input hash', async () => {
    const [a, b, c] = [dated(0, {}), dated(11, { takerFee: 0.003 }), dated(12, { takerFee: 0.003 })];
    const plain = (await run([a])).result;
    expect((await run([a, c])).result.inputHash).toBe(plain.inputHash);
    expect((await run([a, b])).result.inputHash).not.toBe(plain.inputHash);
  });

  it('are refused where tick or step change, with the date and the way out', async () => {
    const specs = [dated(0, { priceTick: 0.1 }), dated(6, { priceTick: 0.01 })];
    await expect(run(specs)).rejects.toMatchObject({
      code: 'SPEC_CHANGES',
      message: expect.stringContaining(
        'the price tick of BTC/USDT changes from 0.1 to 0.01 on 2024-01-01T00:30:00.000Z',
      ),
    });
    expect((await run(specs, { to: START + 6 * FRAME })).fees).toEqual([0.2]);
    await expect(run([dated(0, {}), dated(6, { amountStep: 1 })])).rejects.toMatchObject({ code: 'SPEC_CHANGES' });
  });
});
