import type { BacktestOptions } from '../backtest-options.ts';
import { GatheredMarket, type GatheredRows } from './gathered-market.ts';
import { makeTrainer } from './make-trainer.ts';
import { type NodeInCharge, type TrainedUp, trainUpTo } from './train-up-to.ts';

/** Learns from the market as a session hears it, somewhere else than in the session's loop. */
export interface Learner {
  /** Takes what was heard; what it has already is passed over. */
  add(rows: GatheredRows): void;
  /** @throws TidegateError as `trainUpTo` */
  train(time: number, inCharge: readonly NodeInCharge[]): Promise<TrainedUp>;
  end(): Promise<void>;
}

/**
 * Learns in this thread; windows of models in threads of their own with `isAway`.
 * @param keepMs market time that is learned from, ms
 */
export function ownLearner(options: BacktestOptions, keepMs: number, isAway = false): Learner {
  const data = new GatheredMarket(options.exchange, keepMs);
  const trainer = makeTrainer(options.learning!, isAway);
  return {
    add: (rows) => data.add(rows),
    train: (time, inCharge) => trainUpTo({ ...options, data }, time, trainer, inCharge),
    end: () => trainer.end(),
  };
}
