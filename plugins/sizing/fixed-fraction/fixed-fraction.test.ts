import { testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

describe('fixed-fraction', () => {
  const context = testContext({ account: { equity: 2000, free: 300, openPositions: 1 } });

  it('takes its fraction of equity, within free cash', () => {
    expect(plugin.create({ fraction: 0.1, of: 'equity' }).stake(testIntent(), context)).toBe(200);
    expect(plugin.create({ fraction: 0.5, of: 'equity' }).stake(testIntent(), context)).toBe(300);
  });

  it('takes its fraction of free cash', () => {
    expect(plugin.create({ fraction: 0.1, of: 'free' }).stake(testIntent(), context)).toBe(30);
  });
});
