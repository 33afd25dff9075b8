import { testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

/** Verdict with closes given, oldest first. */
function verdict(options: Record<string, unknown>, closes: readonly number[], over: object = {}): string {
  const module = plugin.create(plugin.options.parse(options));
  const past = (pair: string, _field: string, ago: number) =>
    pair === 'BTC/USDT:USDT' ? (closes[closes.length - 1 - ago] ?? Number.NaN) : Number.NaN;
  const answer = module.review(testIntent(over), 100, testContext({ past }));
  return answer.verdict === 'deny' ? answer.reason : answer.verdict;
}
/** Prices whose log returns are +size and -size in turn. */
const zigzag = (count: number, size: number, from = 100) =>
  Array.from({ length: count }, (_, k) => from * Math.exp(k % 2 === 0 ? 0 : size));

describe('volatility-halt', () => {
  const options = { candles: 4, baselineCandles: 10 };
  const calm = zigzag(11, 0.01);

  it('halts above the multiple of what is usual', () => {
    expect(verdict(options, [...calm, ...zigzag(4, 0.029)])).toBe('allow');
    expect(verdict(options, [...calm, 104, 100, 104, 100])).toBe('volatility_halt');
    expect(verdict({ ...options, ratio: 5 }, [...calm, 104, 100, 104, 100])).toBe('allow');
  });

  it('halts above a limit, without any baseline', () => {
    expect(verdict({ candles: 4, maxVolatility: 0.0101 }, zigzag(5, 0.01))).toBe('allow');
    expect(verdict({ candles: 4, maxVolatility: 0.0099 }, zigzag(5, 0.01))).toBe('volatility_halt');
  });

  it('goes on for as many candles as it is told', () => {
    const burst = [...zigzag(5, 0.05), 100, 100, 100, 100, 100, 100];
    expect(verdict({ candles: 4, maxVolatility: 0.04 }, burst)).toBe('allow');
    expect(verdict({ candles: 4, maxVolatility: 0.04, holdCandles: 4 }, burst)).toBe('allow');
    expect(verdict({ candles: 4, maxVolatility: 0.04, holdCandles: 5 }, burst)).toBe('volatility_halt');
  });

  it('lets a reference halt every pair, and additions pass', () => {
    const given = { candles: 4, maxVolatility: 0.001 };
    const other = { pair: 'ETH/USDT:USDT' };
    expect(verdict(given, zigzag(5, 0.01), other)).toBe('allow');
    expect(verdict({ ...given, reference: 'BTC/USDT:USDT' }, zigzag(5, 0.01), other)).toBe('volatility_halt');
    expect(verdict(given, zigzag(5, 0.01), { kind: 'addition' })).toBe('allow');
  });

  it('has no opinion without enough history', () => {
    expect(verdict(options, [100, 200, 100, 200, 100, 200])).toBe('allow');
    expect(verdict({ candles: 4, maxVolatility: 0.001 }, [100, 200, 100])).toBe('allow');
  });
});
