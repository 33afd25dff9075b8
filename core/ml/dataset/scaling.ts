import { TidegateError } from '../../foundation/errors.ts';
import { minMaxScaler, robustScaler, standardScaler } from '../preparation/scalers.ts';

/** Scalers that a training may name. */
export const SCALERS = { standard: standardScaler, robust: robustScaler, 'min-max': minMaxScaler } as const;

export type ScalerName = keyof typeof SCALERS;

/** What a scaler learned on training rows: new values are (x - shift) / scale, per feature. */
export interface LearnedScaling {
  readonly name: ScalerName;
  readonly shift: Float64Array;
  readonly scale: Float64Array;
}

/** Learns a scaling from training rows. @throws TidegateError PREPARE_DATA */
export function learnScaling(name: ScalerName, columns: readonly Float64Array[]): LearnedScaling {
  const { shift, scale } = SCALERS[name](columns).state;
  return { name, shift: shift!, scale: scale! };
}

/** Scales columns; NaN stays NaN. @throws TidegateError MODEL_MISMATCH on another number of columns */
export function scaled({ shift, scale }: LearnedScaling, columns: readonly Float64Array[]): Float64Array[] {
  if (columns.length !== shift.length)
    throw new TidegateError('MODEL_MISMATCH', `the scaler learned ${shift.length} features, got ${columns.length}`, {
      remedy: 'Give the features that it was trained on, in the same order.',
    });
  return columns.map((column, c) => column.map((x) => (x - shift[c]!) / scale[c]!));
}
