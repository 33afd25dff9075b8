import { expect, it } from 'vitest';
import { tickSettings } from './tick-settings.ts';

const tier = (fromValue: number, maker = 0.0002) => ({ fromValue, maker, taker: 0.0005 });

it.each([
  [[tier(0), tier(1e6, -0.00005)], true],
  [[], false],
  [[tier(5)], false],
  [[tier(0), tier(0)], false],
  [[tier(0), tier(9), tier(4)], false],
  [[tier(0, 1.5)], false],
])('tiers of fees begin at 0 and ascend: %j', (feeTiers, isTaken) => {
  expect(tickSettings.safeParse({ feeTiers }).success).toBe(isTaken);
});
