import type { ModelModule, Predictions } from '../../ports/learning-modules.ts';
import { isotonicValue } from '../calibration/isotonic.ts';
import { plattProbability } from '../calibration/platt.ts';
import { applySteps, restoredStep } from '../preparation/preparation-steps.ts';
import type { FittedWindow } from './fit-window.ts';
import type { Learned } from './timeline.ts';

/**
 * How a trained model answers: preparation, prediction, calibration. Outputs are direction, confidence, volatility. Calibrated, direction is
 * 2 P(up) - 1 and confidence its size.
 * @param model the module, loaded with `fitted.saved`
 */
export function modelAnswer(
  model: ModelModule,
  fitted: Pick<FittedWindow, 'steps' | 'calibration'>,
): Learned['answer'] {
  const steps = fitted.steps.map(restoredStep);
  const calibrate = calibrator(fitted.calibration);
  return ([, ...inputs], [direction, confidence, volatility], from, to) => {
    const rows = to - from;
    const columns = applySteps(
      steps,
      inputs.map((column) => column.subarray(from, to)),
    );
    const out: Predictions = {
      direction: direction!.subarray(from, to),
      confidence: confidence!.subarray(from, to),
      volatility: volatility!.subarray(from, to),
    };
    model.predictInto(columns, out, 0, rows);
    if (!calibrate) return;
    for (let i = 0; i < rows; i++) {
      const d = out.direction[i]!;
      if (Number.isNaN(d)) continue;
      out.direction[i] = 2 * calibrate((1 + d) / 2) - 1;
      out.confidence[i] = Math.abs(out.direction[i]!);
    }
  };
}

function calibrator(calibration: FittedWindow['calibration']): ((p: number) => number) | null {
  if (calibration === null) return null;
  const { kind, x, y } = calibration;
  return kind === 'platt' ? (p) => plattProbability({ a: x[0]!, b: y[0]! }, p) : (p) => isotonicValue({ x, y }, p);
}
