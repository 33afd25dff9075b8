import { describe, expect, it } from 'vitest';
import linear from './linear-regression/index.ts';
import logistic from './logistic-regression/index.ts';

const rows = 100;
const x = Float64Array.from({ length: rows }, (_, i) => (i < 40 ? 0 : 1));
const dataset = (target: Float64Array) => ({
  names: ['x'],
  columns: [x],
  rows,
  target,
  availableAt: x,
  labelAt: x,
});
const out = () => ({
  direction: new Float64Array(rows),
  confidence: new Float64Array(rows),
  volatility: new Float64Array(rows),
});

describe('logistic-regression', () => {
  /** Of 40 rows at 0, 10 are up; of 60 rows at 1, 45 are up. */
  const isUp = (i: number) => i < 10 || (i >= 40 && i < 85);

  it.each([
    ['0 and 1', 0],
    ['-1 and 1', -1],
  ])('with labels %s: direction is P(up) - P(down), confidence its size', (_name, down) => {
    const model = logistic.create({ l2: 0, balance: false });
    model.fit(dataset(x.map((_, i) => (isUp(i) ? 1 : down))));
    const said = out();
    model.predictInto([x], said, 0, rows);
    expect(said.direction[0]).toBeCloseTo(-0.5, 9);
    expect(said.direction[99]).toBeCloseTo(0.5, 9);
    expect(said.confidence[0]).toBeCloseTo(0.5, 9);
    expect(said.volatility[0]).toBeNaN();
  });

  it('balances classes', () => {
    const model = logistic.create({ l2: 1e6, balance: true });
    model.fit(dataset(x.map((_, i) => (i % 10 === 0 ? 1 : 0))));
    const said = out();
    model.predictInto([x], said, 0, rows);
    expect(said.direction[0]).toBeCloseTo(0, 3);
  });

  it('says what it cannot learn from', () => {
    const model = logistic.create({ l2: 1, balance: false });
    expect(() => model.fit(dataset(x.map(() => 1)))).toThrow(
      'MODEL_DATA: model "logistic-regression" got one class only (1).',
    );
    expect(() => model.fit(dataset(x.map((_, i) => i)))).toThrow('got 100 different labels');
  });
});

describe('linear-regression', () => {
  it('expects the mean of each group, with the odds of its residuals', () => {
    const model = linear.create({ l2: 0 });
    // 0 ± 0.01 in the first group, 0.01 ± 0.01 in the second: the residuals deviate by 0.01.
    model.fit(dataset(x.map((v, i) => 0.01 * v + (i % 2 === 0 ? 0.01 : -0.01))));
    const said = out();
    model.predictInto([x], said, 0, rows);
    expect(said.volatility[0]).toBeCloseTo(0.01, 9);
    expect(said.direction[0]).toBeCloseTo(0, 9);
    // 2·Φ(1) - 1
    expect(said.direction[99]).toBeCloseTo(0.682689492137086, 9);
  });
});
