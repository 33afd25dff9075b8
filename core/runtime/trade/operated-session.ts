import type { Engine } from '../../engine/engine.ts';
import type { CommandEvent } from '../../engine/events.ts';
import type { PairState, Slot } from '../../engine/slot.ts';
import type { Decision } from '../../ports/stored-rows.ts';
import type { LiveDesk } from './live-desk.ts';
import type { LossLimit } from './loss-limit.ts';
import type { SessionLearning } from './session-learning.ts';
import type { TradeLoop } from './trade-loop.ts';

/** A running session as its operator, its heartbeat and its pair lists see it: on candles, or on trades and books. */
export interface OperatedSession {
  readonly loop: {
    readonly engine: Engine;
    /** Engine time of the next event, ns. */
    readonly time: number;
    /** Does `work`, then makes what it did durable. */
    turn(work: () => void): void;
    /** Adds a line to the decision journal with the turn at hand. */
    decide(decision: Partial<Decision> & Pick<Decision, 'kind' | 'reason'>): void;
    command(command: CommandEvent['command']): void;
    /** Adds rows to what the turn at hand stores. */
    readonly keep: TradeLoop['keep'];
  };
  readonly slots: readonly Slot[];
  readonly terms: { readonly pairs: readonly string[] };
  readonly wiring: { readonly states: readonly PairState[] };
  /** Null where orders are on paper. */
  readonly live: LiveDesk | null;
  /** Null where nothing is learned. */
  readonly learning: SessionLearning | null;
  readonly isHalted: boolean;
  readonly lossLimit: LossLimit;
  /** Orders at the exchange, or at the one that stands in for it. */
  readonly openOrders: number;
  /** ms UTC of the last candle (on books: of the last message) that was processed. */
  readonly lastCandle: number;
  run(): void;
  block(pair: string, source: string, reason: string | null): void;
  slotOf(pair: string, strategy?: string): Slot;
  halt(flatten: boolean, reason: string): Promise<void>;
  close(): Promise<void>;
}
