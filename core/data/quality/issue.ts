/** What can be wrong with stored rows. */
type IssueKind =
  | 'unreadable'
  | 'disorder'
  | 'duplicate'
  | 'misaligned'
  | 'gap'
  | 'not-a-number'
  | 'not-positive'
  | 'negative'
  | 'inconsistent'
  | 'outlier';

/** One finding: an error would spoil results, a warning deserves a look (real markets have gaps and jumps). */
export interface Issue {
  readonly kind: IssueKind;
  readonly severity: 'error' | 'warning';
  /** Time of the (first) row concerned, ms UTC; NaN where there is none. */
  readonly time: number;
  /** Index of the (first) row concerned. */
  readonly row: number;
  /** Rows concerned; for a gap the candles that are missing. */
  readonly count: number;
  readonly what: string;
  readonly remedy: string;
}
