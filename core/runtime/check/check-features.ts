import type { FeaturePlan } from '../../indicators/plan.ts';
import type { Finding } from './finding.ts';

type Planned = FeaturePlan['kernels'][number];

/** Rows of a kernel that are re-run. */
const ROWS = 2500;
const CUTS = 12;

/**
 * Re-runs every kernel of a plan in two ways: over inputs that end early (a difference before the end is look-ahead), and row by row, keeping
 * each value as it was delivered (a value that is different at the end was repainted).
 */
export function checkFeatures(plan: FeaturePlan): Finding[] {
  return plan.kernels.flatMap((kernel): Finding[] => {
    const rows = Math.min(ROWS, kernel.inputs[0]?.values.length ?? 0);
    if (rows < 2) return [];
    const inputs = kernel.inputs.map((column) => column.values.slice(0, rows));
    const { last, delivered } = rowByRow(kernel, inputs, rows);
    const painted = firstGap(last, delivered, rows);
    const name = kernel.definition.name;
    if (painted)
      return [
        {
          check: 'repaint',
          severity: 'fail',
          what: `the feature "${name}" delivered ${painted.b} at row ${painted.row} and changed it to ${painted.a} later`,
          where: `feature "${name}"`,
          remedy: 'A value that was delivered is final: a live bot has acted on it. Write only the row at hand.',
        },
      ];
    for (let k = 1; k <= CUTS; k++) {
      const cut = Math.floor((rows * k) / (CUTS + 1)) + (k % 3);
      const prefix = wholeRun(
        kernel,
        inputs.map((x) => x.slice(0, cut)),
        cut,
      );
      const ahead = firstGap(last, prefix, cut);
      if (ahead)
        return [
          {
            check: 'look-ahead',
            severity: 'fail',
            what: `the feature "${name}" is ${ahead.a} at row ${ahead.row} when later rows are there and ${ahead.b} when they are not`,
            where: `feature "${name}"`,
            remedy: 'Read inputs only up to the row that is being written.',
          },
        ];
    }
    return [];
  });
}

function makeKernel({ definition, options }: Planned, inputs: readonly Float64Array[], rows: number) {
  const outputs = definition.outputs.map(() => new Float64Array(rows));
  const kernel = definition.create(
    options as never,
    inputs.map((values) => ({ values, base: 0 })),
    outputs.map((values) => ({ values, base: 0 })),
  );
  return { kernel, outputs };
}

function wholeRun(planned: Planned, inputs: readonly Float64Array[], rows: number): Float64Array[] {
  const { kernel, outputs } = makeKernel(planned, inputs, rows);
  kernel.advance(0, rows);
  return outputs;
}

function rowByRow(
  planned: Planned,
  inputs: readonly Float64Array[],
  rows: number,
): { last: Float64Array[]; delivered: Float64Array[] } {
  const { kernel, outputs } = makeKernel(planned, inputs, rows);
  const delivered = outputs.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    kernel.advance(row, row + 1);
    for (const [k, column] of outputs.entries()) delivered[k]![row] = column[row]!;
  }
  return { last: outputs, delivered };
}

function firstGap(
  one: readonly Float64Array[],
  other: readonly Float64Array[],
  rows: number,
): { readonly row: number; readonly a: number; readonly b: number } | undefined {
  for (const [k, column] of one.entries())
    for (let row = 0; row < rows; row++) {
      const a = column[row]!;
      const b = other[k]![row]!;
      if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return { row, a, b };
    }
  return undefined;
}
