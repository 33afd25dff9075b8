/** Strategy parameters of CMA-ES for `n` dimensions and population `lambda` (Hansen, "The CMA Evolution Strategy: A Tutorial", 2023). */
export interface CmaWeights {
  readonly lambda: number;
  /** Recombination weights by rank: the better half positive, summing to 1, the rest negative (active CMA). */
  readonly weights: Float64Array;
  readonly mu: number;
  readonly muEff: number;
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cc: number;
  readonly c1: number;
  readonly cMu: number;
  /** Expected length of a standard normal vector. */
  readonly chi: number;
}

/**
 * Default population: 4 + 2 ln n, at least 6. The tutorial's 4 + 3 ln n is for budgets of thousands; with a hundred trials fewer per
 * generation get further, and restarts double it.
 */
export function defaultPopulation(n: number): number {
  return Math.max(6, 4 + Math.floor(2 * Math.log(n)));
}

/** The tutorial's default settings, equations 49 to 58. */
export function cmaWeights(n: number, lambda: number): CmaWeights {
  const mu = Math.floor(lambda / 2);
  const raw = Float64Array.from({ length: lambda }, (_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1));
  const effective = (part: Float64Array) => {
    let sum = 0;
    let squares = 0;
    for (const w of part) {
      sum += w;
      squares += w * w;
    }
    return squares > 0 ? (sum * sum) / squares : 0;
  };
  const muEff = effective(raw.subarray(0, mu));
  const muEffMinus = effective(raw.subarray(mu));
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  const cMu = Math.min(1 - c1 - 1e-8, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff));
  const minAlpha = Math.min(1 + c1 / cMu, 1 + (2 * muEffMinus) / (muEff + 2), (1 - c1 - cMu) / (n * cMu));
  let positive = 0;
  let negative = 0;
  for (const w of raw) {
    if (w > 0) positive += w;
    else negative -= w;
  }
  const weights = raw.map((w) => (w > 0 ? w / positive : negative > 0 ? (w * minAlpha) / negative : 0));
  const cSigma = (muEff + 2) / (n + muEff + 5);
  return {
    lambda,
    weights,
    mu,
    muEff,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma,
    cc: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    c1,
    cMu,
    chi: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}
