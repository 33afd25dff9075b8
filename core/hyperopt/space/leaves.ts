import { TidegateError } from '../../foundation/errors.ts';
import type { BoolParam, ChoiceParam, IntParam, Param, ParamValue, RealParam, SpaceTree } from './param.ts';

/** A parameter of the flattened tree with its full name, group and conditions. */
export interface Leaf {
  readonly name: string;
  readonly group: string;
  readonly param: IntParam | RealParam | ChoiceParam | BoolParam;
  readonly conditions: readonly { readonly parent: string; readonly values: readonly ParamValue[] }[];
}

/** Flattens a tree of parameters and checks each. @throws TidegateError SPACE_PARAM */
export function leavesOf(tree: SpaceTree): Leaf[] {
  const names = new Set<string>();
  const leaves: Leaf[] = [];
  collect(tree, '', [], undefined, names, leaves);
  return leaves;
}

function collect(
  tree: SpaceTree,
  prefix: string,
  inherited: Leaf['conditions'],
  inheritedGroup: string | undefined,
  names: Set<string>,
  out: Leaf[],
): void {
  for (const [key, node] of Object.entries(tree)) {
    const name = prefix + key;
    if (!isParam(node)) {
      collect(node, `${name}.`, inherited, inheritedGroup, names, out);
      continue;
    }
    const group = node.space ?? inheritedGroup ?? 'custom';
    const conditions = [...inherited, ...ownConditions(node, prefix, tree)];
    if (node.kind !== 'oneOf') {
      check(name, node);
      if (names.has(name)) throw new TidegateError('SPACE_PARAM', `parameter "${name}" is declared twice`);
      names.add(name);
      out.push({ name, group, param: node, conditions });
      continue;
    }
    const kinds = Object.keys(node.branches);
    const which = `${name}.kind`;
    const param: ChoiceParam = { kind: 'choice', options: kinds, default: node.default };
    check(which, param);
    names.add(which);
    out.push({ name: which, group, param, conditions });
    for (const kind of kinds)
      collect(
        node.branches[kind]!,
        `${name}.${kind}.`,
        [...conditions, { parent: which, values: [kind] }],
        group,
        names,
        out,
      );
  }
}

function ownConditions(param: Param, prefix: string, siblings: SpaceTree): Leaf['conditions'] {
  return Object.entries(param.when ?? {}).map(([parent, value]) => {
    const sibling = siblings[parent];
    const full = sibling === undefined ? parent : prefix + parent;
    return {
      parent: sibling !== undefined && isParam(sibling) && sibling.kind === 'oneOf' ? `${full}.kind` : full,
      values: Array.isArray(value) ? (value as readonly ParamValue[]) : [value as ParamValue],
    };
  });
}

const KINDS = new Set(['int', 'real', 'choice', 'bool', 'oneOf']);

/** Tells a parameter from a nested group of parameters (a group may itself hold a parameter called `kind`). */
function isParam(node: Param | SpaceTree): node is Param {
  return typeof node.kind === 'string' && KINDS.has(node.kind);
}

function check(name: string, param: Leaf['param']): void {
  const refuse = (what: string, remedy: string): never => {
    throw new TidegateError('SPACE_PARAM', `parameter "${name}" ${what}`, { remedy });
  };
  if (param.kind === 'bool') return;
  if (param.kind === 'choice') {
    if (param.options.length === 0) refuse('has no options', 'Give it at least one.');
    if (new Set(param.options).size !== param.options.length) refuse('lists an option twice', 'Remove one of the two.');
    if (!param.options.includes(param.default))
      refuse(`defaults to ${JSON.stringify(param.default)}, which is not an option`, 'Choose one of its options.');
    return;
  }
  const { low, high, step, log } = param;
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high)
    refuse(`has the range ${low}..${high}`, 'Give two finite numbers, the lower one first.');
  if (step !== null && !(step > 0)) refuse(`has the step ${step}`, 'Give a step above zero.');
  if (log && !(low > 0)) refuse(`is logarithmic from ${low}`, 'A logarithmic range starts above zero.');
  if (param.kind === 'int' && ![low, high, step].every(Number.isInteger))
    refuse(`is a whole number with range ${low}..${high}, step ${step}`, 'Use real() for fractions.');
  if (!(param.default >= low && param.default <= high))
    refuse(`defaults to ${param.default}, outside ${low}..${high}`, 'Choose a default inside the range.');
}
