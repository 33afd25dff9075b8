import { describe, expect, it } from 'vitest';
import { memoryMarket } from '../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../tests/fixtures/plain-run.ts';
import { candlesFrom } from '../domain/candles.ts';
import type { Bar } from '../strategy/bar.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { backtest } from './backtest.ts';
import type { BacktestOptions } from './backtest-options.ts';

const START = Date.UTC(2024, 0, 1);
const FRAME = 300_000;

/** Candles without a range at the given closes. */
const flat = (closes: readonly number[]) =>
  candlesFrom(closes.map((p, i) => ({ time: START + i * FRAME, open: p, high: p, low: p, close: p, volume: 1e6 })));

/** Enters at the close of candle 1, leaves at the close of candle 4. */
class Once extends Strategy {
  override timeframe = '5m';
  override stoploss = -0.5;
  override onCandle({ candle }: Bar<this>): void {
    const i = (candle.time - START) / FRAME;
    if (i === 1) this.enter.long();
    if (i === 4) this.exit.long();
  }
}

const PRICES = [100, 100, 100, 100, 110, 110, 110, 110];

function run(feeAsset: BacktestOptions['costs']['feeAsset'], coin: readonly number[], pair = 'BTC/USDT') {
  const kind = pair.includes(':') ? 'perpetual' : 'spot';
  const terms = { minCost: 5, makerFee: 0.001, takerFee: 0.001 };
  return backtest({
    ...PLAIN_RUN,
    strategies: [{ name: 'Once', create: (context) => new Once(context), codeHash: 'code' }],
    data: memoryMarket({
      [pair]: { spec: testSpec({ ...terms, pair, kind }), candles: { '5m': flat(PRICES) } },
      'BNB/USDT': {
        spec: testSpec({ ...terms, pair: 'BNB/USDT', base: 'BNB', kind: 'spot' }),
        candles: { '5m': flat(coin) },
      },
    }),
    pairs: [pair],
    startingBalance: 1000,
    stakeAmount: 500,
    assumeFunding: 0,
    costs: { ...PLAIN_RUN.costs, ...(feeAsset !== undefined && { feeAsset }) },
  });
}

const BNB = { asset: 'BNB', pair: 'BNB/USDT', discount: 0.25, balance: 1 };

describe('fees in another asset', () => {
  it('are bought out of the starting balance, converted at the last close, and counted', async () => {
    // The order of candle 1 fills at the open of candle 2, when the last close is 250; the exit at that of candle 5, when it is 200.
    const { result, outcome, notes } = await run(BNB, [300, 250, 400, 400, 200, 320, 320, 320]);
    const [trade] = result.trades;
    // 0.5 and 0.55, less a quarter.
    expect(trade!.fees).toBeCloseTo(0.375 + 0.4125, 12);
    expect(trade!.profitAbs).toBeCloseTo(50 - 0.7875, 9);
    const { account } = outcome.engine!.ledger;
    expect(account.free).toBe(1000 - 300 + 50);
    expect(account.asset('BNB').free.value).toBeCloseTo(1 - 0.375 / 250 - 0.4125 / 200, 12);
    expect(result.equity.equity[0]).toBe(1000);
    expect(result.equity.equity[1]).toBe(700 + 250);
    expect(result.finalBalance).toBeCloseTo(750 + 320 * (1 - 0.0015 - 0.0020625), 9);
    expect(notes).toEqual([]);
  });

  it('fall back to the quote when the stock is used up, and say so', async () => {
    const { result, notes } = await run(
      { ...BNB, balance: 0.002 },
      PRICES.map(() => 250),
    );
    expect(result.trades[0]!.fees).toBeCloseTo(0.375 + 0.55, 12);
    expect(notes).toEqual([
      'the stock of BNB did not cover a fee on 2024-01-01T00:25: such fees were paid in USDT, without the discount',
    ]);
  });

  it('need prices of the coin for the whole run', async () => {
    await expect(run(BNB, [300, 300, 300])).rejects.toMatchObject({ code: 'DATA_MISSING' });
    await expect(run({ ...BNB, asset: 'KCS' }, PRICES)).rejects.toMatchObject({ code: 'CONFIG_VALUE' });
    await expect(
      run(
        { ...BNB, balance: 5 },
        PRICES.map(() => 250),
      ),
    ).rejects.toMatchObject({ code: 'CONFIG_VALUE' });
  });

  it('in the base leave less to sell, on spot only', async () => {
    const { result } = await run('base', PRICES);
    expect(result.trades[0]).toMatchObject({ amount: 4.995, openRate: 100, closeRate: 110 });
    expect(result.finalBalance).toBeCloseTo(500 + 4.995 * 110 * 0.999, 9);
    await expect(run('base', PRICES, 'BTC/USDT:USDT')).rejects.toMatchObject({ code: 'CONFIG_VALUE' });
  });

  it('are the plain run where the quote is named', async () => {
    expect((await run('quote', PRICES)).result.hash).toBe((await run(undefined, PRICES)).result.hash);
  });
});
