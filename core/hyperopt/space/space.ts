import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { type DeclaredParameter, flatParameters } from '../../strategy/parameter-tree.ts';
import type { ParameterTree, ParamValue } from '../../strategy/parameters.ts';
import { choiceDim, continuousDim, type Dim, type DimCondition, steppedDim } from './dim.ts';

/** Values of the active parameters by dotted name; parameters whose condition does not hold are absent. */
export type Params = Readonly<Record<string, ParamValue>>;

/** A parameter with its whole name; texts are no part of a space. */
type Leaf = Exclude<DeclaredParameter, { readonly kind: 'text' }> & { readonly name: string };

/** A compiled search space: dimensions with parents before children, and the way to the unit cube and back. */
export interface Space {
  readonly dims: readonly Dim[];
  /** Parameters of groups that were not chosen, held at their defaults. */
  readonly fixed: Params;
  /** Number of distinct points, Infinity when a dimension is continuous; conditional dimensions are counted only where they exist. */
  readonly size: number;
  /** Parameters at a point of the unit cube; entries of inactive dimensions are ignored. */
  decode(unit: ArrayLike<number>): Params;
  /** The point of the unit cube for `params`; NaN in inactive dimensions. @throws TidegateError SPACE_VALUE */
  encode(params: Params): Float64Array;
  /** Moves each coordinate to the centre of its cell and sets inactive ones to NaN: the canonical form of a point. */
  snap(unit: ArrayLike<number>): Float64Array;
  /** Equal for equal parameters: what duplicates are found by. */
  key(unit: ArrayLike<number>): string;
  /** Plain data that identifies the space in a stored study. */
  describe(): readonly Readonly<Record<string, unknown>>[];
}

/**
 * Compiles a tree of parameters.
 * @param groups only parameters of these groups are searched, the others keep their defaults; undefined or `all` = every group
 * @throws TidegateError SPACE_EMPTY, SPACE_PARENT, SPACE_GROUP, PARAM_RANGE
 */
export function compileSpace(tree: ParameterTree, groups?: readonly string[]): Space {
  return spaceOfParameters(flatParameters(tree), groups);
}

/** The same from parameters that are flat already. */
export function spaceOfParameters(
  parameters: Readonly<Record<string, DeclaredParameter>>,
  groups?: readonly string[],
): Space {
  const leaves = Object.entries(parameters).flatMap(([name, p]): Leaf[] => (p.kind === 'text' ? [] : [{ name, ...p }]));
  const chosen = chosenLeaves(leaves, groups);
  const dims: Dim[] = [];
  const indexOf = new Map<string, number>();
  const fixed: Record<string, ParamValue> = {};
  for (const leaf of leaves) if (!chosen.has(leaf)) fixed[leaf.name] = leaf.fallback as ParamValue;
  for (const leaf of inParentOrder(leaves)) {
    if (!chosen.has(leaf)) continue;
    const conditions = conditionsOf(leaf, dims, indexOf, fixed);
    if (conditions === 'never') continue;
    indexOf.set(leaf.name, dims.length);
    dims.push(dimOf(leaf, conditions));
  }
  if (dims.length === 0)
    throw new TidegateError('SPACE_EMPTY', 'the search space has no parameters', {
      remedy: 'Declare at least one with int(), real(), choice() or bool(), or choose other groups with --spaces.',
    });
  return spaceOf(dims, fixed, leaves);
}

function spaceOf(dims: readonly Dim[], fixed: Params, leaves: readonly Leaf[]): Space {
  const isActive = (i: number, cells: Int32Array) =>
    dims[i]!.conditions.every((c) => cells[c.parent]! >= 0 && c.allowed[cells[c.parent]!] === 1);
  const snap = (unit: ArrayLike<number>) => {
    const out = new Float64Array(dims.length);
    const cells = new Int32Array(dims.length);
    for (let i = 0; i < dims.length; i++) {
      const dim = dims[i]!;
      if (!isActive(i, cells)) {
        cells[i] = -1;
        out[i] = Number.NaN;
      } else if (dim.count > 0) {
        cells[i] = dim.cell(unit[i]!);
        out[i] = dim.centre(cells[i]!);
      } else out[i] = Math.min(1, Math.max(0, unit[i]!));
    }
    return out;
  };
  return {
    dims,
    fixed,
    size: sizeOf(dims),
    snap,
    decode(unit) {
      const at = snap(unit);
      const params: Record<string, ParamValue> = {};
      for (let i = 0; i < dims.length; i++) if (!Number.isNaN(at[i]!)) params[dims[i]!.name] = dims[i]!.decode(at[i]!);
      return params;
    },
    encode(params) {
      const unit = new Float64Array(dims.length).fill(Number.NaN);
      for (let i = 0; i < dims.length; i++) {
        const value = params[dims[i]!.name];
        if (value === undefined) continue;
        unit[i] = dims[i]!.encode(value);
        if (Number.isNaN(unit[i]!))
          throw new TidegateError('SPACE_VALUE', `${JSON.stringify(value)} is not a value of "${dims[i]!.name}"`, {
            remedy: 'Give one that its range or list holds.',
          });
      }
      const at = snap(unit.map((u) => (Number.isNaN(u) ? 0.5 : u)));
      return at;
    },
    key: (unit) => {
      const at = snap(unit);
      let key = '';
      for (let i = 0; i < dims.length; i++) {
        if (Number.isNaN(at[i]!)) key += '-,';
        else key += dims[i]!.count > 0 ? `${dims[i]!.cell(at[i]!)},` : `${at[i]!},`;
      }
      return key;
    },
    describe: () => leaves.map((leaf) => ({ ...leaf, isSearched: !(leaf.name in fixed) })),
  };
}

