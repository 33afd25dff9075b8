import { TidegateError } from '../../foundation/errors.ts';
import { outputTransform } from './output.ts';
import { CATEGORICAL, DEFAULT_LEFT, packTrees, type TreeDraft, type TreeModel } from './tree-model.ts';

const corrupt = (what: string, where: string) =>
  new TidegateError('TREES_MODEL_CORRUPT', what, {
    where,
    remedy: 'Save it again with LightGBM 3 or 4: booster.save_model("model.txt").',
  });

/**
 * Reads a LightGBM text model (versions 3 and 4); predictions equal LightGBM's.
 * @throws TREES_MODEL_CORRUPT naming the line's place, TREES_MODEL_UNSUPPORTED for linear trees
 */
export function readLightgbm(text: string, where = 'LightGBM model'): TreeModel {
  const end = text.indexOf('end of trees');
  if (!/^tree\s*$/m.test(text.slice(0, 200))) throw corrupt('the text does not start with "tree"', where);
  if (end < 0) throw corrupt('"end of trees" is missing: the text is cut short', where);
  const sections = text.slice(0, end).split(/^Tree=/m);
  const header = fields(sections[0]!);
  const features = integer(header, 'max_feature_idx', where) + 1;
  const outputs = integer(header, 'num_tree_per_iteration', where);
  if (features < 1 || outputs < 1) throw corrupt(`${features} features and ${outputs} trees per iteration`, where);
  const featureNames = (header.get('feature_names') ?? '').split(' ').filter((name) => name !== '');
  if (featureNames.length !== features)
    throw corrupt(`feature_names has ${featureNames.length} names, max_feature_idx means ${features}`, where);
  const infos = (header.get('feature_infos') ?? '').split(' ').filter((info) => info !== '');
  const objective = header.get('objective') ?? '';
  outputTransform(objective, outputs);
  const drafts = sections.slice(1).map((section, t) => readTree(section, `${where}, tree ${t}`));
  const sizes = header.get('tree_sizes');
  if (sizes !== undefined && sizes.split(' ').filter(Boolean).length !== drafts.length)
    throw corrupt(
      `tree_sizes announces ${sizes.split(' ').filter(Boolean).length} trees, found ${drafts.length}`,
      where,
    );
  return {
    featureNames,
    featureInfos: infos.length === features ? infos : featureNames.map(() => 'none'),
    outputs,
    objective,
    averaged: header.has('average_output'),
    base: new Array<number>(outputs).fill(0),
    singlePrecision: false,
    treeOutput: Int32Array.from(drafts, (_, t) => t % outputs),
    trees: packTrees(drafts, features, where),
  };
}

function fields(section: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const line of section.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) out.set(line.slice(0, at), line.slice(at + 1).trim());
    else if (line.trim() === 'average_output') out.set('average_output', '');
  }
  return out;
}

function integer(from: Map<string, string>, name: string, where: string): number {
  const value = Number(from.get(name) ?? Number.NaN);
  if (!Number.isInteger(value)) throw corrupt(`${name} is "${from.get(name) ?? 'missing'}", not an integer`, where);
  return value;
}

function readTree(section: string, where: string): TreeDraft {
  const map = fields(section);
  const leaves = integer(map, 'num_leaves', where);
  if (leaves < 1) throw corrupt(`num_leaves is ${leaves}`, where);
  if (Number(map.get('is_linear') ?? 0) !== 0)
    throw new TidegateError('TREES_MODEL_UNSUPPORTED', 'linear trees cannot be imported', {
      where,
      remedy: 'Train with linear_tree=false, or export the model to ONNX.',
    });
  const list = (name: string, length: number, fallback?: number): Float64Array => {
    const raw = map.get(name);
    if ((raw === undefined || raw === '') && fallback !== undefined) return new Float64Array(length).fill(fallback);
    const values = Float64Array.from((raw ?? '').split(/\s+/).filter(Boolean), number);
    if (values.length !== length) throw corrupt(`${name} has ${values.length} values, expected ${length}`, where);
    if (values.some(Number.isNaN)) throw corrupt(`${name} holds something that is not a number`, where);
    return values;
  };
  const nodes = leaves - 1;
  const flags = list('decision_type', nodes);
  // A category split sends NaN right whatever its default bit says.
  for (let i = 0; i < nodes; i++) if (flags[i]! & CATEGORICAL) flags[i] = flags[i]! & ~DEFAULT_LEFT;
  const sets = integer(map, 'num_cat', where);
  const bounds = sets > 0 ? list('cat_boundaries', sets + 1) : new Float64Array(1);
  const words = sets > 0 ? list('cat_threshold', bounds[sets]!) : new Float64Array(0);
  return {
    feature: list('split_feature', nodes),
    threshold: list('threshold', nodes),
    flags,
    left: list('left_child', nodes),
    right: list('right_child', nodes),
    gain: list('split_gain', nodes, 0),
    nodeValue: list('internal_value', nodes, 0),
    nodeWeight: list('internal_weight', nodes, 0),
    nodeCount: list('internal_count', nodes, 0),
    leafValue: list('leaf_value', leaves),
    leafWeight: list('leaf_weight', leaves, 0),
    leafCount: list('leaf_count', leaves, 0),
    shrinkage: Number(map.get('shrinkage') ?? 1),
    categorySets: Array.from({ length: sets }, (_, s) => words.subarray(bounds[s]!, bounds[s + 1]!)),
  };
}

/** LightGBM prints infinite thresholds as inf. */
function number(word: string): number {
  if (/^[+]?inf(inity)?$/i.test(word)) return Number.POSITIVE_INFINITY;
  if (/^-inf(inity)?$/i.test(word)) return Number.NEGATIVE_INFINITY;
  return Number(word);
}
