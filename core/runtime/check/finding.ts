/** The proofs that `tidegate check` attempts, in the order of its report. */
export const CHECKS = [
  'look-ahead',
  'repaint',
  'warm-up',
  'determinism',
  'state',
  'clock',
  'randomness',
  'outside data',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** One thing that is wrong with a strategy (`fail`), or that the reader should know (`warn`). */
export interface Finding {
  readonly check: CheckName;
  readonly severity: 'fail' | 'warn';
  /** What, with values. */
  readonly what: string;
  /** Pair and candle, feature, callback or source line. */
  readonly where?: string;
  readonly remedy?: string;
}

/** A moment as findings write it. */
export function when(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
