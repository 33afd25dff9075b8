export { logistic, sigmoid } from './logistic.ts';
export { type RidgeFit, ridge } from './ridge.ts';
export { expectFitted, expectSaved } from './saved.ts';
export { solvePositive } from './solve-positive.ts';
export { linearImportance, linearScore, type ScaledRows, type Scaling, scaledRows } from './standardise.ts';
