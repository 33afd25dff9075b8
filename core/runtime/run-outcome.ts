import type { ClosedTrade } from '../domain/trade.ts';
import type { Engine } from '../engine/engine.ts';

/** What a profile's run leaves behind, before it is hashed and measured. */
export interface RunOutcome {
  readonly trades: readonly ClosedTrade[];
  readonly equity: { readonly time: Float64Array; readonly value: Float64Array };
  readonly finalBalance: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  /** Assumptions made for want of data. */
  readonly notes: readonly string[];
  /** Absent under the `freqtrade` profile. */
  readonly engine?: Engine;
  /** Hands memory back for the next run of the process: neither the engine's logs nor the equity columns may be used after. */
  readonly release?: () => void;
}
