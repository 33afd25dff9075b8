import type { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, type Feature, type Stage } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { Memory } from './memory.ts';
import { ABSENT, compiledKernel } from './row-kernels.ts';

/** One row's work: `k` rows have come since the last restart, a..h are the inputs in order, none of them NaN, then the stages. */
export type Step<Result> = (
  k: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
) => Result;

interface RowSpec<
  I extends readonly string[],
  S extends z.ZodObject,
  A extends readonly (keyof z.infer<S> & string)[],
  O extends readonly string[],
> {
  readonly name: string;
  readonly version?: number;
  readonly doc: string;
  readonly source: string;
  readonly units: string;
  readonly inputs: I;
  readonly outputs: O;
  readonly options: S;
  readonly args: A;
  readonly warmup: (options: z.infer<S>, output: number) => number;
  readonly settle?: (options: z.infer<S>) => number;
  /** What a plan computes once for all; NaN outside of one, so that the row computes it (`sharedLog`). An array literal: its length is read from the source. */
  readonly stages?: readonly Stage[];
  /** Takes its cells from `memory` and returns the work of a row: the value of the one output, or, with several, writes all of `out`. */
  readonly rows: (
    options: z.infer<S>,
    memory: Memory,
    out: Float64Array,
  ) => Step<O extends readonly [string] ? number : void>;
}

/**
 * Declares a feature by the work of one row. It needs no lookback: what a row needs of the past lives in cells (rings included), so a live
 * bot may keep one row. The NaN rule is kept here: a NaN input writes NaN and zeroes all state.
 *
 * Each feature gets a loop of its own, compiled from text at first use, so that V8 inlines the step into it: one loop
 * shared by all measured 12 ns per row against 3.
 */
export function defineRows<
  const I extends readonly string[],
  S extends z.ZodObject,
  const A extends readonly (keyof z.infer<S> & string)[],
  const O extends readonly string[],
>(spec: RowSpec<I, S, A, O>): Feature<I, S, A, O> {
  const { rows, stages = [], ...rest } = spec;
  let bind: Binder | undefined;
  return defineFeature({
    ...rest,
    ...(stages.length > 0 && { stages: () => stages }),
    create(options: z.infer<S>, given: readonly Column[], outputs: readonly Column[]): Kernel {
      bind ??= compileLoop(spec.inputs.length, stages.length, spec.outputs.length);
      const inputs = [...spec.inputs, ...stages].map((_, k) => given[k] ?? ABSENT);
      const memory = new Memory();
      const out = new Float64Array(spec.outputs.length);
      const step = rows(options, memory, out) as Step<unknown>;
      const state = memory.seal();
      const plain = inBlocks({ state, advance: bind(state, memory, inputs, outputs, step, out) });
      return compiledKernel(plain, spec.name, options, inputs, outputs);
    },
  });
}

type Binder = (
  state: Float64Array,
  memory: Memory,
  inputs: readonly Column[],
  outputs: readonly Column[],
  step: Step<unknown>,
  out: Float64Array,
) => Kernel['advance'];

/** The loop over rows for so many inputs, stages and outputs, as a function of its own. The text holds nothing but counters. */
function compileLoop(inputs: number, stages: number, outputs: number): Binder {
  const ins = Array.from({ length: inputs + stages }, (_, i) => i);
  const own = ins.slice(0, inputs);
  const outs = Array.from({ length: outputs }, (_, i) => i);
  const args = ['k', ...ins.map((i) => `x${i}`)].join(', ');
  const source = `
    return function bind(numbers, memory, inputs, outputs, work, scratch) {
      return function advance(from, to) {
        const state = numbers, step = work, out = scratch;
        ${ins.map((i) => `const v${i} = inputs[${i}].values, b${i} = inputs[${i}].base;`).join('\n')}
        ${outs.map((i) => `const w${i} = outputs[${i}].values, c${i} = outputs[${i}].base;`).join('\n')}
        memory.load();
        let k = state[0] | 0;
        for (let i = from; i < to; i++) {
          ${ins.map((i) => `const x${i} = ${i < inputs ? '' : `v${i}.length === 0 ? NaN : `}v${i}[i - b${i}];`).join('\n')}
          if (${own.map((i) => `x${i} !== x${i}`).join(' || ')}) {
            if (k !== 0) { state.fill(0); memory.load(); k = 0; }
            ${outs.map((i) => `w${i}[i - c${i}] = NaN;`).join('\n')}
            continue;
          }
          ${outputs === 1 ? `w0[i - c0] = step(${args});` : `step(${args});\n${outs.map((i) => `w${i}[i - c${i}] = out[${i}];`).join('\n')}`}
          k++;
        }
        state[0] = k;
        memory.save();
      };
    };`;
  return new Function(source)() as Binder;
}
