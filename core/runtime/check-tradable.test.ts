import { describe, expect, it } from 'vitest';
import { Strategy } from '../strategy/strategy.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { checkAttributes, checkStake } from './check-tradable.ts';

class Plain extends Strategy {}
const having = (attributes: object) => () => checkAttributes(Object.assign(new Plain(), attributes), 'Mine');

describe("a strategy's attributes", () => {
  it('pass as they are, and with all that the guide allows', () => {
    expect(having({})).not.toThrow();
    expect(having({ stoploss: -1, minimalRoi: { 0: 0.1, 60: -1 }, trailingStopPositive: 0.01 })).not.toThrow();
    expect(having({ orderTypes: { entry: 'limit', exit: 'market' }, onCandle: () => undefined })).not.toThrow();
  });

  it.each([
    [{ stoploss: '5%' }, /STRATEGY_ATTRIBUTE: Mine\.stoploss cannot be "5%".*A stop of five percent is -0\.05/],
    [{ stoploss: Number.NaN }, /Mine\.stoploss cannot be NaN/],
    [{ stoploss: 0.05 }, /Mine\.stoploss cannot be 0\.05/],
    [{ stoploss: -7 }, /Mine\.stoploss cannot be -7: a fraction, so -7 is -700 %; -7 % is -0\.07\. A stop of five/],
    [{ trailingStopPositive: 2 }, /Mine\.trailingStopPositive cannot be 2: a fraction, so 2 is 200 %; 2 % is 0\.02/],
    [{ trailingStopPositive: -0.01 }, /Mine\.trailingStopPositive cannot be -0\.01/],
    [{ trailingStopPositiveOffset: -0.01 }, /Mine\.trailingStopPositiveOffset cannot be -0\.01/],
    [{ minimalRoi: { 0: '3%' } }, /Mine\.minimalRoi\.0 cannot be "3%"/],
    [{ minimalRoi: { soon: 0.1 } }, /Mine\.minimalRoi\.soon/],
    [{ orderTypes: { entry: 'iceberg', exit: 'market' } }, /Mine\.orderTypes\.entry cannot be "iceberg"/],
    [{ orderTypes: { entry: 'limit' } }, /Mine\.orderTypes\.exit cannot be absent/],
    [{ unfilledTimeout: { entry: Number.NaN, exit: 5 } }, /Mine\.unfilledTimeout\.entry cannot be NaN/],
    [{ canShort: 'yes' }, /Mine\.canShort cannot be "yes"/],
    [{ maxEntryPositionAdjustment: 1.5 }, /Mine\.maxEntryPositionAdjustment cannot be 1\.5/],
  ])('are refused: %o', (attributes, message) => {
    expect(having(attributes)).toThrow(message);
  });

  it('name a callback that is async: its answer would be a promise', () => {
    expect(having({ onCandle: async () => undefined })).toThrow(/STRATEGY_ASYNC: Mine\.onCandle is async/);
    class Later extends Plain {
      override customExit(): string {
        return (async () => 'late')() as unknown as string;
      }
      async leverage2() {
        return 2;
      }
    }
    expect(() => checkAttributes(new Later(), 'Later')).not.toThrow();
  });
});

it('a fixed stake above the whole balance is refused, but not where a sizing module says the stakes', () => {
  const account = { stakeAmount: 1000, startingBalance: 500 } as BacktestOptions;
  expect(() => checkStake(account)).toThrow('CONFIG_VALUE: stakeAmount 1000 is more than the starting balance 500');
  for (const other of [{ stakeSizes: false }, { stakeAmount: 500 }, { stakeAmount: 'unlimited' as const }])
    expect(() => checkStake({ ...account, ...other })).not.toThrow();
});
