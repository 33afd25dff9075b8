/** Something learned that takes over. Times ms UTC. */
export interface Activation {
  readonly block: string;
  readonly pair: string;
  /** Of what was learned. */
  readonly hash: string;
  /** It has seen nothing later. */
  readonly trainedAt: number;
  /** It answers for rows known from here on. */
  readonly from: number;
}

/** Trains on a run's schedule while the run goes on. */
export interface ModelTrainer {
  /** Trains what should be in charge at a moment (ms UTC): before trading begins. @throws what trainings throw */
  start(time: number): Promise<readonly Activation[]>;
  /**
   * Called before the candles that close at `time` are processed. Starts what has fallen due, waits for nothing, and hands over what is ready: it
   * answers from these candles on.
   */
  advance(time: number): readonly Activation[];
  end(): Promise<void>;
}
