import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boostedTrees, type Dataset, seeded, treeModule } from 'tidegate';
import { afterAll, describe, expect, it } from 'vitest';
import ensemble from './ensemble/index.ts';
import boosting from './gradient-boosting/index.ts';
import lightgbm from './lightgbm-file/index.ts';
import forest from './random-forest/index.ts';
import xgboost from './xgboost-file/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-models-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two features; the label is made of the signs of both, which no line separates. */
function crossed(rows: number, label: (product: number, noise: number) => number): Dataset {
  const rng = seeded('crossed');
  const columns = [0, 1].map(() => Float64Array.from({ length: rows }, () => rng.normal()));
  const time = Float64Array.from({ length: rows }, (_, i) => i * 60_000);
  return {
    names: ['left', 'right'],
    columns,
    rows,
    target: Float64Array.from({ length: rows }, (_, i) => label(columns[0]![i]! * columns[1]![i]!, rng.normal())),
    availableAt: time,
    labelAt: time.map((t) => t + 600_000),
  };
}

function said(model: { predictInto: ReturnType<typeof boosting.create>['predictInto'] }, { columns, rows }: Dataset) {
  const out = {
    direction: new Float64Array(rows),
    confidence: new Float64Array(rows),
    volatility: new Float64Array(rows),
  };
  model.predictInto(columns, out, 0, rows);
  return out;
}

const up = crossed(1200, (product) => (product > 0 ? 1 : -1));

