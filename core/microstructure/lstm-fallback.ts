/**
 * What stands in for the book model while none is trained: tanh of the mean of the normalised features, -1..1.
 * Features that are not finite are left out; 0 when none is left. It keeps the engine running and is not a forecast.
 */
export function lstmFallback(features: ArrayLike<number>): number {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < features.length; i++) {
    const value = features[i]!;
    if (!Number.isFinite(value)) continue;
    sum += value;
    n++;
  }
  return n === 0 ? 0 : Math.tanh(sum / n);
}
