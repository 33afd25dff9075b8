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
  readonly id: number;
  readonly job: TrialJob;
  /** Of the shelf, since the last request. */
  readonly changes: readonly ShelfChange[];
}

/** What came of it. */
export interface WorkerReply {
  readonly id: number;
  readonly report?: TrialReport;
  readonly error?: { readonly message: string; readonly code: string | null };
  readonly shelf: ShelfReport;
}
