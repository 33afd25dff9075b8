/** One training of a block: what it saw, and what came of it. Times ms UTC. */
export interface Training {
  readonly block: string;
  readonly pairs: readonly string[];
  /** The moment of training: it saw nothing later. */
  readonly at: number;
  /** It answers from here on. */
  readonly from: number;
  /** Of what was learned; absent where nothing was. */
  readonly hash?: string;
  readonly rows?: number;
  /** Latest moment that a training label was read from. */
  readonly labelsUntil?: number;
  readonly trials?: number;
  /** Options that trials found. */
  readonly tuned?: Readonly<Record<string, number>>;
  /** Names of what importances and weights are of; absent where there are none. */
  readonly features?: readonly string[];
  /** What each feature counted in the training; null: all the same. */
  readonly featureWeights?: Float64Array | null;
  /** Share of each feature, where the module says so. */
  readonly importance?: Float64Array | null;
  /** Why it was trained, where that was not the schedule. */
  readonly cause?: string;
  /** `worse`: it did worse in its shadow run than the model before; `put-back`: nothing was trained, the model before took over again. */
  readonly verdict?: 'worse' | 'put-back';
  /** Why nothing came of it: what answered before goes on. */
  readonly failure?: string;
}

/** How a model in charge has done since it took over, on rows that it had not seen. Times ms UTC. */
export interface Served {
  readonly block: string;
  readonly pairs: readonly string[];
  readonly hash: string;
  readonly from: number;
  /** Labels known by now that had a direction, and those that the model met. */
  readonly asked: number;
  readonly hits: number;
}
