import { TidegateError } from '../../foundation/errors.ts';
import { outputTransform } from './output.ts';
import { packTrees, type TreeArrays, type TreeDraft, type TreeModel, treeCount } from './tree-model.ts';

const MAGIC = 'TGTREES1';
const ARRAYS = {
  root: Int32Array,
  nodeStart: Int32Array,
  leafStart: Int32Array,
  feature: Int32Array,
  threshold: Float64Array,
  flags: Uint8Array,
  left: Int32Array,
  right: Int32Array,
  gain: Float64Array,
  nodeValue: Float64Array,
  nodeWeight: Float64Array,
  nodeCount: Float64Array,
  leafValue: Float64Array,
  leafWeight: Float64Array,
  leafCount: Float64Array,
  shrinkage: Float64Array,
  catStart: Int32Array,
  catBits: Uint32Array,
} as const satisfies Record<keyof TreeArrays, unknown>;
const NAMES = Object.keys(ARRAYS) as (keyof TreeArrays)[];

/** The model as bytes: a mark, the length of a JSON header, the header, then the arrays (little-endian, 8-byte aligned). Same model, same bytes. */
export function saveTrees(model: TreeModel): Uint8Array {
  const { trees, treeOutput, ...rest } = model;
  const lengths = Object.fromEntries(NAMES.map((name) => [name, trees[name].length]));
  const header = Buffer.from(JSON.stringify({ ...rest, treeOutput: Array.from(treeOutput), lengths }));
  const start = align(16 + header.length);
  const size = NAMES.reduce((at, name) => align(at + trees[name].byteLength), start);
  const out = new Uint8Array(size);
  out.set(Buffer.from(MAGIC));
  new DataView(out.buffer).setUint32(8, header.length, true);
  out.set(header, 16);
  let at = start;
  for (const name of NAMES) {
    const array = trees[name];
    out.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at = align(at + array.byteLength);
  }
  return out;
}

/** Reads what `saveTrees` wrote, to the bit; every index is checked, nothing is executed. @throws TREES_MODEL_CORRUPT */
export function loadTrees(bytes: Uint8Array, where = 'tree model'): TreeModel {
  const corrupt = (what: string, cause?: unknown) =>
    new TidegateError('TREES_MODEL_CORRUPT', what, {
      where,
      remedy: 'Restore the file, or train the model again.',
      cause,
    });
  if (Buffer.from(bytes.subarray(0, 8)).toString() !== MAGIC) throw corrupt(`the first 8 bytes are not ${MAGIC}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(8, true);
  if (16 + length > bytes.length) throw corrupt('the header is cut short');
  let header: Omit<TreeModel, 'trees' | 'treeOutput'> & { treeOutput: number[]; lengths: Record<string, number> };
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(16, 16 + length)).toString());
  } catch (error) {
    throw corrupt('the header is not JSON', error);
  }
  const trees: Record<string, unknown> = {};
  let at = align(16 + length);
  for (const name of NAMES) {
    const kind = ARRAYS[name];
    const count = header.lengths?.[name];
    if (!Number.isInteger(count) || count! < 0 || at + count! * kind.BYTES_PER_ELEMENT > bytes.length)
      throw corrupt(`${name} has ${count} values, the file ends before`);
    const part = bytes.slice(at, at + count! * kind.BYTES_PER_ELEMENT);
    trees[name] = new kind(part.buffer, 0, count!);
    at = align(at + part.length);
  }
  if (at !== bytes.length) throw corrupt(`${bytes.length - at} bytes too many`);
  const { lengths: _, treeOutput, ...rest } = header;
  const model: TreeModel = {
    ...rest,
    treeOutput: Int32Array.from(treeOutput ?? []),
    trees: trees as unknown as TreeArrays,
  };
  checkModel(model, where, corrupt);
  return model;
}

const align = (at: number) => Math.ceil(at / 8) * 8;

/** Takes the arrays apart into trees and lets `packTrees` check each; its result must be the same arrays. */
function checkModel(model: TreeModel, where: string, corrupt: (what: string) => Error): void {
  const { trees } = model;
  const features = model.featureNames?.length ?? 0;
  const count = treeCount(model);
  const isMonotone = (starts: Int32Array, end: number) =>
    starts.length === count + 1 &&
    starts[0] === 0 &&
    starts[count] === end &&
    starts.every((s, i) => i === 0 || s >= starts[i - 1]!);
  const isNamed = typeof model.objective === 'string' && Array.isArray(model.featureNames);
  if (!isNamed || features < 1 || !Array.isArray(model.base) || model.base.length !== model.outputs)
    throw corrupt('the header is incomplete');
  if (!isMonotone(trees.nodeStart, trees.feature.length) || !isMonotone(trees.leafStart, trees.leafValue.length))
    throw corrupt('tree boundaries do not fit the arrays');
  const sets = trees.catStart.length - 1;
  if (
    sets < 0 ||
    trees.catStart[0] !== 0 ||
    trees.catStart[sets] !== trees.catBits.length ||
    trees.catStart.some((s, i) => i > 0 && s < trees.catStart[i - 1]!)
  )
    throw corrupt('category sets do not fit the arrays');
  if (model.treeOutput.length !== count || model.treeOutput.some((k) => !(k >= 0 && k < model.outputs)))
    throw corrupt('trees name outputs that do not exist');
  outputTransform(model.objective, model.outputs);
  const all = Array.from({ length: sets }, (_, s) =>
    trees.catBits.subarray(trees.catStart[s]!, trees.catStart[s + 1]!),
  );
  for (let t = 0; t < count; t++) {
    const nodeAt = trees.nodeStart[t]!;
    const leafAt = trees.leafStart[t]!;
    const nodes = <A extends Int32Array | Float64Array | Uint8Array>(a: A) =>
      a.subarray(nodeAt, trees.nodeStart[t + 1]!);
    const leaves = (a: Float64Array) => a.subarray(leafAt, trees.leafStart[t + 1]!);
    const child = (c: number) => (c >= 0 ? c - nodeAt : ~(~c - leafAt));
    const draft: TreeDraft = {
      feature: nodes(trees.feature),
      threshold: nodes(trees.threshold),
      flags: nodes(trees.flags),
      left: Array.from(nodes(trees.left), child),
      right: Array.from(nodes(trees.right), child),
      gain: nodes(trees.gain),
      nodeValue: nodes(trees.nodeValue),
      nodeWeight: nodes(trees.nodeWeight),
      nodeCount: nodes(trees.nodeCount),
      leafValue: leaves(trees.leafValue),
      leafWeight: leaves(trees.leafWeight),
      leafCount: leaves(trees.leafCount),
      shrinkage: trees.shrinkage[t]!,
      categorySets: all,
    };
    const packed = packTrees([draft], features, where);
    const root = packed.root[0]! >= 0 ? packed.root[0]! + nodeAt : ~(~packed.root[0]! + leafAt);
    if (trees.root[t] !== root) throw corrupt(`tree ${t} starts in another tree`);
  }
}
