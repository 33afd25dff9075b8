import { TidegateError } from '../foundation/errors.ts';
import { seeded } from '../foundation/rng.ts';
import { EXPRESSION } from '../indicators/expressions/expression.ts';
import type { AnyFeature } from '../indicators/feature.ts';
import type { FeaturePlan } from '../indicators/plan.ts';
import { exportOfFeature, publicExport } from './public-exports.ts';

/** Built-in features found so far: the test suite has proven those. */
const trusted = new Set<object>([EXPRESSION]);

/**
 * Whether a feature is a built-in one. Those are looked for where their names are exported from: loading the whole library to know them would cost
 * more than the run of a small backtest.
 */
async function isBuiltIn(definition: AnyFeature['definition']): Promise<boolean> {
  if (trusted.has(definition)) return true;
  const found = publicExport(exportOfFeature(definition.name));
  if (found === undefined) return false;
  const feature = ((await import(found.url)) as Record<string, Partial<AnyFeature> | undefined>)[found.name];
  if (feature?.definition !== definition) return false;
  trusted.add(definition);
  return true;
}

/** Rows of the sample on which user kernels are re-run, beyond their warm-up. */
const SAMPLE = 1500;

/** A kernel with its columns, as a plan has it. */
type Planned = FeaturePlan['kernels'][number];

/**
 * Re-runs every kernel that is not built in over a sample of the real inputs, before anything is computed for results: over prefixes, in random
 * pieces, and row by row with other values where the future is. One that reads ahead, or remembers wrongly, stops the run.
 * @throws TidegateError FEATURE_LOOKAHEAD (a value changes when later rows are taken away or changed) or FEATURE_CHUNKS (it depends on how rows arrive)
 */
export async function checkUserKernels(plan: FeaturePlan): Promise<void> {
  const own: Planned[] = [];
  for (const kernel of plan.kernels) if (!(await isBuiltIn(kernel.definition))) own.push(kernel);
  if (own.length === 0) return;
  plan.advance();
  for (const kernel of own) {
    const { name } = kernel.definition;
    const sample = sampleOf(kernel);
    const rows = sample[0]!.length;
    const whole = runKernel(kernel, sample, [rows]);
    const rng = seeded(`check-${name}`);
    for (const share of [0.35, 0.6, 0.85, 0.97]) {
      const cut = Math.floor(rows * share);
      const inputs = sample.map((x) => x.slice(0, cut));
      refuseLookahead(name, difference(whole, runKernel(kernel, inputs, [cut])));
    }
    const cuts: number[] = [];
    for (let at = 0; at < rows; ) {
      at = Math.min(rows, at + 1 + rng.int(97));
      cuts.push(at);
    }
    const jagged = difference(whole, runKernel(kernel, sample, cuts));
    if (jagged !== null)
      throw new TidegateError(
        'FEATURE_CHUNKS',
        `the feature "${name}" ${jagged}: its values depend on how many rows come at once`,
        { remedy: 'Keep everything that must survive between calls in the state.' },
      );
    for (const future of OTHER_FUTURES) refuseLookahead(name, difference(whole, runBlind(kernel, sample, future)));
  }
}

/** From the first row at which all inputs are there: what a kernel does in its inputs' warm-up says nothing of it. */
function sampleOf({ definition, options, inputs }: Planned): Float64Array[] {
  const columns = inputs.map((column) => column.values);
  const first = Math.max(
    ...columns.map((x) =>
      Math.max(
        0,
        x.findIndex((v) => !Number.isNaN(v)),
      ),
    ),
  );
  const warmup = Math.max(...definition.outputs.map((_, k) => definition.warmup(options as never, k)));
  return columns.map((x) => x.slice(first, first + warmup + SAMPLE));
}

function refuseLookahead(name: string, ahead: string | null): void {
  if (ahead !== null)
    throw new TidegateError(
      'FEATURE_LOOKAHEAD',
      `the feature "${name}" ${ahead}: it reads rows that are not known yet`,
      {
        remedy: 'Read only rows up to the one being written.',
      },
    );
}

/** A kernel's outputs over inputs of its own, which come in pieces that end at `cuts`. */
export function runKernel(planned: Planned, inputs: readonly Float64Array[], cuts: readonly number[]): Float64Array[] {
  const { kernel, outputs } = kernelOver(planned, inputs);
  let from = 0;
  for (const to of cuts) {
    kernel.advance(from, to);
    from = to;
  }
  return outputs;
}

/** A kernel bound to inputs and outputs of its own. */
export function kernelOver({ definition, options }: Planned, inputs: readonly Float64Array[]) {
  const outputs = definition.outputs.map(() => new Float64Array(inputs[0]!.length));
  const kernel = definition.create(
    options as never,
    inputs.map((values) => ({ values, base: 0 })),
    outputs.map((values) => ({ values, base: 0 })),
  );
  return { kernel, outputs };
}

/** What stands in rows to come instead of the truth: more than it and less than it, so that a kernel that compares with them errs in one of the two. */
export const OTHER_FUTURES: readonly ((truth: number) => number)[] = [
  (x) => (Number.isNaN(x) ? 1 : x + Math.abs(x) + 1),
  (x) => (Number.isNaN(x) ? -1 : x - Math.abs(x) / 2 - 1),
];

/** Rows times lookback that a blind run goes through: a kernel that goes over all of its lookback for each row alone is not run so over all rows. */
const READS = 50_000;

/**
 * The same row by row, at the end where the lookback is long, later rows holding another future until they are reached. What the row at hand leaves
 * in its outputs is kept.
 */
export function runBlind(
  planned: Planned,
  inputs: readonly Float64Array[],
  future: (truth: number) => number,
): Float64Array[] {
  const shown = inputs.map((x) => x.map(future));
  const { kernel, outputs } = kernelOver(planned, shown);
  const delivered = outputs.map((x) => new Float64Array(x.length));
  const lookback = planned.definition.lookback(planned.options as never);
  const rows = inputs[0]!.length;
  const alone = Math.max(0, rows - Math.max(50, Math.floor(READS / (1 + lookback))));
  for (let from = 0, to = Math.max(1, alone); from < rows; from = to, to = from + 1) {
    for (const [k, x] of inputs.entries()) shown[k]!.set(x.subarray(from, to), from);
    kernel.advance(from, to);
    for (const [k, x] of outputs.entries()) delivered[k]!.set(x.subarray(from, to), from);
  }
  return delivered;
}

/** Where outputs first differ from those of the whole history, in words; null: nowhere (all NaNs are equal). */
function difference(whole: readonly Float64Array[], again: readonly Float64Array[]): string | null {
  for (const [k, column] of again.entries())
    for (const [i, b] of column.entries()) {
      const a = whole[k]![i]!;
      if (a !== b && !(Number.isNaN(a) && Number.isNaN(b)))
        return `gave ${a} at row ${i} of the whole history and ${b} otherwise`;
    }
  return null;
}
