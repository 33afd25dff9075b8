import { checkBinary } from './check-scores.ts';

/** p = 1 / (1 + exp(a * score + b)). */
export interface PlattScaling {
  readonly a: number;
  readonly b: number;
}

/**
 * Platt scaling (1999) by Newton's method with backtracking (Lin, Lin and Weng 2007): maximum likelihood with the targets
 * (N+ + 1)/(N+ + 2) and 1/(N- + 2), which keep separable scores from running away. @throws TidegateError CALIBRATION_DATA
 */
export function fitPlatt(scores: ArrayLike<number>, labels: ArrayLike<number>): PlattScaling {
  checkBinary(scores, labels);
  const n = scores.length;
  let positives = 0;
  for (let i = 0; i < n; i++) positives += labels[i]!;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (n - positives + 2);
  const loss = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const f = a * scores[i]! + b;
      const t = labels[i] === 1 ? high : low;
      sum += f >= 0 ? t * f + Math.log1p(Math.exp(-f)) : (t - 1) * f + Math.log1p(Math.exp(f));
    }
    return sum;
  };
  let a = 0;
  let b = Math.log((n - positives + 1) / (positives + 1));
  let value = loss(a, b);
  for (let round = 0; round < 100; round++) {
    let haa = 1e-12;
    let hbb = 1e-12;
    let hab = 0;
    let ga = 0;
    let gb = 0;
    for (let i = 0; i < n; i++) {
      const p = plattProbability({ a, b }, scores[i]!);
      const d = (labels[i] === 1 ? high : low) - p;
      const w = p * (1 - p);
      haa += scores[i]! ** 2 * w;
      hbb += w;
      hab += scores[i]! * w;
      ga += scores[i]! * d;
      gb += d;
    }
    if (Math.abs(ga) < 1e-10 * n && Math.abs(gb) < 1e-10 * n) break;
    const determinant = haa * hbb - hab * hab;
    const da = -(hbb * ga - hab * gb) / determinant;
    const db = -(haa * gb - hab * ga) / determinant;
    const slope = ga * da + gb * db;
    let step = 1;
    let next = loss(a + da, b + db);
    for (; next > value + 1e-4 * step * slope && step > 1e-10; next = loss(a + step * da, b + step * db)) step /= 2;
    if (step <= 1e-10) break;
    a += step * da;
    b += step * db;
    value = next;
  }
  return { a, b };
}

/** Probability of class 1 at a score, without overflow. */
export function plattProbability({ a, b }: PlattScaling, score: number): number {
  const f = a * score + b;
  return f >= 0 ? Math.exp(-f) / (1 + Math.exp(-f)) : 1 / (1 + Math.exp(f));
}
