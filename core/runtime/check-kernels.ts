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

/** Rows of the sample on which user kernels are re-run. */
const SAMPLE = 1500;

/**
 * Re-runs every kernel that is not built in over random cuts and prefixes of a sample of the real inputs, before anything is computed for
 * results: one that reads ahead, or remembers wrongly, stops the run.
 * @throws TidegateError FEATURE_LOOKAHEAD (a value changes when later rows are taken away) or FEATURE_CHUNKS (it depends on how rows arrive)
 */
export async function checkUserKernels(plan: FeaturePlan): Promise<void> {
  const own: (typeof plan.kernels)[number][] = [];
  for (const kernel of plan.kernels) if (!(await isBuiltIn(kernel.definition))) own.push(kernel);
  if (own.length === 0) return;
  plan.advance();
  for (const { definition, options, inputs } of own) {
    const rows = Math.min(SAMPLE, inputs[0]!.values.length);
    const sample = inputs.map((column) => column.values.slice(0, rows));
    const whole = run(definition, options, sample, [rows]);
    const rng = seeded(`check-${definition.name}`);
    for (const share of [0.35, 0.6, 0.85, 0.97]) {
      const cut = Math.floor(rows * share);
      const prefix = run(
        definition,
        options,
        sample.map((x) => x.slice(0, cut)),
        [cut],
      );
      const ahead = difference(whole, prefix);
      if (ahead !== null)
        throw new TidegateError(
          'FEATURE_LOOKAHEAD',
          `the feature "${definition.name}" ${ahead}: it reads rows that are not known yet`,
          { remedy: 'Read only rows up to the one being written.' },
        );
    }
    const cuts: number[] = [];
    for (let at = 0; at < rows; ) {
      at = Math.min(rows, at + 1 + rng.int(97));
      cuts.push(at);
    }
    const jagged = difference(whole, run(definition, options, sample, cuts));
    if (jagged !== null)
      throw new TidegateError(
        'FEATURE_CHUNKS',
        `the feature "${definition.name}" ${jagged}: its values depend on how many rows come at once`,
        { remedy: 'Keep everything that must survive between calls in the state.' },
      );
  }
}

function run(
  definition: { readonly outputs: readonly string[]; readonly create: AnyFeature['definition']['create'] },
  options: unknown,
  inputs: readonly Float64Array[],
  cuts: readonly number[],
): Float64Array[] {
  const length = inputs[0]!.length;
  const outputs = definition.outputs.map(() => new Float64Array(length));
  const kernel = definition.create(
    options as never,
    inputs.map((values) => ({ values, base: 0 })),
    outputs.map((values) => ({ values, base: 0 })),
  );
  let from = 0;
  for (const to of cuts) {
    kernel.advance(from, to);
    from = to;
  }
  return outputs;
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
