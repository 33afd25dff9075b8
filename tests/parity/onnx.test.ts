import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { onnxModule } from '../../core/ml/onnx/onnx-module.ts';

const python = process.env.TIDEGATE_PYTHON;
/** Folder in which onnxruntime-node is installed. */
const runtime = process.env.TIDEGATE_ONNXRUNTIME;
const isReady = python !== undefined && runtime !== undefined;
if (!isReady)
  process.stdout.write(
    'onnx parity skipped: set TIDEGATE_PYTHON to a Python with scikit-learn and skl2onnx, TIDEGATE_ONNXRUNTIME to a folder with onnxruntime-node\n',
  );

const [ROWS, WIDTH] = [20_000, 6];
const folder = mkdtempSync(join(tmpdir(), 'tidegate-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));
const rng = seeded('onnx');
const columns = Array.from({ length: WIDTH }, () =>
  Float64Array.from({ length: ROWS }, () => Math.fround(rng.normal())),
);
const score = columns[0]!.map((x, i) => x * columns[1]![i]! + columns[2]![i]! + 0.5 * rng.normal());

const theirs = (name: string) => {
  const bytes = readFileSync(join(folder, name));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
function directions(file: string, classes: readonly number[], output = ''): Float64Array {
  const out = {
    direction: new Float64Array(ROWS),
    confidence: new Float64Array(ROWS),
    volatility: new Float64Array(ROWS),
  };
  const module = onnxModule({
    name: 'onnx-file',
    version: 1,
    file: join(folder, file),
    open: (path) => readFileSync(path),
    folders: [runtime!],
    classes,
    deviation: 0,
    output,
    activation: 'none',
  });
  module.predictInto(columns, out, 0, ROWS);
  return out.direction;
}
const gap = (a: Float64Array, b: Float64Array) => a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

// 32-bit floats on both sides: probabilities agree to their rounding.
describe.skipIf(!isReady)('models exported from scikit-learn as ONNX', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'x.bin'), Float64Array.from(columns.flatMap((c) => Array.from(c))));
    writeFileSync(join(folder, 'y.bin'), score);
    const script = `
import numpy as np
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
X = np.fromfile('x.bin').reshape(${WIDTH}, ${ROWS}).T.astype(np.float32)
score = np.fromfile('y.bin')
two = (score > 0).astype(int)
three = np.where(score > 0.5, 1, np.where(score < -0.5, -1, 0))
for name, model, y in (('logistic', LogisticRegression(), two), ('trees', GradientBoostingClassifier(n_estimators=20), two), ('net', MLPClassifier((16, 8), max_iter=20), three)):
    model.fit(X[:4000], y[:4000])
    open(name + '.onnx', 'wb').write(to_onnx(model, X[:1], options={'zipmap': False}).SerializeToString())
    p = model.predict_proba(X)
    np.ascontiguousarray(p[:, -1] - p[:, 0], dtype=np.float64).tofile(name + '.bin')
`;
    const { status, stderr } = spawnSync(python!, ['-W', 'ignore', '-c', script], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  });

  it.each([
    ['logistic', [0, 1]],
    ['trees', [0, 1]],
    ['net', [-1, 0, 1]],
  ] as const)('%s predicts as there, to 1e-5', (name, classes) => {
    expect(gap(directions(`${name}.onnx`, classes), theirs(`${name}.bin`))).toBeLessThan(1e-5);
  });

  it('a damaged file, and an output that is none, are named', () => {
    writeFileSync(join(folder, 'damaged.onnx'), 'no model');
    expect(() => directions('damaged.onnx', [0, 1])).toThrow(/^ONNX_MODEL/);
    expect(() => directions('logistic.onnx', [0, 1], 'nothing')).toThrow(/^ONNX_OUTPUT/);
  });
});
