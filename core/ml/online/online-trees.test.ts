import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { AdaptiveForest } from './adaptive-forest.ts';
import { HoeffdingTree } from './hoeffding-tree.ts';

/** Rows whose class is x0 > 0 xor x1 > 0 (or its opposite after `flip`), the third feature noise. */
function rows(count: number, flip = Number.POSITIVE_INFINITY, noise = 0) {
  const rng = seeded('stream');
  return Array.from({ length: count }, (_, t) => {
    const x = Float64Array.from({ length: 3 }, () => rng.normal());
    const y = x[0]! > 0.3 && x[1]! > -0.5 ? 1 : 0;
    const isNoise = rng.next() < noise;
    return { x, y: (t >= flip ? 1 - y : y) ^ (isNoise ? 1 : 0) };
  });
}

interface Online {
  predict(x: Float64Array, out: Float64Array): void;
  learn(x: Float64Array, y: number): void;
}

/** Shares of the rows of [from, to) that were predicted right before they were learned. */
function accuracy(model: Online, stream: ReturnType<typeof rows>, from: number, to: number): number {
  const out = new Float64Array(2);
  let right = 0;
  stream.forEach(({ x, y }, t) => {
    model.predict(x, out);
    if (t >= from && t < to && (out[1]! > 0.5 ? 1 : 0) === y) right++;
    model.learn(x, y);
  });
  return right / (to - from);
}

it('a Hoeffding tree finds a step of two features, and looks at no noise', () => {
  const tree = new HoeffdingTree(3, { classes: 2 });
  expect(accuracy(tree, rows(8000), 6000, 8000)).toBeGreaterThan(0.97);
  expect(tree.leaves).toBeGreaterThan(2);
  expect(tree.importance()[2]).toBeLessThan(0.02);
});

it('a Hoeffding tree does not split on noise', () => {
  const rng = seeded('noise');
  const tree = new HoeffdingTree(2, { classes: 2, tie: 0 });
  for (let t = 0; t < 5000; t++) tree.learn(Float64Array.of(rng.normal(), rng.normal()), rng.next() < 0.5 ? 0 : 1);
  expect(tree.leaves).toBe(1);
});

it('an adaptive forest replaces its trees when the concept turns over, and recovers', () => {
  const forest = new AdaptiveForest(3, { classes: 2, trees: 5, seed: 1 });
  expect(accuracy(forest, rows(6000, 3000), 4500, 6000)).toBeGreaterThan(0.93);
  expect(forest.replaced).toBeGreaterThanOrEqual(5);
});

it.each([
  [
    'tree',
    (from?: Readonly<Record<string, Float64Array>>) => {
      const tree = new HoeffdingTree(3, { classes: 2, grace: 50, ...(from && { from: from.tree! }) });
      return Object.assign(tree, { saved: () => ({ tree: tree.state() }) });
    },
  ],
  [
    'forest',
    (from?: Readonly<Record<string, Float64Array>>) => {
      const forest = new AdaptiveForest(3, { classes: 2, trees: 3, seed: 2, ...(from && { from }) });
      return Object.assign(forest, { saved: () => forest.state() });
    },
  ],
])('a %s goes on from its saved state to the bit', (_, make) => {
  const stream = rows(2500, 1500, 0.1);
  const whole = make();
  let cut = make();
  for (const [t, { x, y }] of stream.entries()) {
    whole.learn(x, y);
    cut.learn(x, y);
    if (t % 700 === 600) cut = make(structuredClone(cut.saved()));
  }
  expect(cut.saved()).toEqual(whole.saved());
});
