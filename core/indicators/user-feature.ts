import type { z } from 'zod';
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
  /** Makes the row function: it gets the inputs of a row, in order, and returns the value; closures carry the state. */
  readonly next: (options: z.infer<S>) => (...inputs: number[]) => number;
}

/**
 * A feature of one's own in five lines: a function from a row's inputs to its value, state in closures. It is called once for each row, in
 * order, so it cannot read ahead; a NaN input gives NaN and starts it anew.
 */
export function userFeature<
  const I extends readonly string[],
  S extends z.ZodObject,
  const A extends readonly (keyof z.infer<S> & string)[] = readonly [],
>(spec: UserFeatureSpec<I, S, A>): Feature<I, S, A, readonly ['value']> {
  const warmup = spec.warmup ?? (() => 0);
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
    // The row function sees no more than the current row; how long its closures remember is not known.
    settle: () => Number.POSITIVE_INFINITY,
    create: (options, inputs, [output]) => {
      const skip = warmup(options);
      const state = new Float64Array(1);
      const kernel: Kernel & { readonly restorable: false } = {
        state,
        advance: rowLoop(inputs, output!, state, skip, () => spec.next(options)),
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
): (from: number, to: number) => void {
  const body = LOOPS[inputs.length - 1] ?? GENERAL_LOOP;
  // Functions made from equal texts share what the compiler learns of them: the number makes each its own.
  const own = `/* ${++loops} */${body}`;
  const compile = new Function('inputs', 'output', 'state', 'skip', 'make', own) as (
    ...args: unknown[]
  ) => (from: number, to: number) => void;
  return compile(inputs, output, state, skip, make);
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
      output.values[i - output.base] = seen < skip ? NaN : value;
      seen++;
    }
    state[0] = seen;
  };`;
