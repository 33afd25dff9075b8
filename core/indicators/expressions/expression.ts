import { z } from 'zod';
import type { FeatureDefinition } from '../feature.ts';
import type { KernelMaker } from '../kernel.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { compileProgram } from './compile-program.ts';
import { checkProgram, type Instruction, OPERATIONS, type Program, programWarmup } from './program.ts';
import { vectorKernel } from './vector-program.ts';

interface Options {
  readonly program: Program;
}

const create: KernelMaker<Options> = ({ program }, inputs, [output]) => {
  const { bind, numbers, size } = compileProgram(checkProgram(program));
  const state = new Float64Array(size);
  const plain = inBlocks({ state, advance: bind(state, inputs, output!, numbers) });
  return vectorKernel(program, numbers, plain, inputs, output!);
};

/**
 * What stands behind `close.sub(vwap).div(atr)`: all steps of an expression in one generated loop. It takes as many inputs as its program names;
 * a row's past lives in its state. Conditions are 1 and 0, and NaN where an operand is; a quotient, logarithm or power that is no finite number is NaN.
 */
export const EXPRESSION: FeatureDefinition = {
  name: 'expression',
  version: 1,
  doc: 'Arithmetic, conditions and memory over series, in one loop',
  source: 'the expression itself',
  units: 'those of the expression',
  inputs: ['x'],
  outputs: ['value'],
  options: z.object({
    program: z.array(z.tuple([z.string()], z.number()) as unknown as z.ZodType<Instruction>).min(1),
  }),
  args: [],
  warmup: ({ program }: Options) => programWarmup(program),
  lookback: () => 0,
  settle: ({ program }: Options) =>
    program.some(([name]) => OPERATIONS[name]!.isEndless) ? Number.POSITIVE_INFINITY : 0,
  create,
};

/** Steps beyond which expressions are no longer joined into one loop. */
const LONGEST = 120;

/** A part of an expression while it is put together: a number, a series, or the program of a series that is an expression itself. */
export type Part<S> = number | { readonly series: S; readonly program?: Program; readonly inputs: readonly S[] };

/**
 * One operation over parts, joined with the programs of those that are expressions; equal steps are kept once.
 * @returns the program and its inputs, in order of appearance
 */
export function combine<S extends { readonly key: string }>(
  op: string,
  parts: readonly Part<S>[],
  literals: readonly number[],
): { program: Program; inputs: S[] } {
  const steps: Instruction[] = [];
  const places = new Map<string, number>();
  const inputs: S[] = [];
  const inputPlaces = new Map<string, number>();
  const push = (step: Instruction): number => {
    const key = step.map((x) => (Object.is(x, -0) ? '-0' : String(x))).join(' ');
    const found = places.get(key);
    if (found !== undefined) return found;
    places.set(key, steps.length);
    return steps.push(step) - 1;
  };
  const input = (series: S): number => {
    let place = inputPlaces.get(series.key);
    if (place === undefined) {
      place = inputs.push(series) - 1;
      inputPlaces.set(series.key, place);
    }
    return push(['x', place]);
  };
  const whole = parts.reduce<number>((sum, p) => sum + (typeof p === 'number' ? 1 : (p.program?.length ?? 1)), 0);
  const at = parts.map((part) => {
    if (typeof part === 'number') return push(['const', part]);
    if (!part.program || whole > LONGEST) return input(part.series);
    const moved: number[] = [];
    for (const [name, ...rest] of part.program) {
      const { operands } = OPERATIONS[name]!;
      if (name === 'x') moved.push(input(part.inputs[rest[0]!]!));
      else moved.push(push([name, ...rest.slice(0, operands).map((k) => moved[k]!), ...rest.slice(operands)]));
    }
    return moved.at(-1)!;
  });
  push([op, ...at, ...literals]);
  // Where the last step was there before (`x.add(y)` inside and outside), it must still come last.
  const last = places.get([op, ...at, ...literals].map((x) => (Object.is(x, -0) ? '-0' : String(x))).join(' '))!;
  return { program: last === steps.length - 1 ? steps : steps.slice(0, last + 1), inputs };
}
