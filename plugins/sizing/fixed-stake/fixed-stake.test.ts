import { testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const intent = testIntent();

describe('fixed-stake', () => {
  it('stakes the same whatever the account', () => {
    const module = plugin.create({ stake: 50, whenShort: 'shrink' });
    expect(module.stake(intent, testContext())).toBe(50);
  });

  it('enters with what is free, or not at all', () => {
    const poor = testContext({ account: { equity: 1000, free: 30, openPositions: 1 } });
    expect(plugin.create({ stake: 50, whenShort: 'shrink' }).stake(intent, poor)).toBe(30);
    expect(plugin.create({ stake: 50, whenShort: 'skip' }).stake(intent, poor)).toBe(0);
  });
});
