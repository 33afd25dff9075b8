import { expect, it } from 'vitest';
import { type OnnxModuleSpec, onnxModule } from './onnx-module.ts';

const bytes = Uint8Array.of(1, 2, 3, 4, 5);
/** Answers each row with `answer(first feature)`. */
const spec = (answer: (x: number) => readonly number[], more: Partial<OnnxModuleSpec> = {}): OnnxModuleSpec => ({
  name: 'onnx-file',
  version: 1,
  file: 'model.onnx',
  open: () => bytes,
  folders: [],
  classes: [0, 1],
  deviation: 0,
  output: '',
  activation: 'none',
  openSession: () => ({
    inputs: ['X'],
    outputs: ['p'],
    run: (data, rows, width) => {
      const all = Array.from({ length: rows }, (_, r) => answer(data[r * width]!));
      return { dims: [rows, all[0]!.length], data: Float64Array.from(all.flat()) };
    },
  }),
  ...more,
});
function predict(given: OnnxModuleSpec, x: readonly number[]) {
  const out = {
    direction: new Float64Array(x.length),
    confidence: new Float64Array(x.length),
    volatility: new Float64Array(x.length),
  };
  onnxModule(given).predictInto([Float64Array.from(x), new Float64Array(x.length).fill(Number.NaN)], out, 0, x.length);
  return out;
}

it('two classes: from a probability of each, of the upper one, or its score', () => {
  for (const given of [
    spec((x) => [1 - x, x]),
    spec((x) => [x]),
    spec((x) => [Math.log(x / (1 - x))], { activation: 'sigmoid' }),
    spec((x) => [Math.log(1 - x), Math.log(x)], { activation: 'softmax' }),
  ]) {
    const { direction, confidence, volatility } = predict(given, [0.75, 0.5]);
    expect(direction[0]).toBeCloseTo(0.5, 6);
    expect(confidence[0]).toBeCloseTo(0.5, 6);
    expect(direction[1]).toBeCloseTo(0, 6);
    expect(volatility[0]).toBeNaN();
  }
});

it('three classes, and a real-valued label with its deviation', () => {
  const three = predict(
    spec(() => [0.1, 0.3, 0.6], { classes: [-1, 0, 1] }),
    [1],
  );
  expect(three.direction[0]).toBeCloseTo(0.5, 12);
  expect(three.confidence[0]).toBeCloseTo(0.4, 12);
  const real = predict(
    spec((x) => [x], { classes: [], deviation: 2 }),
    [2],
  );
  expect(real.direction[0]).toBeCloseTo(0.682689492137086, 9);
  expect(real.volatility[0]).toBe(2);
});

it('says nothing of a row without any feature, and refuses another number of outputs', () => {
  expect(
    predict(
      spec((x) => [x]),
      [Number.NaN],
    ).direction[0],
  ).toBeNaN();
  expect(() =>
    predict(
      spec(() => [0.2, 0.3, 0.5]),
      [1],
    ),
  ).toThrow('MODEL_MISMATCH: model "onnx-file" answers with a tensor [1, 3], 2 classes are named');
});

it('is saved with its file, to the byte', () => {
  const saved = onnxModule(spec((x) => [x])).save();
  let opened: Uint8Array | null = null;
  const loaded = onnxModule(
    spec((x) => [x], {
      open: () => {
        throw new Error('not read');
      },
      openSession: (given, folders) => {
        opened = given;
        return spec((x) => [x]).openSession!(given, folders);
      },
    }),
  );
  loaded.load(structuredClone(saved));
  loaded.predictInto(
    [Float64Array.of(0.5)],
    { direction: new Float64Array(1), confidence: new Float64Array(1), volatility: new Float64Array(1) },
    0,
    1,
  );
  expect(opened).toEqual(bytes);
});

it('refuses what is no probability where it is tried on rows', () => {
  const rows = (answer: (x: number) => readonly number[], more: Partial<OnnxModuleSpec> = {}) => {
    const x = Float64Array.of(0.2, -0.3, 0.4);
    const zeros = new Float64Array(3);
    const dataset = { names: ['x'], columns: [x], rows: 3, target: zeros, availableAt: zeros, labelAt: zeros };
    return () => onnxModule(spec(answer, more)).fit(dataset);
  };
  expect(rows((x) => [x])).toThrow(/MODEL_MISMATCH.*answers -0\.3.*, which is no probability/);
  expect(rows((x) => [x], { classes: [] })).not.toThrow();
  expect(rows((x) => [x], { activation: 'sigmoid' })).not.toThrow();
  expect(rows((x) => [Math.abs(x)])).not.toThrow();
  expect(rows((x) => [x, x, x])).toThrow(/2 classes are named/);
});
