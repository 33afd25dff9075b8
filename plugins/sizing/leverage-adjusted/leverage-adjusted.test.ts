import { testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

describe('leverage-adjusted', () => {
  const stakeAt = (leverage: number, power: number) =>
    plugin.create({ fraction: 0.2, power }).stake(testIntent({ leverage }), testContext());

  it('keeps the notional at power 1, shrinks it at power 2, ignores leverage at power 0', () => {
    expect(stakeAt(1, 1)).toBe(200);
    expect(stakeAt(4, 1)).toBe(50);
    expect(stakeAt(4, 2)).toBe(12.5);
    expect(stakeAt(4, 0)).toBe(200);
  });
});
