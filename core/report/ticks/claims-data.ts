/** What a document's claims about trades and books come to on recorded ones. */
export interface ClaimsData {
  readonly pair: string;
  /** First and last moment, ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly trades: number;
  /** R² of mid moves on order flow over intervals of each length: of the same interval and of the next one, at the best price and over five levels. */
  readonly flow: readonly FlowClaim[];
  /** null: no trade tells who took. */
  readonly classifier: ClassifierClaim | null;
  /** Mid moves after moments at which bids hold more than 65 % of what the best five levels show. */
  readonly imbalance: readonly ImbalanceClaim[];
  readonly parkinson: ParkinsonClaim;
}

export interface FlowClaim {
  readonly seconds: number;
  /** Intervals. */
  readonly n: number;
  readonly best: number;
  readonly five: number;
  readonly bestNext: number;
  readonly fiveNext: number;
}

export interface ClassifierClaim {
  /** Trades whose aggressor is known. */
  readonly trades: number;
  /** Of them: decided by the quotes, rightly so, right by Lee-Ready in all, right by the tick rule alone. */
  readonly byQuote: number;
  readonly rightQuote: number;
  readonly rightLeeReady: number;
  readonly rightTick: number;
}

export interface ImbalanceClaim {
  readonly seconds: number;
  readonly up: number;
  readonly down: number;
  readonly meanBps: number;
}

export interface ParkinsonClaim {
  readonly windows: number;
  readonly bars: number;
  readonly steps: number;
  /** Relative variance of the realised estimate over that of Parkinson's. */
  readonly efficiency: number;
  /** Of the true variance, that Parkinson's estimate finds in the mean. */
  readonly found: number;
}

/** Bounds that hold a true R² in 95 of 100 samples of `n` pairs (Fisher's transformation of the correlation); NaN with fewer than 4 pairs. */
export function rSquaredBounds(r2: number, n: number): readonly [low: number, high: number] {
  if (!(n > 3)) return [Number.NaN, Number.NaN];
  const z = Math.atanh(Math.min(Math.sqrt(r2), 1 - 1e-12));
  const half = 1.96 / Math.sqrt(n - 3);
  return [Math.tanh(Math.max(0, z - half)) ** 2, Math.tanh(z + half) ** 2];
}
