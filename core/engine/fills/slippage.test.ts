import { expect, it } from 'vitest';
import type { PairState } from '../slot.ts';
import { fixedSlippage, totalSlippage, volatilitySlippage, volumeShareSlippage } from './slippage.ts';

const pair = { open: 100, high: 104, low: 96, volume: 1000 } as PairState;

it('is what each model says, as a fraction of the price, and the sum of several', () => {
  expect(fixedSlippage({ bps: 3 })(1, pair)).toBe(0.0003);
  expect(volatilitySlippage({ factor: 0.05 })(1, pair)).toBe(0.004);
  const share = volumeShareSlippage({ impact: 0.1, maxShare: 0.025 });
  expect(share(10, pair)).toBeCloseTo(0.1 * 0.01 ** 2, 15);
  expect(share(500, pair)).toBe(0.1 * 0.025 ** 2);
  expect(share(1, { ...pair, volume: 0 } as PairState)).toBe(0.1 * 0.025 ** 2);
  const three = [1, 2, 3].map((bps) => fixedSlippage({ bps }));
  expect(totalSlippage(three.slice(0, 1))(1, pair)).toBe(0.0001);
  expect(totalSlippage(three.slice(0, 2))(1, pair)).toBeCloseTo(0.0003, 15);
  expect(totalSlippage(three)(1, pair)).toBeCloseTo(0.0006, 15);
});
