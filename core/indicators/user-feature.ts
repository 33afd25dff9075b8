import type { z } from 'zod';
import { TidegateError } from '../foundation/errors.ts';
import { shown } from '../foundation/message-of.ts';
import { defineFeature, type Feature } from './feature.ts';
import type { Kernel } from './kernel.ts';

interface UserFeatureSpec<
  I extends readonly string[],
  S extends z.ZodObject,
  A extends readonly (keyof z.infer<S> & string)[],
> {
  readonly name: string;
  readonly doc?: string;
  readonly inputs: I;
  readonly options: S;
  readonly args?: A;
  /** Leading rows to leave out, beyond the inputs' own NaNs. */
  readonly warmup?: (options: z.infer<S>) => number;
  /** Rows after which it does not matter where history began (less than 1e-9): so many are loaded before a run. Absent: not known, none for it. */
  readonly settle?: (options: z.infer<S>) => number;
  /** Makes the row function: it gets the inputs of a row, in order, and returns the value; closures carry the state. */
  readonly next: (options: z.infer<S>) => (...inputs: number[]) => number;
}

/**
 * A feature of one's own in five lines: a function from a row's inputs to its value, state in closures. It is called once for each row, in
 * order, so it cannot read ahead; a NaN input gives NaN and starts it anew.
 * @throws TidegateError FEATURE_USER when a part is missing, and while it is computed when `warmup` or `next` give something else than they should
 */
export function userFeature<
  const I extends readonly string[],
  S extends z.ZodObject,
  const A extends readonly (keyof z.infer<S> & string)[] = readonly [],
>(spec: UserFeatureSpec<I, S, A>): Feature<I, S, A, readonly ['value']> {
  const refuse = (what: string, remedy: string): never => {
    throw new TidegateError('FEATURE_USER', `the feature ${shown(spec.name)} ${what}`, { remedy });
  };
  for (const part of ['name', 'inputs', 'options', 'next'] as const)
    if (spec[part] === undefined) refuse(`has no ${part}`, 'userFeature takes { name, inputs, options, next }.');
  const { next, warmup: wait = () => 0, settle: forget } = spec;
  if (typeof next !== 'function') refuse(`has next = ${shown(next)}`, 'Write next: (options) => (x) => value.');
  if (typeof wait !== 'function') refuse(`has warmup = ${shown(wait)}`, 'Write warmup: (options) => rows.');
  const warmup = (options: z.infer<S>): number => {
    const rows = wait(options);
    if (Number.isInteger(rows) && rows >= 0) return rows;
    return refuse(`has a warm-up of ${shown(rows)}`, 'Return a whole number of rows, 0 or more.');
  };
  if (forget !== undefined && typeof forget !== 'function')
    refuse(`has settle = ${shown(forget)}`, 'Write settle: (options) => rows.');
  // The row function sees no more than the current row; how long its closures remember is known only if it is said.
  const settle = (options: z.infer<S>): number => {
    const rows = forget?.(options) ?? Number.POSITIVE_INFINITY;
    if (rows >= 0) return Math.ceil(rows);
    return refuse(
      `settles after ${shown(rows)} rows`,
      'Return a number of rows, 0 or more, Infinity for a running total.',
    );
  };
  const begin = (options: z.infer<S>) => {
    const row = next(options);
    if (typeof row === 'function') return row;
    return refuse(`has a next that returned ${shown(row)}`, 'Return the function of a row: (x) => value.');
  };
  const odd = (value: unknown) =>
    refuse(`returned ${shown(value)} for a row`, 'Return a number, NaN where there is none.');
  return defineFeature({
    name: spec.name,
    doc: spec.doc ?? `User feature ${spec.name}`,
    source: 'user code',
    units: 'its own',
    inputs: spec.inputs,
    outputs: ['value'],
    options: spec.options,
    args: (spec.args ?? []) as unknown as A,
    warmup,
    settle,
    create: (options, inputs, [output]) => {
      const skip = warmup(options);
      const state = new Float64Array(1);
      const kernel: Kernel & { readonly restorable: false } = {
        state,
        advance: rowLoop(inputs, output!, state, skip, () => begin(options), odd),
        restorable: false,
      };
      return kernel;
    },
  });
}

type Columns = Parameters<Parameters<typeof defineFeature>[0]['create']>[1];

let loops = 0;

/** A loop of its own for each feature: one loop shared by many row functions would call them all through a slow, megamorphic site. */
function rowLoop(
  inputs: Columns,
  output: Columns[number],
  state: Float64Array,
  skip: number,
  make: () => (...inputs: number[]) => number,
  odd: (value: unknown) => never,
): (from: number, to: number) => void {
  const body = LOOPS[inputs.length - 1] ?? GENERAL_LOOP;
  // Functions made from equal texts share what the compiler learns of them: the number makes each its own.
  const own = `/* ${++loops} */${body}`;
  const compile = new Function('inputs', 'output', 'state', 'skip', 'make', 'odd', own) as (
    ...args: unknown[]
  ) => (from: number, to: number) => void;
  return compile(inputs, output, state, skip, make, odd);
}

const loopFor = (count: number) => {
  const names = Array.from({ length: count }, (_, k) => `x${k}`);
  return `
  let next = make();
  return (from, to) => {
    ${names.map((_, k) => `const c${k} = inputs[${k}].values, b${k} = inputs[${k}].base;`).join(' ')}
    const out = output.values, ob = output.base;
    let seen = state[0];
    for (let i = from; i < to; i++) {
      ${names.map((n, k) => `const ${n} = c${k}[i - b${k}];`).join(' ')}
      if (${names.map((n) => `${n} !== ${n}`).join(' || ')}) { out[i - ob] = NaN; if (seen > 0) next = make(); seen = 0; continue; }
      const value = next(${names.join(', ')});
      if (typeof value !== 'number' && typeof value !== 'boolean') odd(value);
      out[i - ob] = seen < skip ? NaN : value;
      seen++;
    }
    state[0] = seen;
  };`;
};
const LOOPS = [1, 2, 3, 4, 5].map(loopFor);
const GENERAL_LOOP = `
  let next = make();
  return (from, to) => {
    let seen = state[0];
    for (let i = from; i < to; i++) {
      const row = inputs.map((c) => c.values[i - c.base]);
      if (row.some(Number.isNaN)) { output.values[i - output.base] = NaN; if (seen > 0) next = make(); seen = 0; continue; }
      const value = next(...row);
      if (typeof value !== 'number' && typeof value !== 'boolean') odd(value);
      output.values[i - output.base] = seen < skip ? NaN : value;
      seen++;
    }
    state[0] = seen;
  };`;