describe('trees as models', () => {
  it('find what no line separates, and are sure of it', () => {
    const model = boosting.create(boosting.options.parse({ trees: 60 }));
    model.fit(up);
    const { direction, confidence, volatility } = said(model, up);
    const hits = direction.filter((d, i) => Math.sign(d) === up.target[i]).length / up.rows;
    expect(hits).toBeGreaterThan(0.97);
    expect(confidence[0]).toBeCloseTo(Math.abs(direction[0]!), 12);
    expect(volatility.every(Number.isNaN)).toBe(true);
    expect(Array.from(model.importance!()).every((share) => share > 0.1)).toBe(true);
  });

  it('answer with a quantile of a real-valued label', () => {
    // 90 % lie below 0.28, 70 % below -0.48.
    const noise = crossed(1500, (_, z) => z - 1);
    const aboveZero = (options: object) => {
      const model = boosting.create(boosting.options.parse({ trees: 30, leaves: 3, ...options }));
      model.fit(noise);
      return said(model, noise).direction.filter((d) => d > 0).length / noise.rows;
    };
    expect(aboveZero({ loss: 'quantile', lossAlpha: 0.9 })).toBeGreaterThan(0.9);
    expect(aboveZero({ loss: 'quantile', lossAlpha: 0.7 })).toBeLessThan(0.1);
  });

  it('rank the pairs of one time, whatever the whole market does', () => {
    // Six pairs at each of 300 times; the market moves far more than what tells the pairs apart.
    const rng = seeded('ranks');
    const [times, pairs] = [300, 6];
    const rows = times * pairs;
    const market = Float64Array.from({ length: times }, () => 5 * rng.normal());
    const signal = Float64Array.from({ length: rows }, () => rng.normal());
    const data: Dataset = {
      names: ['signal', 'noise'],
      // All times of the first pair, then all of the second, as training rows are stacked.
      columns: [signal, Float64Array.from({ length: rows }, () => rng.normal())],
      rows,
      target: signal.map((s, i) => s + market[i % times]! + 0.5 * rng.normal()),
      availableAt: signal.map((_, i) => (i % times) * 60_000),
      labelAt: signal.map((_, i) => (i % times) * 60_000 + 60_000),
    };
    const options = boosting.options.parse({ loss: 'rank', trees: 25, leaves: 7, earlyStopping: 10 });
    const model = boosting.create(options);
    model.fit(data);
    const { direction, confidence, volatility } = said(model, data);
    const best = Array.from({ length: times }, (_, t) => {
      const group = Array.from({ length: pairs }, (_, p) => p * times + t);
      const top = (of: Float64Array) => group.reduce((a, b) => (of[b]! > of[a]! ? b : a));
      return Number(top(direction) === top(signal));
    });
    expect(best.reduce((a, b) => a + b) / times).toBeGreaterThan(0.7);
    expect(Math.abs(direction.reduce((a, b) => a + b, 0) / rows)).toBeLessThan(0.1);
    expect(confidence[3]).toBe(Math.abs(direction[3]!));
    expect(volatility.every(Number.isNaN)).toBe(true);
    const loaded = boosting.create(options);
    loaded.load(structuredClone(model.save()));
    expect(said(loaded, data)).toEqual(said(model, data));
    const alone = { ...data, availableAt: signal.map((_, i) => i * 60_000) };
    expect(() => model.fit(alone)).toThrow(/MODEL_DATA.*no time has rows of two pairs/);
    expect(() => model.fit({ ...data, target: data.target.map(Math.sign) })).toThrow(/loss "rank" is of real-valued/);
  });

  it("learn by a loss of one's own, weights and early stopping included", () => {
    const noise = crossed(1500, (_, z) => z + 0.3);
    // Ten times as bad to say too much as too little: what is answered lies low.
    const cautious = {
      gradient: (score: number, label: number) => (score > label ? 10 : 1) * (score - label),
      curvature: (score: number, label: number) => (score > label ? 10 : 1),
      value: (score: number, label: number) => (score > label ? 5 : 0.5) * (score - label) ** 2,
    };
    const direction = (loss: 'squared' | typeof cautious, data: Dataset = noise) => {
      const model = treeModule({
        name: 'mine',
        version: 1,
        task: 'regression',
        leastRows: 40,
        options: {},
        train: (rows, names) =>
          boostedTrees(rows, names, { loss, trees: 60, leaves: 3, earlyStopping: 5, validationShare: 0.2 }),
      });
      model.fit(data);
      return said(model, data).direction.reduce((a, b) => a + b, 0) / data.rows;
    };
    expect(direction('squared')).toBeGreaterThan(0.15);
    // The expectile at 1/11 of N(0.3, 1) is -0.6, whose direction is -0.45.
    expect(direction(cautious)).toBeLessThan(-0.3);
    // Rows that rose count a hundred times: the answer moves to them.
    const weights = noise.target.map((y) => (y > 1 ? 100 : 1));
    expect(direction(cautious, { ...noise, weights })).toBeGreaterThan(0.3);
  });

  it('rise only with a feature that they are told to, and split categories as sets', () => {
    const rng = seeded('options');
    const x = Float64Array.from({ length: 1500 }, () => rng.normal());
    // Codes 0 to 5: the odd ones are high, whatever their order.
    const code = Float64Array.from(x, () => rng.int(6));
    const target = x.map((v, i) => v + (code[i]! % 2 === 1 ? 5 : 0) + rng.normal());
    const data = { ...crossed(1500, () => 0), names: ['x', 'code'], columns: [x, code], target };
    const answers = (options: object) => {
      const model = boosting.create(boosting.options.parse({ trees: 40, ...options }));
      model.fit(data);
      return said(model, data).direction;
    };
    const order = Array.from(x.keys())
      .filter((i) => code[i] === 2)
      .sort((a, b) => x[a]! - x[b]!);
    const isRising = (said: Float64Array) => order.every((i, k) => k === 0 || said[i]! >= said[order[k - 1]!]!);
    expect(isRising(answers({}))).toBe(false);
    expect(isRising(answers({ monotone: { x: 1 } }))).toBe(true);
    // One tree of two leaves: a set of codes splits what no threshold does.
    const one = { trees: 1, leaves: 2, learningRate: 1 };
    const high = (options: object) => {
      const said = answers(options);
      const middle = (Math.max(...said) + Math.min(...said)) / 2;
      return [...new Set(code.filter((_, i) => said[i]! > middle))].sort();
    };
    expect(high({ ...one, categorical: ['code'] })).toEqual([1, 3, 5]);
    expect(high(one)).not.toEqual([1, 3, 5]);
  });

  it('refuse options that do not fit the features or the label, and say what would', () => {
    const learning = (options: object) => () => boosting.create(boosting.options.parse(options)).fit(up);
    expect(learning({ monotone: { lefd: 1 } })).toThrow(
      /TREES_OPTION: monotone names the feature "lefd".*Did you mean "left"/,
    );
    expect(learning({ categorical: ['nothing'] })).toThrow(
      /TREES_OPTION: categorical names the feature "nothing".*left, right/,
    );
    expect(learning({ loss: 'quantile' })).toThrow(/TREES_OPTION: loss "quantile" is of real-valued labels/);
  });

  it('stop early on the latest rows, without those whose labels reach into them', () => {
    const noise = crossed(800, (_, z) => (z > 0 ? 1 : 0));
    const bytes = (earlyStopping: number) => {
      const model = boosting.create(boosting.options.parse({ trees: 80, earlyStopping }));
      model.fit(noise);
      return Number(model.save().meta.bytes);
    };
    expect(bytes(5)).toBeLessThan(bytes(0) / 3);
  });

  it('say the deviation of a real-valued label as volatility, and the odds of its sign as direction', () => {
    const data = crossed(1000, (product) => 0.01 * Math.sign(product));
    const model = forest.create(forest.options.parse({ trees: 30, featureFraction: 1 }));
    model.fit(data);
    const { direction, volatility } = said(model, data);
    expect(volatility[0]).toBeCloseTo(0.01, 3);
    // 2 Φ(1) - 1, less what forests shrink towards the mean
    expect(Math.abs(direction[0]!)).toBeGreaterThan(0.5);
    expect(Math.abs(direction[0]!)).toBeLessThan(0.69);
  });

  it('say nothing where every feature is missing', () => {
    const model = boosting.create(boosting.options.parse({ trees: 5 }));
    model.fit(up);
    const gone = { ...up, columns: up.columns.map((c) => c.map((x, i) => (i === 3 ? Number.NaN : x))) };
    expect(said(model, gone).direction[3]).toBeNaN();
    expect(said(model, gone).direction[4]).not.toBeNaN();
  });

  it('refuse a damaged save', () => {
    const model = boosting.create(boosting.options.parse({ trees: 3 }));
    model.fit(up);
    const saved = model.save();
    const trees = saved.arrays.trees!.slice(0, -200);
    expect(() => model.load({ ...saved, arrays: { ...saved.arrays, trees } })).toThrow(/TREES_MODEL_CORRUPT/);
  });
});

