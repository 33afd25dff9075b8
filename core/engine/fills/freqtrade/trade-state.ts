import type { FilledOrder, PendingOrder, TradeView } from './ports.ts';
import type { Grid } from './rounding.ts';

/** A trade from its first entry order on; before its first fill `amount` is 0. Money in stake currency, prices in quote. */
export interface TradeState extends TradeView {
  /** Place of the pair in the pair list. */
  readonly slot: number;
  readonly tick: Grid;
  readonly fee: number;
  openRate: number;
  amount: number;
  stake: number;
  /** amount × openRate with the entry fee, kept up to date by fills. */
  openValue: number;
  /** Cost of what is held at the average entry before that is rounded to tick, and this average. */
  cost: number;
  average: number;
  filledEntries: number;
  filledExits: number;
  readonly orders: FilledOrder[];
  entryOrder: PendingOrder | null;
  exitOrder: PendingOrder | null;
  stop: number;
  /** The ratio that the stop was last set with. */
  stopRatio: number;
  initialStop: number;
  /** The stop has moved towards profit at least once: its hits are called trailing. */
  isStopMoved: boolean;
  liquidation: number | null;
  minRate: number;
  maxRate: number;
  /** Funding of ended segments, and of the running one; received is positive. */
  fundingStored: number;
  fundingRunning: number;
  /** The funding that profit ratios count. */
  fundingSeen: number;
  lastFillTime: number;
  realised: number;
  exitReason: string;
}

/** The parts of a trade that its entry decides. */
export interface TradeSeed {
  readonly id: number;
  readonly pair: string;
  readonly slot: number;
  readonly direction: 1 | -1;
  readonly openTime: number;
  readonly entryTag: string | null;
  readonly leverage: number;
  readonly fee: number;
  readonly tick: Grid;
  readonly stake: number;
  readonly order: PendingOrder;
}

/** A trade with its first entry order and nothing filled. */
export function tradeState(seed: TradeSeed): TradeState {
  const { order, ...fixed } = seed;
  return {
    ...fixed,
    openRate: order.price,
    amount: 0,
    openValue: 0,
    cost: 0,
    average: 0,
    filledEntries: 0,
    filledExits: 0,
    orders: [],
    entryOrder: order,
    exitOrder: null,
    stop: Number.NaN,
    stopRatio: 0,
    initialStop: Number.NaN,
    isStopMoved: false,
    liquidation: null,
    minRate: order.price,
    maxRate: order.price,
    fundingStored: 0,
    fundingRunning: 0,
    fundingSeen: 0,
    lastFillTime: seed.openTime,
    realised: 0,
    exitReason: '',
  };
}
