import { TidegateError } from '../../foundation/errors.ts';

/** @throws TidegateError CALIBRATION_DATA on unequal lengths, scores that are not finite, labels other than 0 and 1, or one class only */
export function checkBinary(scores: ArrayLike<number>, labels: ArrayLike<number>, needsBoth = true): void {
  if (scores.length !== labels.length || scores.length === 0)
    throw new TidegateError('CALIBRATION_DATA', `${scores.length} scores and ${labels.length} labels`, {
      remedy: 'Give one label per score, and at least one.',
    });
  let ones = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i]!))
      throw new TidegateError('CALIBRATION_DATA', `score ${i} is ${scores[i]}`, {
        remedy: 'Leave out rows without a prediction.',
      });
    if (labels[i] !== 0 && labels[i] !== 1)
      throw new TidegateError('CALIBRATION_DATA', `label ${i} is ${labels[i]}`, { remedy: 'Labels are 0 or 1.' });
    ones += labels[i]!;
  }
  if (needsBoth && (ones === 0 || ones === labels.length))
    throw new TidegateError('CALIBRATION_DATA', `all ${labels.length} labels are ${ones === 0 ? 0 : 1}`, {
      remedy: 'Calibrate on rows of both classes.',
    });
}