describe('an ensemble', () => {
  const parse = (weighting: string) =>
    ensemble.create(ensemble.options.parse({ weighting, trees: 40, members: ['gradient-boosting', 'random-forest'] }));

  it('says the mean of its members, and is less sure where they disagree', () => {
    const model = parse('equal');
    model.fit(up);
    const { direction, confidence } = said(model, up);
    const members = model.save();
    expect(Array.from(members.arrays.weights!)).toEqual([0.5, 0.5]);
    const alone = boosting.create(boosting.options.parse({ trees: 40, featureFraction: 0.8 }));
    alone.fit(up);
    const first = said(alone, up).direction;
    // What is left of twice the mean is the other member: both are probabilities.
    const second = direction.map((d, i) => 2 * d - first[i]!);
    expect(second.every((d) => Math.abs(d) <= 1 + 1e-9)).toBe(true);
    const split = direction.findIndex((_, i) => Math.sign(first[i]!) !== Math.sign(second[i]!));
    const agreed = direction.findIndex((_, i) => Math.sign(first[i]!) === Math.sign(second[i]!));
    expect(split).toBeGreaterThan(-1);
    const mean = (i: number) => (Math.abs(first[i]!) + Math.abs(second[i]!)) / 2;
    expect(confidence[agreed]).toBeCloseTo(mean(agreed), 9);
    expect(confidence[split]).toBeCloseTo(mean(split) / 2, 9);
  });

  it('weighs members by their skill on rows that they had not seen', () => {
    const model = parse('skill');
    model.fit(crossed(1200, (product, noise) => (product + noise > 0 ? 1 : -1)));
    const { weights } = model.save().arrays;
    expect(weights![0]! + weights![1]!).toBeCloseTo(1, 12);
    expect(weights![0]).not.toBe(weights![1]);
    const other = ensemble.create(
      ensemble.options.parse({ members: ['gradient-boosting', 'extra-trees', 'extra-trees'] }),
    );
    expect(() => other.load(model.save())).toThrow(/MODEL_MISMATCH: the saved model has 2 members, this one 3/);
  });
});

describe('models from files', () => {
  const LIGHTGBM = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:1
feature_names=left right
feature_infos=[-9:9] [-9:9]
tree_sizes=300

Tree=0
num_leaves=2
num_cat=0
split_feature=0
split_gain=10
threshold=0.5
decision_type=2
left_child=-1
right_child=-2
leaf_value=-1.0986122886681098 1.0986122886681098
leaf_weight=1 1
leaf_count=1 1
internal_value=0
internal_weight=2
internal_count=2
is_linear=0
shrinkage=1

end of trees
`;
  const file = join(folder, 'model.txt');
  writeFileSync(file, LIGHTGBM);
  const model = () => lightgbm.create(lightgbm.options.parse({ file }));

  it('predict as their maker: sigmoid(±ln 3) is 1/4 and 3/4', () => {
    const { direction, confidence } = said(model(), up);
    const at = up.columns[0]!.findIndex((x) => x > 0.5);
    expect(direction[at]).toBeCloseTo(0.5, 12);
    expect(confidence[at]).toBeCloseTo(0.5, 12);
    expect(direction[up.columns[0]!.findIndex((x) => x <= 0.5)]).toBeCloseTo(-0.5, 12);
  });

  it('are left as they are by training, which checks the features', () => {
    const trained = model();
    trained.fit(up);
    expect(said(trained, up)).toEqual(said(model(), up));
    expect(() => model().fit({ ...up, names: ['left', 'other'] })).toThrow(
      'MODEL_MISMATCH: model "lightgbm-file" has "right" as feature 1, the dataset "other"',
    );
  });

  it('are saved whole: a loaded one needs no file', () => {
    const loaded = lightgbm.create(lightgbm.options.parse({ file: 'nowhere' }));
    loaded.load(model().save());
    expect(said(loaded, up)).toEqual(said(model(), up));
    expect(Array.from(loaded.importance!())).toEqual([1, 0]);
  });

  it('say what is wrong with their file', () => {
    expect(() => said(lightgbm.create(lightgbm.options.parse({ file: join(folder, 'none') })), up)).toThrow(
      /MODEL_FILE: model "lightgbm-file" cannot read its file/,
    );
    const wrong = lightgbm.create(lightgbm.options.parse({ file, classes: [-1, 0, 1] }));
    expect(() => said(wrong, up)).toThrow('MODEL_MISMATCH: the file has 1 outputs, 3 classes are named');
    expect(() => said(xgboost.create(xgboost.options.parse({ file })), up)).toThrow(/TREES_/);
  });
});
