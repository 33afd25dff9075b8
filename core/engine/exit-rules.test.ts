import { expect, it } from 'vitest';
import { Instrument } from '../domain/tradable.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { applyRoiTable, roiTable, stopTicksFrom, trailingTicks } from './exit-rules.ts';
import type { Position } from './position.ts';

class Rules extends Strategy {}

const rules = (attributes: Partial<Rules>) => Object.assign(new Rules(), attributes);
const position = (sign: 1 | -1, leverage: number, bestRate = 100) =>
  ({
    sign,
    leverage,
    bestRate,
    openedAt: 0,
    instrument: new Instrument(testSpec()),
    profitRatio: (rate: number) => (sign * (rate - 100) * leverage) / 100,
  }) as unknown as Position;

it('sorts the ROI table and finds the row in force', () => {
  const table = roiTable(rules({ minimalRoi: { 60: 0.01, 0: 0.03, 20: 0.02 } }));
  const held = position(1, 1);
  const at = (minutes: number) => {
    applyRoiTable(held, table, minutes * 60e9);
    return [held.roiRatio, held.nextRoiAt / 60e9];
  };
  expect(at(0)).toEqual([0.03, 20]);
  expect(at(19)).toEqual([0.03, 20]);
  expect(at(20)).toEqual([0.02, 60]);
  expect(at(600)).toEqual([0.01, Number.POSITIVE_INFINITY]);
});

it('has no ratio before the first row', () => {
  const held = position(1, 1);
  applyRoiTable(held, roiTable(rules({ minimalRoi: { 10: 0.01 } })), 0);
  expect([held.roiRatio, held.nextRoiAt]).toEqual([Number.NaN, 600e9]);
});

it('puts stops at a ratio of the margin, stepped towards the entry', () => {
  expect(stopTicksFrom(position(1, 1), 100, -0.033)).toBe(967);
  expect(stopTicksFrom(position(1, 3), 100, -0.1)).toBe(967);
  expect(stopTicksFrom(position(-1, 3), 100, -0.1)).toBe(1033);
  expect(stopTicksFrom(position(1, 1), 100, -1)).toBe(0);
});

it('trails by the stop-loss, or by the positive distance beyond the offset', () => {
  const trail = { stoploss: -0.1, trailingStopPositive: 0.02, trailingStopPositiveOffset: 0.05 };
  expect(trailingTicks(position(1, 1, 104), rules(trail))).toBe(936);
  expect(trailingTicks(position(1, 1, 110), rules(trail))).toBe(1078);
  const only = { ...trail, trailingOnlyOffsetIsReached: true };
  expect(trailingTicks(position(1, 1, 104), rules(only))).toBe(0);
  expect(trailingTicks(position(-1, 1, 90), rules(only))).toBe(918);
});
