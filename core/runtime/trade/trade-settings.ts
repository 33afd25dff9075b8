/** How a session trades, as the configuration and the command line say. */
export interface TradeSettings {
  readonly mode: 'dry-run' | 'testnet' | 'live';
  /** Wait for the candles of a batch, ms. */
  readonly batchWaitMs: number;
  /** Between reconciliations with the exchange, ms. */
  readonly reconcileMs: number;
  /** A position may be without a working stop for so long, ms; then it is left at the market. */
  readonly stopGraceMs: number;
  /** Most stake currency that the session reckons with; the rest of the account is left alone. */
  readonly capital?: number;
  /** Stop entries and leave everything when equity has lost this share of what the session began with. */
  readonly maxLossRatio?: number;
  readonly marginMode: 'isolated' | 'cross';
  /** Dead-man's switch of the exchange, ms; 0: off. */
  readonly deadMansSwitchMs: number;
}

/** A structured line of the log. */
export type TradeLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;
