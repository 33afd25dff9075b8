/** A searched parameter as the page draws it: its place on the axis is in [0, 1]. */
export interface StudyAxis {
  readonly name: string;
  readonly group: string;
  /** Categories in order, or null for numbers. */
  readonly categories: readonly string[] | null;
  /** Values at evenly spaced places 0 … 1, as text. */
  readonly ticks: readonly string[];
}

/** A trial as the page draws it. */
export interface StudyTrial {
  readonly number: number;
  readonly state: 'running' | 'complete' | 'pruned' | 'failed';
  readonly isFeasible: boolean;
  readonly values: readonly number[];
  /** Place on each axis; null where the parameter does not exist. */
  readonly at: readonly (number | null)[];
  readonly params: string;
  readonly profit: number | null;
  readonly drawdown: number | null;
  readonly trades: number | null;
}

/** One parameter set in and out of sample. Fractions; Sharpe ratios a year. */
export interface StudySample {
  readonly name: string;
  readonly period: string;
  readonly values: readonly number[];
  readonly profit: number;
  readonly drawdown: number;
  readonly sharpe: number;
  readonly trades: number;
}

/** Everything that a study's page shows. */
export interface StudyPageData {
  readonly title: string;
  readonly lead: string;
  readonly isSynthetic: boolean;
  readonly chips: readonly string[];
  readonly hash: string;
  readonly study: string;
  readonly objectives: readonly { readonly name: string; readonly isMaximised: boolean }[];
  readonly axes: readonly StudyAxis[];
  readonly trials: readonly StudyTrial[];
  readonly samples: readonly StudySample[];
  readonly front: readonly number[];
  readonly best: number | null;
  readonly importance: readonly { readonly name: string; readonly share: number }[];
  readonly numbers: readonly { readonly name: string; readonly value: string; readonly under: string }[];
  readonly words: string;
  readonly notes: readonly string[];
}
