import { describe, expect, it } from 'vitest';
import { predictionScores } from '../scores/prediction-scores.ts';
import { decodeModel, encodeModel } from './model-bytes.ts';
import type { ModelDocument } from './model-document.ts';

const f64 = (...x: number[]) => Float64Array.from(x);
const said = { direction: f64(0.5, -0.5), confidence: f64(0.5, 0.5), volatility: f64(1, 1) };
const scores = JSON.parse(JSON.stringify(predictionScores(said, f64(1, 0), 2)));
const module = { name: 'm', version: '1.0.0', options: { l2: 1 } };
const model: ModelDocument = {
  name: 'one',
  version: 3,
  createdAt: 5,
  featureNames: ['a', 'ü'],
  featureHash: 'ff',
  lineage: {
    exchange: 'x',
    pairs: ['A/B'],
    timeframe: '1h',
    from: null,
    to: 9,
    dataKind: 'synthetic',
    dataHash: { 'A/B': 'aa' },
    datasetHash: 'bb',
    features: [{ set: 'technical' }],
    label: module,
    model: module,
    seed: null,
    codeVersion: '0.1.0',
    trainedUntil: 7,
  },
  rows: { train: 1, validation: 1, test: 1, purged: 0 },
  scores: { train: scores, validation: scores, test: scores },
  importance: [0.25, 0.75],
  steps: [
    { name: 'robust', state: { scale: f64(3, -0), shift: f64(1, 2) } },
    { name: 'variance', state: { kept: f64(1), width: f64(2) } },
  ],
  saved: {
    name: 'm',
    version: 1,
    meta: { deep: { list: [1] } },
    arrays: { w: f64(1e-300, -0, Number.NaN, Number.POSITIVE_INFINITY), empty: f64() },
  },
};

describe('a model as one file', () => {
  it('comes back to the bit, and the same model gives the same bytes', () => {
    const bytes = encodeModel(model);
    const back = decodeModel(bytes, 'test');
    expect(back).toEqual(model);
    expect(Object.is(back.saved.arrays.w![1], -0)).toBe(true);
    expect(encodeModel(back)).toEqual(bytes);
    const bare = { ...model, steps: [], importance: null };
    expect(decodeModel(encodeModel(bare), 'test')).toEqual(bare);
  });

  it('reads from a view into a larger buffer', () => {
    const bytes = encodeModel(model);
    const room = new Uint8Array(bytes.length + 13);
    room.set(bytes, 13);
    expect(decodeModel(room.subarray(13), 'test')).toEqual(model);
    // What a file is read as: a slice of it is a view.
    expect(decodeModel(Buffer.from(bytes), 'test')).toEqual(model);
  });

  it('is refused when a single byte differs, or some are missing', () => {
    const bytes = encodeModel(model);
    for (let at = 0; at < bytes.length; at += 7) {
      const bad = bytes.slice();
      bad[at]! ^= 1;
      expect(() => decodeModel(bad, 'file.tgmodel')).toThrow(/MODEL_CORRUPT.*file\.tgmodel/);
    }
    for (const length of [0, 10, 44, 100, bytes.length - 1])
      expect(() => decodeModel(bytes.subarray(0, length), 'cut')).toThrow(/MODEL_CORRUPT/);
  });
});
