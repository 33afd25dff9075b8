import type { TrialJob, TrialReport, TrialSetting } from './evaluator.ts';
import type { MarketSnapshot } from './shared-market.ts';
import type { ShelfChange, ShelfReport } from './shelf-ledger.ts';

/** What a thread is started with. */
export interface WorkerSetup {
  readonly setting: TrialSetting;
  readonly snapshot: MarketSnapshot;
}

/** A trial for a thread. */
export interface WorkerRequest {
  readonly job: TrialJob;
  /** Of the shelf, since the last request. */
  readonly changes: readonly ShelfChange[];
}

/** What came of it: the trial's report, or what it threw says. */
export interface WorkerReply {
  readonly report?: TrialReport;
  readonly failure?: string;
  readonly shelf: ShelfReport;
}
