import type { RiskModule, SizingModule } from '../ports/trading-modules.ts';
import type { EngineEvent } from './events.ts';
import type { ExecutionChoice } from './execution-desk.ts';
import type { Account } from './ledger/account.ts';
import type { PairState, Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/** What an engine is wired from. */
export interface EngineOptions {
  readonly clock: EngineClock;
  readonly account: Account;
  readonly pairs: readonly PairState[];
  /** All slots of the pairs, in strategy order; may be filled after the engine is made, before the first event. */
  readonly slots: readonly Slot[];
  readonly maxOpenPositions: number;
  /** Several strategies may hold a pair at a time, each its own position; else the first that holds it owns it. Default false. */
  readonly netting?: boolean;
  readonly sizing: SizingModule;
  readonly risk: readonly RiskModule[];
  /** ROI as a resting reduce-only limit, or checked at candle closes. */
  readonly roiRests: boolean;
  /**
   * Cancels and changes of price take time to arrive, and the venue tells when a change has: what an order may still cost or become until then stays
   * held back. Default false.
   */
  readonly requestsTravel?: boolean;
  /** Execution modules by slot; null: its orders go out whole. */
  readonly execution?: (slot: Slot) => ExecutionChoice | null;
  /** Sees every event before it is processed: the journal. */
  readonly recorder?: EventRecorder;
}

/** Keeps events in processing order, so that they can be replayed. Events are reused by their senders: copy what is needed. */
export interface EventRecorder {
  record(event: EngineEvent): void;
  /** Hears how wishes to enter fared, as it happens; the engine's clock says when. */
  decided?(decision: EntryDecision): void;
}

/** A step of a wish to enter or add: the signal, the size that sizing and risk gave it, or why it came to nothing. */
export interface EntryDecision {
  readonly kind: 'signal' | 'size' | 'veto';
  readonly slot: Slot;
  /** A word such as `cooldown` for a veto, the tag of a signal, or the reason of a smaller stake; empty where there is none. */
  readonly reason: string;
  /** Of a size: base units, price, stake currency. */
  readonly amount?: number;
  readonly price?: number;
  readonly stake?: number;
  /** Of a signal. */
  readonly side?: 'long' | 'short';
}
