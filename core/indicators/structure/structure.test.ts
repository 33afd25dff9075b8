import { expect, it } from 'vitest';
import { runFeature } from '../feature.ts';
import { fairValueGap, pivots, supportResistance, volumeProfile, zigzag } from './index.ts';

const column = (...xs: number[]) => Float64Array.from(xs);

it('a pivot is known only after its right side, and not before', () => {
  const high = column(1, 2, 5, 3, 2, 4, 3, 1);
  const low = high.map((x) => x - 0.5);
  const [top, , isHigh] = runFeature(pivots.definition, { left: 2, right: 2 }, [high, low]);
  expect([...isHigh!].slice(4)).toEqual([1, 0, 0, 1]);
  expect(top![4]).toBe(5);
  const longer = runFeature(pivots.definition, { left: 2, right: 2 }, [column(...high, 9, 9), column(...low, 8, 8)]);
  expect([...longer[0]!].slice(0, 8)).toEqual([...top!]);
});

it('a zig-zag turns when price has come back by the reversal', () => {
  const price = column(100, 105, 110, 107, 104, 103, 108, 112);
  const [pivot, extreme, direction] = runFeature(zigzag.definition, { reversal: 0.05 }, [price, price]);
  expect([...direction!]).toEqual([0, 1, 1, 1, -1, -1, -1, 1]);
  expect([...pivot!]).toEqual([100, 100, 100, 100, 110, 110, 110, 103]);
  expect([...extreme!]).toEqual([100, 105, 110, 110, 104, 103, 103, 112]);
});

it('support and resistance are the nearest confirmed pivots on either side of the close', () => {
  const close = column(5, 8, 5, 3, 5, 10, 6, 6.5);
  const [support, resistance] = runFeature(supportResistance.definition, { left: 1, right: 1, range: 3 }, [
    close,
    close,
    close,
  ]);
  expect(support!.at(-1)).toBe(6);
  expect(resistance!.at(-1)).toBe(8);
});

it('the point of control is the fullest bin, the value area grows around it', () => {
  const price = column(1, 2, 2, 2, 3, 4, 4, 5);
  const volume = column(1, 5, 5, 5, 4, 1, 1, 1);
  const options = { period: 8, bins: 4, share: 0.7 };
  const [poc, high, low] = runFeature(volumeProfile.definition, options, [price, price, price, volume]);
  expect([poc!.at(-1), high!.at(-1), low!.at(-1)]).toEqual([2.5, 4, 2]);
});

it('a gap over two rows keeps its sign', () => {
  const high = column(10, 11, 14, 9);
  const low = column(9, 10, 12, 8);
  const [gap] = runFeature(fairValueGap.definition, {}, [high, low, column(10, 11, 13, 8)]);
  expect([...gap!]).toEqual([Number.NaN, Number.NaN, 2 / 13, -1 / 8]);
});
