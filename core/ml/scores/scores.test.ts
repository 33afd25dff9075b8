import { describe, expect, it } from 'vitest';
import { normalCdf } from '../../foundation/normal.ts';
import { areaUnderCurve } from './area-under-curve.ts';
import { icAcross } from './ic-across.ts';
import { judgedLoss } from './judged-loss.ts';
import { predictionScores } from './prediction-scores.ts';
import { withinTimes } from './within-times.ts';

const f64 = (...x: number[]) => Float64Array.from(x);
const said = (direction: Float64Array, volatility = direction.map(() => Number.NaN)) => ({
  direction,
  confidence: direction.map(Math.abs),
  volatility,
});

describe('areaUnderCurve', () => {
  it('is the share of pairs in the right order, ties half', () => {
    expect(areaUnderCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
    expect(areaUnderCurve([1, 1, 1], [0, 1, 1])).toBe(0.5);
    expect(areaUnderCurve([1, 2], [1, 1])).toBeNaN();
  });
});

describe('predictionScores', () => {
  it('scores directions of three classes on the rows that moved', () => {
    // P(up) 0.9, 0.6, 0.3, 0.2 against up, down, up, down; the fifth did not move, the sixth has no prediction.
    const scores = predictionScores(said(f64(0.8, 0.2, -0.4, -0.6, 0.5, Number.NaN)), f64(1, -1, 1, -1, 0, 1), 3);
    expect(scores).toMatchObject({
      rows: 5,
      moved: 4,
      upShare: 0.5,
      accuracy: 0.5,
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
    });
    expect(scores.auc).toBe(0.75);
    expect(scores.mcc).toBe(0);
    expect(scores.logLoss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.4) + Math.log(0.3) + Math.log(0.8)) / 4, 12);
    expect(scores.mse).toBeCloseTo((0.01 + 0.36 + 0.49 + 0.04) / 4, 12);
    expect(scores.mae).toBeCloseTo((0.1 + 0.6 + 0.7 + 0.2) / 4, 12);
    expect(scores.r2).toBeCloseTo(1 - 0.9 / 1, 12);
    expect(scores.byConfidence[1]).toEqual({ share: 0.5, rows: 2, hitRate: 1 });
  });

  it('takes the lower of two classes for down', () => {
    expect(predictionScores(said(f64(0.5, -0.5)), f64(1, 0), 2)).toMatchObject({
      moved: 2,
      accuracy: 1,
      auc: 1,
      mcc: 1,
    });
  });

  it('reads the expected value of a real-valued label back from direction and volatility', () => {
    const means = f64(0.01, -0.02, 0.005);
    const direction = means.map((m) => 2 * normalCdf(m / 0.02) - 1);
    const scores = predictionScores(said(direction, f64(0.02, 0.02, 0.02)), f64(0.02, -0.02, 0.005), 0);
    expect(scores.mse).toBeCloseTo(0.0001 / 3, 12);
    expect(scores.mae).toBeCloseTo(0.01 / 3, 12);
    expect(scores.ic).toBeCloseTo(1, 12);
    expect(scores.accuracy).toBe(1);
  });
});

it('leaves figures of "up or down?" out where a real-valued label never falls', () => {
  const up = { direction: f64(0.5, 0.9), confidence: f64(0.5, 0.9), volatility: f64(1, 1) };
  const { upShare, accuracy, f1, logLoss, byConfidence, mse } = predictionScores(up, f64(0.1, 0.2), 0);
  expect([upShare, accuracy, f1, logLoss, byConfidence[0]!.hitRate]).toEqual([
    1,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
  expect(mse).toBeGreaterThan(0);
  // A direction that happens to have gone up only is another matter.
  expect(predictionScores(up, f64(1, 1), 3).accuracy).toBe(1);
});

it('tells how well the pairs of one time are told apart', () => {
  // At time 1 in the right order, at time 2 in the wrong one but for the middle; a single row and equal labels say nothing.
  const time = f64(1, 1, 2, 2, 2, 3, 4, 4);
  const ranked = f64(0.1, 0.2, 3, 2, 1, 5, 1, 2);
  expect(icAcross(ranked, f64(7, 8, 1, 2, 3, 9, 4, 4), time)).toBe(0);
  expect(icAcross(ranked, f64(7, 8, 3, 2, 1, 9, 4, Number.NaN), time)).toBeCloseTo(1, 12);
  expect(icAcross(f64(1, 2), f64(1, 2), f64(1, 2))).toBeNaN();
});

it('judges a model that ranks by the order within each time, others over all rows', () => {
  const none = new Float64Array(4).fill(Number.NaN);
  const said = { direction: f64(0.4, 0.5, -0.5, -0.4), confidence: none, volatility: f64(1, 1, 1, 1) };
  // Right about which time is better, wrong about which pair.
  const rows = { target: f64(12, 11, 2, 1), availableAt: f64(1, 1, 2, 2) };
  expect(judgedLoss(0, true).of(said, rows)).toBeCloseTo(2, 12);
  expect(judgedLoss(0, false).of(said, rows)).toBeCloseTo(0.4, 12);
  expect(
    judgedLoss(2, false).of({ ...said, direction: f64(0.5) }, { target: f64(1), availableAt: f64(1) }),
  ).toBeCloseTo(-Math.log(0.75), 12);
});

it('tells labels from the mean of their time, where there is more than one', () => {
  const { target } = withinTimes({ target: f64(12, 2, 10, 5, 7, Number.NaN), availableAt: f64(1, 2, 1, 3, 4, 4) });
  expect(Array.from(target)).toEqual([1, Number.NaN, -1, Number.NaN, Number.NaN, Number.NaN]);
});
