import type { FeaturePlan } from '../../indicators/plan.ts';
import { kernelOver, OTHER_FUTURES, runBlind, runKernel } from '../check-kernels.ts';
import type { Finding } from './finding.ts';

type Planned = FeaturePlan['kernels'][number];

/** Rows of a kernel that are re-run. */
const ROWS = 2500;
const CUTS = 12;

/**
 * Re-runs every kernel of a plan in three ways: row by row, keeping each value as it was delivered (a value that is different at the end was
 * repainted), over inputs that end early, and row by row with another future (a difference is look-ahead).
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
    const lookahead = ({ row, a, b }: Gap, without: string): Finding => ({
      check: 'look-ahead',
      severity: 'fail',
      what: `the feature "${name}" is ${a} at row ${row} when later rows are there and ${b} when they are ${without}`,
      where: `feature "${name}"`,
      remedy: 'Read inputs only up to the row that is being written.',
    });
    for (let k = 1; k <= CUTS; k++) {
      const cut = Math.floor((rows * k) / (CUTS + 1)) + (k % 3);
      const prefix = inputs.map((x) => x.slice(0, cut));
      const ahead = firstGap(last, runKernel(kernel, prefix, [cut]), cut);
      if (ahead) return [lookahead(ahead, 'not')];
    }
    for (const future of OTHER_FUTURES) {
      const ahead = firstGap(last, runBlind(kernel, inputs, future), rows);
      if (ahead) return [lookahead(ahead, 'others')];
    }
    return [];
  });
}

function rowByRow(
  planned: Planned,
  inputs: readonly Float64Array[],
  rows: number,
): { last: Float64Array[]; delivered: Float64Array[] } {
  const { kernel, outputs } = kernelOver(planned, inputs);
  const delivered = outputs.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    kernel.advance(row, row + 1);
    for (const [k, column] of outputs.entries()) delivered[k]![row] = column[row]!;
  }
  return { last: outputs, delivered };
}

interface Gap {
  readonly row: number;
  readonly a: number;
  readonly b: number;
}

function firstGap(one: readonly Float64Array[], other: readonly Float64Array[], rows: number): Gap | undefined {
  for (const [k, column] of one.entries())
    for (let row = 0; row < rows; row++) {
      const a = column[row]!;
      const b = other[k]![row]!;
      if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return { row, a, b };
    }
  return undefined;
}
