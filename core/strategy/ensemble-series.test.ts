import { describe, expect, it } from 'vitest';
import { GridData } from '../columns/grid-data.ts';
import { seeded } from '../foundation/rng.ts';
import { FeaturePlan } from '../indicators/plan.ts';
import { source } from '../indicators/series.ts';
import { ensemble } from './ensemble-series.ts';

const GRID = { pair: 'A/B', timeframe: '1h', type: 'candles' };
const nan = Number.NaN;

/** Columns of an ensemble over a close and members' directions, computed in the given cuts. */
function run(close: number[], members: number[][], options: Parameters<typeof ensemble>[2]) {
  const fields = {
    close: Float64Array.from(close),
    ...Object.fromEntries(members.map((m, k) => [`m${k}`, Float64Array.from(m)])),
  };
  const data = GridData.whole(
    'g',
    fields,
    Float64Array.from(close, (_, i) => i),
  );
  const plan = new FeaturePlan(() => data, '1h');
  const { direction, confidence, weights } = ensemble(
    members.map((_, k) => source(GRID, `m${k}`)),
    source(GRID, 'close'),
    options,
  );
  const columns = [direction, confidence, ...weights].map((series) => plan.add(series));
  plan.advance();
  return columns.map((c) => [...c.values]);
}

describe('an ensemble', () => {
  it('averages, and is as sure as its members agree', () => {
    const [direction, confidence] = run(
      [1, 1, 1, 1],
      [
        [0.5, 0.5, nan, nan],
        [0.5, -0.5, 0.2, nan],
      ],
      { horizon: 1 },
    );
    expect(direction).toEqual([0.5, 0, 0.2, nan]);
    // Deviation over mean size: none, all, none of a single one.
    expect(confidence).toEqual([1, 0, 1, nan]);
  });

  it('follows whoever was right lately, from the moment that shows', () => {
    const rng = seeded('ensemble');
    const rows = 600;
    const moves = Array.from({ length: rows + 1 }, () => rng.normal());
    const close = moves.slice(0, rows).map(
      (
        (sum) => (x: number) =>
          (sum += x)
      )(1000),
    );
    const right = Array.from({ length: rows }, (_, i) => (i < 300 ? 1 : -1) * 0.5 * Math.sign(moves[i + 1]!));
    const wrong = right.map((d) => -d);
    const [direction, , first, second] = run(close, [right, wrong], {
      horizon: 1,
      weighting: 'accuracy',
      halfLife: 20,
    });
    expect(first![0]).toBe(0.5);
    expect(first![250]).toBe(1);
    expect(direction![250]).toBe(right[250]);
    expect(second![550]).toBe(1);
    // The first outcome is known one candle later.
    expect(first![1]).toBe(1);
  });

  it('learns from outcomes that are known, not from those to come', () => {
    const close = [1, 2, 3, 2, 1, 2, 3, 4, 5, 4];
    const a = [0.1, -0.2, 0.3, -0.4, 0.5, 0.6, -0.7, 0.8, 0.9, -0.1];
    const b = a.map((x, i) => (i % 3 === 0 ? -x : x));
    const options = { horizon: 3, weighting: 'accuracy', halfLife: 5 } as const;
    const whole = run(close, [a, b], options);
    for (let cut = 1; cut < close.length; cut++) {
      const other = run([...close.slice(0, cut), ...close.slice(cut).map((x) => 9 - x)], [a, b], options);
      for (const [k, column] of whole.entries()) expect(other[k]!.slice(0, cut)).toEqual(column.slice(0, cut));
    }
  });

  it('refuses one member, other grids, and spans of nothing', () => {
    const close = source(GRID, 'close');
    const far = source({ ...GRID, pair: 'C/D' }, 'close');
    expect(() => ensemble([close], close, { horizon: 1 })).toThrow(/FEATURE_INPUT/);
    expect(() => ensemble([close, far], close, { horizon: 1 })).toThrow(/FEATURE_GRID/);
    expect(() => ensemble([close, close], close, { horizon: 0 })).toThrow(/FEATURE_OPTION/);
  });
});