/** Counts points by walking the tree of conditions: independent sub-trees multiply, alternatives add. */
function sizeOf(dims: readonly Dim[]): number {
  const childrenOf = (parent: number) => dims.flatMap((d, i) => (d.conditions.at(-1)?.parent === parent ? [i] : []));
  const count = (i: number): number => {
    const dim = dims[i]!;
    if (dim.count === 0) return Number.POSITIVE_INFINITY;
    const children = childrenOf(i);
    if (children.length === 0) return dim.count;
    let total = 0;
    for (let value = 0; value < dim.count; value++) {
      let product = 1;
      for (const child of children) if (dims[child]!.conditions.at(-1)!.allowed[value] === 1) product *= count(child);
      total += product;
    }
    return total;
  };
  return dims.reduce((size, dim, i) => (dim.conditions.length === 0 ? size * count(i) : size), 1);
}

function chosenLeaves(leaves: readonly Leaf[], groups: readonly string[] | undefined): Set<Leaf> {
  if (groups === undefined || groups.includes('all')) return new Set(leaves);
  const known = new Set<string>(leaves.map((leaf) => leaf.space));
  for (const group of groups)
    if (!known.has(group))
      throw new TidegateError('SPACE_GROUP', `no parameter belongs to the space "${group}"`, {
        where: '--spaces',
        remedy: `${didYouMean(group, known)} Spaces here: ${[...known].join(', ')}.`.trim(),
      });
  return new Set(leaves.filter((leaf) => groups.includes(leaf.space)));
}

/** Parents first; the order is otherwise that of declaration. */
function inParentOrder(leaves: readonly Leaf[]): Leaf[] {
  const byName = new Map(leaves.map((leaf) => [leaf.name, leaf]));
  const done = new Set<Leaf>();
  const open = new Set<Leaf>();
  const ordered: Leaf[] = [];
  const visit = (leaf: Leaf) => {
    if (done.has(leaf)) return;
    if (open.has(leaf))
      throw new TidegateError('SPACE_PARENT', `the conditions of "${leaf.name}" go round in a circle`, {
        remedy: 'Let one of them depend on no other.',
      });
    open.add(leaf);
    for (const { parent } of leaf.conditions) {
      const found = byName.get(parent);
      if (!found)
        throw new TidegateError('SPACE_PARENT', `"${leaf.name}" depends on "${parent}", which is not a parameter`, {
          remedy: didYouMean(parent, byName.keys()),
        });
      visit(found);
    }
    done.add(leaf);
    ordered.push(leaf);
  };
  leaves.forEach(visit);
  return ordered;
}

function conditionsOf(
  leaf: Leaf,
  dims: readonly Dim[],
  indexOf: ReadonlyMap<string, number>,
  fixed: Params,
): DimCondition[] | 'never' {
  const conditions: DimCondition[] = [];
  for (const { parent, values } of leaf.conditions) {
    const index = indexOf.get(parent);
    if (index === undefined) {
      if (parent in fixed && values.includes(fixed[parent]!)) continue;
      return 'never';
    }
    const dim = dims[index]!;
    if (dim.kind !== 'choice' && dim.kind !== 'bool')
      throw new TidegateError(
        'SPACE_PARENT',
        `"${leaf.name}" depends on "${parent}", which is not a choice or a switch`,
        { remedy: 'Make it choice([…]) or bool().' },
      );
    const allowed = new Uint8Array(dim.count);
    for (const value of values) {
      const unit = dim.encode(value);
      if (Number.isNaN(unit))
        throw new TidegateError(
          'SPACE_PARENT',
          `"${leaf.name}" waits for "${parent}" = ${JSON.stringify(value)}, which it never is`,
          { remedy: `Name values of "${parent}".` },
        );
      allowed[dim.cell(unit)] = 1;
    }
    conditions.push({ parent: index, allowed });
  }
  return conditions.sort((a, b) => a.parent - b.parent);
}

function dimOf(leaf: Leaf, conditions: readonly DimCondition[]): Dim {
  const { name, space: group } = leaf;
  const head = { name, group, default: leaf.fallback as ParamValue, conditions };
  if (leaf.kind === 'bool') return choiceDim({ ...head, kind: 'bool' }, [false, true]);
  if (leaf.kind === 'choice') return choiceDim({ ...head, kind: 'choice' }, leaf.values as readonly ParamValue[]);
  if (leaf.step === null) return continuousDim(head, leaf.low, leaf.high, leaf.log);
  const count = Math.floor((leaf.high - leaf.low) / leaf.step + 1e-9) + 1;
  return steppedDim({ ...head, kind: leaf.kind }, leaf.low, leaf.step, count, leaf.log);
}
