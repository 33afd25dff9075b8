import { describe, expect, it } from 'vitest';
import type { ModuleChoice } from '../../registry/registry.ts';
import { declareMarket } from '../../strategy/market.ts';
import { loadRegistry } from '../load-registry.ts';
import { columnDeclarer } from './declared-columns.ts';

const market = declareMarket('ETH/USDT', '5m');
const columns = async (...choices: ModuleChoice[]) => (await columnDeclarer(await loadRegistry(), choices))(market);

describe('features of a configuration', () => {
  it('expands a single feature over periods, timeframes, lags and pairs', async () => {
    const { series, record } = await columns({
      name: 'rsi',
      expand: { periods: [7, 14], timeframes: ['1h'], lags: [1], pairs: ['BTC/USDT'], exclude: ['*_1h_lag1'] },
    });
    expect([...series.keys()].slice(0, 4)).toEqual(['rsi_7', 'rsi_7_lag1', 'rsi_14', 'rsi_14_lag1']);
    expect(series.size).toBe(2 * 2 * 2 * 2 - 2);
    expect(series.has('rsi_14_1h_BTC/USDT_lag1')).toBe(true);
    expect(record).toMatchObject([{ feature: 'rsi', expand: { periods: [7, 14] } }]);
  });

  it('expands a set, its other options kept, and drops what is there twice', async () => {
    const plain = await columns({ name: 'momentum', rocPeriods: [3] });
    const { series } = await columns({
      name: 'momentum',
      rocPeriods: [3],
      expand: { periods: [7, 14], include: ['rsi_*', 'roc*'] },
    });
    const names = [...series.keys()];
    expect(names).toEqual(expect.arrayContaining(['rsi_7', 'rsi_14']));
    expect(names.filter((name) => name.startsWith('roc'))).toHaveLength(1); // it has no period of that kind
    expect(series.get('rsi_14')!.key).toBe(plain.series.get('rsi')!.key);
  });

  it('says what is wrong with an expansion', async () => {
    await expect(columns({ name: 'rsi', expand: { period: [7] } })).rejects.toThrow(/no option "period"/);
    await expect(columns({ name: 'calendar', expand: { periods: [7] } })).rejects.toThrow(/no option for a period/);
    await expect(columns({ name: 'rsi', expand: { periods: [7], include: ['rsi_8'] } })).rejects.toThrow(
      /no feature is called "rsi_8"/,
    );
  });
});
