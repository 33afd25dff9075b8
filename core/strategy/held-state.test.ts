import { expect, it } from 'vitest';
import { runFeature } from '../indicators/feature.ts';
import { heldState } from './held-state.ts';

const nan = Number.NaN;
const held = (state: number[], confidence: number[], options = { rows: 2, confidence: 0.5 }) => [
  ...runFeature(heldState.definition, options, [Float64Array.from(state), Float64Array.from(confidence)])[0]!,
];

it('holds on until another state has been there for some rows, and surely', () => {
  const sure = Array(9).fill(0.9);
  expect(held([nan, 0, 1, 0, 1, 1, 2, 2, 2], sure)).toEqual([nan, 0, 0, 0, 0, 1, 1, 2, 2]);
  expect(held([0, 1, 1, 1, 1], [1, 0.4, 0.9, 0.4, 0.9])).toEqual([0, 0, 0, 0, 1]);
  // What is missing is missing there only.
  expect(held([0, 1, nan, 1, 1], [1, 1, 1, 1, 1])).toEqual([0, 0, nan, 1, 1]);
});
