import { checkBinary } from './check-scores.ts';

/** How well probabilities fit what came. All lower is better. */
export interface ProbabilityScores {
  /** Mean squared error of the probability (Brier 1950). */
  readonly brier: number;
  /** Mean negative log likelihood, probabilities kept 1e-15 off 0 and 1. */
  readonly logLoss: number;
  /** Expected calibration error: mean gap between probability and frequency over bins of equal width, weighted by their rows. */
  readonly calibrationError: number;
}

/** One bin of a reliability plot; NaN where it has no rows. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanProbability: number;
  readonly frequency: number;
}

/** Points of a reliability plot: `bins` bins of equal width; a probability of 1 falls in the last. @throws TidegateError CALIBRATION_DATA */
export function reliability(probabilities: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): ReliabilityBin[] {
  checkBinary(probabilities, labels, false);
  const counts = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const ones = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const b = Math.min(bins - 1, Math.max(0, Math.floor(probabilities[i]! * bins)));
    counts[b]!++;
    sums[b]! += probabilities[i]!;
    ones[b]! += labels[i]!;
  }
  return Array.from(counts, (count, b) => ({
    from: b / bins,
    to: (b + 1) / bins,
    count,
    meanProbability: sums[b]! / count,
    frequency: ones[b]! / count,
  }));
}

/** Brier score, log loss and calibration error of probabilities of class 1. @throws TidegateError CALIBRATION_DATA */
export function probabilityScores(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): ProbabilityScores {
  const plot = reliability(probabilities, labels, bins);
  const n = labels.length;
  let squares = 0;
  let logs = 0;
  for (let i = 0; i < n; i++) {
    const p = probabilities[i]!;
    squares += (p - labels[i]!) ** 2;
    logs -= Math.log(Math.min(1 - 1e-15, Math.max(1e-15, labels[i] === 1 ? p : 1 - p)));
  }
  const gaps = plot.reduce(
    (sum, bin) => sum + (bin.count > 0 ? bin.count * Math.abs(bin.meanProbability - bin.frequency) : 0),
    0,
  );
  return { brier: squares / n, logLoss: logs / n, calibrationError: gaps / n };
}
