import { describe, expect, it } from 'vitest';
import { configSchema } from '../config/schema.ts';
import { withDerivedTimeframes } from '../data/derived-timeframes.ts';
import { synthMarket } from '../data/synth/synth-market.ts';
import { assembleBacktest } from './assemble.ts';
import { backtest } from './backtest.ts';
import { scriptedBacktest } from './scripted-backtest.ts';

const data = synthMarket({ seed: 1, pairs: ['BTC/USDT'], from: Date.UTC(2024, 0, 1), days: 30, tickMinutes: 0 });
const settings = { strategy: 'EmaCross', pairs: ['BTC/USDT'], timeframe: '15m' };
const places = { userdir: 'none', data };

describe("a script's backtest", () => {
  it('is that of a configuration with the same settings, to the bit', async () => {
    const { result, summary, notes } = await scriptedBacktest({ ...settings, parameters: { fast: 9 } }, places);
    const config = configSchema.parse({ ...settings, parameters: { fast: 9 } });
    const own = await assembleBacktest(config, { userdir: 'none', dataFolder: 'none' }, withDerivedTimeframes(data));
    const other = await backtest({ ...own, leavesOut: true });
    expect(result.trades.length).toBeGreaterThan(5);
    expect([result.hash, result.inputHash]).toEqual([other.result.hash, other.result.inputHash]);
    expect(summary.account.finalBalance).toBe(result.finalBalance);
    expect(notes).toEqual(other.notes);
  });

  it('heeds its parameters, and no environment', async () => {
    process.env.TIDEGATE__STARTING_BALANCE = '7';
    try {
      const { result } = await scriptedBacktest(settings, places);
      const other = await scriptedBacktest({ ...settings, parameters: { fast: 9 } }, places);
      expect(result.inputs.startingBalance).toBe(10_000);
      expect(other.result.hash).not.toBe(result.hash);
    } finally {
      delete process.env.TIDEGATE__STARTING_BALANCE;
    }
  });

  it.each([
    [{ strateg: 'EmaCross' }, 'CONFIG_UNKNOWN_KEY: there is no setting "strateg" (settings > strateg)'],
    [{ strategy: 'EmaCros' }, 'Did you mean "EmaCross"?'],
    [{ strategy: undefined }, 'CONFIG_VALUE: no strategy was given'],
    [{ source: 'csv-folder' }, 'Sources are opened by scripts'],
    [{ pairs: ['ETH/USDT'] }, 'DATA_MISSING: no ETH/USDT'],
    [{ stakeAmount: -1 }, '(settings > stakeAmount)'],
  ])('refuses %o by name', async (wrong, text) => {
    await expect(scriptedBacktest({ ...settings, ...wrong } as never, places)).rejects.toThrow(text);
  });
});
