import { expect, it } from 'vitest';
import { drawLines } from '../draw-lines.ts';
import { reliabilityPoints, type TrainingPage, trainingPage } from './training-page.ts';

const span = [Date.UTC(2024, 0, 1), Date.UTC(2024, 1, 1)] as const;
const figures = { AUC: 0.61, accuracy: 0.55, 'share up': 0.5, IC: 0.1, 'R²': Number.NaN, MSE: 0.24 };
const hits = [
  { share: 1, hitRate: 0.55 },
  { share: 0.1, hitRate: 0.7 },
];
const odds = {
  said: Float64Array.from({ length: 40 }, (_, i) => i / 40),
  up: Float64Array.from({ length: 40 }, (_, i) => i % 2),
};
const page: TrainingPage = {
  title: 'btc <b>',
  lead: 'gradient-boosting on direction',
  isSynthetic: true,
  chips: ['100 rows'],
  spans: { train: span, validation: span, test: span },
  isReal: false,
  scores: { train: figures, validation: figures, test: figures },
  byConfidence: { train: hits, validation: hits, test: hits },
  odds: { validation: odds, test: odds },
  importance: [{ name: 'rsi', share: 1 }],
  learning: {
    figure: 'log loss',
    points: [
      { rows: 100, train: 0.5, validation: 0.7 },
      { rows: 200, train: 0.6, validation: 0.68 },
    ],
  },
  tuning: null,
};

it('shows test figures beside what chance gives, labels a synthetic market, and escapes names', () => {
  const text = trainingPage(page);
  expect(text).toContain('0.610');
  expect(text).toContain('Synthetic market');
  expect(text).toContain('btc &lt;b&gt;');
  expect(text).not.toContain('<b>&gt;');
  expect(text).not.toContain('Best options');
  expect(
    trainingPage({ ...page, tuning: { objective: 'log loss', losses: [0.7, null, 0.6], options: { trees: 20 } } }),
  ).toContain('Best options');
  expect(trainingPage(page)).toBe(text);
});

it('shows what suits the label: R², the order of the pairs, or the Brier score', () => {
  const shown = (isReal: boolean, more: object) => {
    const all = { ...figures, ...more };
    return trainingPage({ ...page, isReal, scores: { train: all, validation: all, test: all } });
  };
  expect(shown(true, { 'R²': 0.0321 })).toContain('0.0321');
  expect(shown(true, { 'IC across pairs': 0.123 })).toContain('Information coefficient across pairs, test');
  expect(shown(true, { 'R²': 0.0321, 'IC across pairs': 0.123 })).not.toContain('coefficient across pairs, test');
  expect(shown(false, { 'IC across pairs': 0.123 })).toContain('Brier score, test');
});

it('groups rows of equal size by what was said', () => {
  const said = Float64Array.from({ length: 20 }, (_, i) => i / 20);
  const up = Float64Array.from({ length: 20 }, (_, i) => (i >= 10 ? 1 : 0));
  const points = reliabilityPoints(said, up);
  expect(points).toHaveLength(10);
  expect(points[0]).toEqual([0.025, 0]);
  expect(points[9]).toEqual([0.925, 1]);
});

it('breaks a line at a point that is not there', () => {
  const axes = { x: 'x', y: 'y', showX: String, showY: String };
  const points = [
    [0, 1],
    [1, Number.NaN],
    [2, 3],
    [3, 4],
  ] as const;
  const { markup } = drawLines([{ name: 'a', colour: 'accent', points }], axes);
  expect(markup.match(/d="([^"]*)"/)![1]).toMatch(/^M[\d. ]+M[\d. ]+L[\d. ]+$/);
  expect(markup.match(/<circle/g)).toHaveLength(3);
  expect(drawLines([], axes).markup).toContain('Too few points');
});
