import type { Side } from './trade.ts';

/** An open position, as strategies and modules see it. Prices in quote, money in stake currency, ratios include leverage. */
export interface PositionView {
  readonly pair: string;
  readonly side: Side;
  /** 1 long, -1 short. */
  readonly sign: 1 | -1;
  /** Base units held. */
  readonly amount: number;
  /** Average entry price. */
  readonly openRate: number;
  /** First entry fill, ms UTC. */
  readonly openTime: number;
  readonly leverage: number;
  /** Margin put up for what is still held. */
  readonly stake: number;
  readonly entryTag: string | null;
  /** Filled entry orders, additions included. */
  readonly entries: number;
  /** Filled partial exits. */
  readonly exits: number;
  /** Current stop price; null when none is set. */
  readonly stopRate: number | null;
  readonly liquidationRate: number | null;
  /** Best price since entry: highest for longs, lowest for shorts. */
  readonly bestRate: number;
  /** Profit ratio of the margin if it were closed at `rate`, fees and funding included. */
  profitRatio(rate: number): number;
}

/** The account as of now, in stake currency. */
export interface AccountView {
  readonly equity: number;
  readonly free: number;
  readonly openPositions: number;
}
