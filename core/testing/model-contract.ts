import { isDeepStrictEqual } from 'node:util';
import { TidegateError } from '../foundation/errors.ts';
import { seeded } from '../foundation/rng.ts';
import type { Dataset, ModelModule, Predictions, SavedModel } from '../ports/learning-modules.ts';
import type { AnyPlugin } from '../registry/define-plugin.ts';
import { firstDifference } from './feature-contract.ts';
import { type ContractViolation, checkDeclaration, Findings, type ModuleContract, make } from './violation.ts';

interface ModelContract extends ModuleContract {
  /** What the model learns: a real-valued label, or a direction. */
  readonly target?: 'return' | 'direction';
}

/**
 * Runs a model against its contract on a learnable, noisy dataset with holes: predictions within their ranges, the same in any pieces and outside
 * of them untouched; the same data gives the same bytes; saved and loaded it says the same; it learns; importances sum to 1; inputs stay untouched;
 * it refuses to predict before it learned, other models' files, infinite values, and labels of one class.
 */
export function checkModel(plugin: AnyPlugin, contract: ModelContract = {}): ContractViolation[] {
  const found = new Findings();
  const options = checkDeclaration(plugin, contract, found);
  if (options === undefined) return found.list;
  const target = contract.target ?? 'return';
  const data = testDataset(600, contract.seed ?? 1, target);
  const fresh = () => make<ModelModule>(plugin, options);
  const model = fresh();
  if (model.name !== plugin.name) found.add('name', `the module calls itself "${model.name}"`);
  expectRefusal(found, 'refuses before it learned', 'MODEL_NOT_FITTED', () => predict(fresh(), data));
  const before = structuredClone(data);
  model.fit(data);
  if (!isDeepStrictEqual(before, data)) found.add('inputs untouched', 'the dataset was written to');
  const said = predict(model, data);
  checkRanges(said, found);

  const pieces = emptyPredictions(data.rows);
  for (let from = 0; from < data.rows; from += 37)
    model.predictInto(data.columns, pieces, from, Math.min(data.rows, from + 37));
  if (!same(said, pieces)) found.add('predictions in pieces', 'differ from those in one piece');
  const window = emptyPredictions(data.rows);
  for (const column of Object.values(window)) column.fill(7);
  model.predictInto(data.columns, window, 10, 20);
  if (window.direction[9] !== 7 || window.direction[20] !== 7)
    found.add('writes its rows only', 'rows [10, 20) were asked for');

  const other = fresh();
  other.fit(structuredClone(data));
  const saved = model.save();
  if (!isDeepStrictEqual(saved, other.save())) found.add('determinism', 'the same data gives other bytes');
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(saved.meta)), saved.meta))
    found.add('plain meta', 'is not what JSON makes of it');
  const loaded = fresh();
  loaded.load(structuredClone(saved));
  if (!same(said, predict(loaded, data))) found.add('save and load', 'a loaded model says something else');
  const foreign: SavedModel = { ...saved, name: `not-${saved.name}` };
  expectRefusal(found, 'refuses other models', 'MODEL_MISMATCH', () => fresh().load(foreign));
  expectRefusal(found, 'refuses other models', 'MODEL_MISMATCH', () =>
    fresh().load({ ...saved, version: saved.version + 1 }),
  );

  const later = testDataset(600, (contract.seed ?? 1) + 1, target);
  const skill = correlation(predict(model, later).direction, later.target);
  if (!(skill > 0.3)) found.add('learns', `correlation ${skill} of direction and label on rows it has not seen`);
  const importance = model.importance?.();
  if (importance && Math.abs(importance.reduce((a, b) => a + b, 0) - 1) > 1e-9)
    found.add('importances sum to 1', String(importance));

  const spoilt = structuredClone(data);
  spoilt.columns[1]![3] = Number.POSITIVE_INFINITY;
  expectRefusal(found, 'refuses infinite values', 'MODEL_DATA', () => fresh().fit(spoilt));
  expectRefusal(found, 'refuses too few rows', 'MODEL_DATA', () => fresh().fit({ ...data, rows: 2 }));
  if (target === 'direction')
    expectRefusal(found, 'refuses one class', 'MODEL_DATA', () =>
      fresh().fit({ ...data, target: data.target.map(() => 1) }),
    );
  return found.list;
}

/** Rows whose label is a noisy sum of the first two features of four; some values and labels are missing. */
export function testDataset(rows: number, seed: number, target: 'return' | 'direction'): Dataset {
  const rng = seeded(`dataset-${seed}`);
  const columns = Array.from({ length: 4 }, (_, c) =>
    Float64Array.from({ length: rows }, () => 10 ** c * rng.normal() + c),
  );
  const label = Float64Array.from({ length: rows }, (_, i) => {
    const value = 0.01 * (columns[0]![i]! - (columns[1]![i]! - 1) / 10 + 0.7 * rng.normal());
    if (rng.next() < 0.02) return Number.NaN;
    return target === 'return' ? value : value > 0.006 ? 1 : value < -0.006 ? -1 : 0;
  });
  for (const column of columns) for (let i = 0; i < rows; i++) if (rng.next() < 0.02) column[i] = Number.NaN;
  const time = Float64Array.from({ length: rows }, (_, i) => i * 300_000);
  return {
    names: ['a', 'b', 'c', 'd'],
    columns,
    rows,
    target: label,
    availableAt: time,
    labelAt: time.map((t) => t + 3_600_000),
  };
}

function emptyPredictions(rows: number): Predictions {
  return { direction: new Float64Array(rows), confidence: new Float64Array(rows), volatility: new Float64Array(rows) };
}

function predict(model: ModelModule, data: Dataset): Predictions {
  const out = emptyPredictions(data.rows);
  model.predictInto(data.columns, out, 0, data.rows);
  return out;
}

function same(a: Predictions, b: Predictions): boolean {
  return (['direction', 'confidence', 'volatility'] as const).every((name) => firstDifference(a[name], b[name]) < 0);
}

function checkRanges({ direction, confidence, volatility }: Predictions, found: Findings): void {
  direction.forEach((d, i) => {
    if (Number.isNaN(d)) return;
    if (!(d >= -1 && d <= 1)) found.add('direction from -1 to 1', `row ${i}: ${d}`);
    if (!(confidence[i]! >= -1e-12 && confidence[i]! <= 1 + 1e-12))
      found.add('confidence from 0 to 1', `row ${i}: ${confidence[i]}`);
    if (volatility[i]! < 0 || volatility[i] === Number.POSITIVE_INFINITY)
      found.add('volatility', `row ${i}: ${volatility[i]}`);
  });
  if (direction.every(Number.isNaN)) found.add('predicts', 'every direction is NaN');
}

function correlation(a: Float64Array, b: Float64Array): number {
  const rows = Array.from(a, (x, i) => [x, b[i]!] as const).filter(([x, y]) => !Number.isNaN(x) && !Number.isNaN(y));
  const mean = (k: 0 | 1) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length;
  const [ma, mb] = [mean(0), mean(1)];
  const sum = (f: (x: number, y: number) => number) => rows.reduce((s, [x, y]) => s + f(x - ma, y - mb), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

function expectRefusal(found: Findings, law: string, code: string, act: () => void): void {
  try {
    act();
    found.add(law, `nothing was thrown, ${code} expected`);
  } catch (error) {
    if (!(error instanceof TidegateError) || error.code !== code) found.add(law, `${String(error)}, ${code} expected`);
    else if (!error.remedy) found.add(law, `${code} without a remedy`);
  }
}
