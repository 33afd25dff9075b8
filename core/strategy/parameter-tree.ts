import { TidegateError } from '../foundation/errors.ts';
import {
  checkParameter,
  choice,
  type LeafParameter,
  type Parameter,
  type ParameterSpace,
  type ParameterTree,
  type ParamValue,
} from './parameters.ts';

/** A condition with its parent's whole name. */
interface Condition {
  readonly parent: string;
  readonly values: readonly ParamValue[];
}

/** A parameter of a flattened tree: its group, and all that must hold for it to count. */
export type DeclaredParameter = LeafParameter & {
  readonly space: ParameterSpace;
  readonly conditions: readonly Condition[];
};

interface Above {
  readonly prefix: string;
  readonly conditions: readonly Condition[];
  readonly space: ParameterSpace;
}

const ROOT: Above = { prefix: '', conditions: [], space: 'custom' };

/** The parameters of a tree by dotted name, in order of declaration. @throws TidegateError PARAM_RANGE for a name declared twice */
export function flatParameters(tree: ParameterTree): Record<string, DeclaredParameter> {
  const flat: Record<string, DeclaredParameter> = {};
  collect(tree, ROOT, flat);
  return flat;
}

/**
 * The values of a tree: given ones by dotted name, else defaults; an alternative shows only the parameters of the branch that is chosen.
 * @throws TidegateError PARAM_VALUE
 */
export function valuesOfTree(
  tree: ParameterTree,
  given: Readonly<Record<string, unknown>>,
  prefix = '',
): Record<string, unknown> {
  const value = (name: string, parameter: LeafParameter) =>
    name in given ? checkParameter(name, parameter, given[name]) : parameter.fallback;
  const values: Record<string, unknown> = {};
  for (const [key, node] of Object.entries(tree)) {
    const name = prefix + key;
    if (!isParameter(node)) values[key] = valuesOfTree(node, given, `${name}.`);
    else if (node.kind !== 'oneOf') values[key] = value(name, node);
    else {
      const kind = value(`${name}.kind`, kindOf(node)) as string;
      values[key] = { ...valuesOfTree(node.branches[kind]!, given, `${name}.${kind}.`), kind };
    }
  }
  return values;
}

const KINDS = new Set(['int', 'real', 'choice', 'bool', 'text', 'oneOf']);

/** Tells a parameter from a nested record of them (which may itself hold a parameter called `kind`). */
export function isParameter(node: Parameter | ParameterTree): node is Parameter {
  return typeof node.kind === 'string' && KINDS.has(node.kind);
}

function kindOf(node: Parameter & { readonly kind: 'oneOf' }) {
  return choice(Object.keys(node.branches), node.fallback);
}

function collect(tree: ParameterTree, above: Above, out: Record<string, DeclaredParameter>): void {
  const { prefix } = above;
  for (const [key, node] of Object.entries(tree)) {
    const name = prefix + key;
    if (!isParameter(node)) {
      collect(node, { ...above, prefix: `${name}.` }, out);
      continue;
    }
    const { when: _, ...own } = node;
    const space = node.space ?? above.space;
    const conditions = [...above.conditions, ...ownConditions(node, prefix, tree)];
    if (own.kind !== 'oneOf') {
      add(name, { ...own, space, conditions }, out);
      continue;
    }
    const which = `${name}.kind`;
    add(which, { ...kindOf(own), space, conditions }, out);
    for (const [kind, branch] of Object.entries(own.branches)) {
      const chosen = { parent: which, values: [kind] };
      collect(branch, { prefix: `${name}.${kind}.`, conditions: [...conditions, chosen], space }, out);
    }
  }
}

function add(name: string, parameter: DeclaredParameter, out: Record<string, DeclaredParameter>): void {
  if (name in out)
    throw new TidegateError('PARAM_RANGE', `parameter "${name}" is declared twice`, {
      remedy: 'Rename one of the two.',
    });
  out[name] = parameter;
}

function ownConditions({ when = {} }: Parameter, prefix: string, siblings: ParameterTree): Condition[] {
  return Object.entries(when).map(([parent, value]) => {
    const sibling = siblings[parent];
    const full = sibling === undefined ? parent : prefix + parent;
    const isAlternative = sibling !== undefined && isParameter(sibling) && sibling.kind === 'oneOf';
    return {
      parent: isAlternative ? `${full}.kind` : full,
      values: Array.isArray(value) ? (value as readonly ParamValue[]) : [value as ParamValue],
    };
  });
}
