import type { CandleTable, EventTable } from '../../../domain/candles.ts';
import type { LeverageTier } from '../../../domain/instrument.ts';
import type { ClosedTrade, OrderSide, Side } from '../../../domain/trade.ts';

/** Bits of a candle's signal flags. */
export const SIGNAL = { enterLong: 1, exitLong: 2, enterShort: 4, exitShort: 8 } as const;

/** What limits an order of a pair. Steps and minima in base units, `priceTick` and `minCost` in quote. */
export interface PairLimits {
  /** The market's tick, or a given one; see `tickFrom`. */
  readonly priceTick: number;
  /** `candles` (default): the tick is derived per calendar month from the loaded candles, `priceTick` only where they show no decimals. */
  readonly tickFrom?: 'candles' | 'market';
  readonly amountStep: number;
  readonly minAmount: number;
  readonly minCost: number;
  /** Leverage tiers by rising notional; without them leverage and stake have no upper limit and nothing is liquidated. */
  readonly tiers?: readonly LeverageTier[];
}

/**
 * One pair's market data and signals. The profile reads candle i and signals of candle i - 1 at the step of candle i, nothing later,
 * except the price tick, which the reference engine derives from whole calendar months.
 */
export interface FreqtradePair {
  readonly pair: string;
  /** Candles of the main timeframe without gaps (see `fillGaps`), start-up candles included. */
  readonly candles: CandleTable;
  /** How many leading candles only warm the indicators up; the one after them is dropped too, since it has no earlier signal. */
  readonly startup: number;
  /** `SIGNAL` bits per candle, known at the candle's close. May be written while the run goes on, one candle ahead of the step. */
  readonly signals: Uint8Array;
  /** Entry tags by candle index, for the candle that the signal is computed on. */
  readonly entryTags?: ReadonlyMap<number, string>;
  /** Exit tags by candle index; the exit's reason in place of `exit_signal`. */
  readonly exitTags?: ReadonlyMap<number, string>;
  /** Candles of the detail timeframe; main candles without any are taken whole. */
  readonly detail?: CandleTable;
  /** Funding events with a `rate` column. */
  readonly funding?: EventTable;
  /** Mark price candles, matched with funding events by equal time. */
  readonly mark?: CandleTable;
  readonly limits: PairLimits;
}

/** A time span of a protection. */
export type ProtectionSpan = { readonly candles: number } | { readonly minutes: number };

/** Rules that lock a pair or all pairs after exits. */
export type Protection =
  | { readonly kind: 'cooldown'; readonly duration: ProtectionSpan; readonly lookback?: ProtectionSpan }
  | {
      readonly kind: 'stoploss-guard';
      readonly duration: ProtectionSpan;
      readonly lookback: ProtectionSpan;
      readonly tradeLimit: number;
      /** Only exits with a profit ratio below this count; default 0. */
      readonly requiredProfit?: number;
      readonly onlyPerPair?: boolean;
    }
  | {
      readonly kind: 'low-profit-pairs';
      readonly duration: ProtectionSpan;
      readonly lookback: ProtectionSpan;
      readonly tradeLimit: number;
      /** The sum of profit ratios within the window below which the pair is locked. */
      readonly requiredProfit: number;
    }
  | {
      readonly kind: 'max-drawdown';
      readonly duration: ProtectionSpan;
      readonly lookback: ProtectionSpan;
      readonly tradeLimit: number;
      readonly maxDrawdown: number;
      /** `equity`: of the balance, from its peak; `ratios`: of the running sum of profit ratios. */
      readonly calculation: 'equity' | 'ratios';
    };

/** Everything of a strategy and its account that is a plain value. Ratios are fractions of the stake, leverage included; times in minutes. */
export interface FreqtradeSettings {
  readonly strategy: string;
  /** Main and detail timeframe names, such as `1h` and `5m`. */
  readonly timeframe: string;
  readonly detailTimeframe?: string;
  /** `spot`: leverage 1; `margin`: leverage without funding, interest or liquidation; `futures`: isolated, with funding and liquidation. */
  readonly market: 'spot' | 'margin' | 'futures';
  readonly canShort: boolean;
  readonly stoploss: number;
  /** Minutes held -> profit ratio. */
  readonly roi: Readonly<Record<string, number>>;
  readonly trailingStop: boolean;
  readonly trailingStopPositive: number | null;
  readonly trailingStopPositiveOffset: number;
  readonly trailingOnlyOffsetIsReached: boolean;
  readonly useExitSignal: boolean;
  readonly exitProfitOnly: boolean;
  readonly exitProfitOffset: number;
  readonly ignoreRoiIfEntrySignal: boolean;
  readonly unfilledTimeout: { readonly entry: number; readonly exit: number };
  /** `Infinity` for no limit. */
  readonly maxOpenTrades: number;
  readonly stakeAmount: number | 'unlimited';
  readonly startingBalance: number;
  readonly tradableBalanceRatio: number;
  /** One rate for entries and exits, a fraction of notional. */
  readonly fee: number;
  /** Leverage asked for where no callback says otherwise. */
  readonly leverage?: number;
  /** Fraction of the distance between entry and liquidation that the liquidation price is moved towards the entry. */
  readonly liquidationBuffer: number;
  readonly protections?: readonly Protection[];
  /** Most additions to a trade, -1 for any number. Additions and partial exits need the `adjustPosition` callback. */
  readonly maxEntryPositionAdjustment?: number;
}

/** What callbacks may know of an open trade: a live view, not to be kept. Prices in quote, amounts in base units. */
export interface TradeView {
  readonly id: number;
  readonly pair: string;
  readonly direction: 1 | -1;
  readonly openTime: number;
  readonly openRate: number;
  readonly amount: number;
  readonly stake: number;
  readonly leverage: number;
  readonly entryTag: string | null;
  readonly stop: number;
  readonly initialStop: number;
  readonly liquidation: number | null;
  readonly minRate: number;
  readonly maxRate: number;
  readonly filledEntries: number;
  readonly filledExits: number;
  readonly realised: number;
  /** Filled orders, in order of filling. */
  readonly orders: readonly FilledOrder[];
}

/** A filled order of a trade. `funding` is that of the segment which the fill ended, null for the first. */
export interface FilledOrder {
  readonly side: OrderSide;
  readonly isEntry: boolean;
  readonly time: number;
  readonly price: number;
  readonly amount: number;
  readonly tag: string | null;
  readonly funding: number | null;
}

/** An order that waits for its price. */
export interface PendingOrder {
  readonly isEntry: boolean;
  /** ms UTC; an order can time out or be repriced only on a later candle. */
  readonly created: number;
  readonly price: number;
  readonly amount: number;
  /** Of an exit: its reason. */
  readonly tag: string | null;
}

/** An entry about to be made. */
export interface EntryAsk {
  readonly pair: string;
  readonly direction: 1 | -1;
  readonly time: number;
  readonly rate: number;
  readonly tag: string | null;
}

/** A wanted change of a position: stake > 0 adds, < 0 leaves with that much of the stake. */
interface StakeChange {
  readonly stake: number;
  readonly tag?: string | null;
}

/** A strategy's optional answers. Times are ms UTC of the candle that is being processed. */
export interface FreqtradeCallbacks {
  /** Stop as a ratio from `rate`, or null for no opinion. Asked per candle with its best price and, `afterFill`, with each fill's price. */
  customStop?(trade: TradeView, time: number, rate: number, profit: number, afterFill: boolean): number | null;
  customEntryPrice?(ask: EntryAsk): number | null;
  customExitPrice?(trade: TradeView, time: number, rate: number, profit: number, reason: string): number | null;
  /** An exit reason of the strategy's own, acting like an exit signal. `profit` is that at the open. */
  customExit?(trade: TradeView, time: number, rate: number, profit: number): string | null;
  /** A profit ratio that ends the trade; the lower of it and the table's applies. */
  customRoi?(trade: TradeView, time: number, minutesHeld: number): number | null;
  stake?(ask: EntryAsk, proposed: number, minStake: number, maxStake: number): number;
  leverage?(ask: EntryAsk, proposed: number, maxLeverage: number): number;
  /** For an unfilled order of an earlier candle: its price to keep it, null to cancel it, another price to replace it. */
  adjustOrder?(trade: TradeView, order: PendingOrder, time: number, open: number): number | null;
  adjustPosition?(trade: TradeView, time: number, rate: number, profit: number): StakeChange | null;
  confirmEntry?(ask: EntryAsk, amount: number): boolean;
  confirmExit?(trade: TradeView, time: number, rate: number, reason: string): boolean;
}

/** One fill as the ledger needs it. `openRate`, `held` and `stake` describe the trade after it; `profit` is what an exit realised. */
export interface FreqtradeFill {
  readonly tradeId: number;
  readonly pair: string;
  readonly direction: Side;
  readonly side: OrderSide;
  readonly isEntry: boolean;
  readonly time: number;
  readonly price: number;
  readonly amount: number;
  readonly leverage: number;
  readonly fee: number;
  readonly funding: number | null;
  readonly tag: string | null;
  readonly openRate: number;
  readonly held: number;
  readonly stake: number;
  readonly profit: number;
}

/** A closed trade with what only this profile knows of it. */
export interface FreqtradeClosedTrade extends ClosedTrade {
  /** Sum of all entries at their prices, divided by leverage. */
  readonly maxStake: number;
  readonly entryFees: number;
  readonly exitFees: number;
  readonly priceTick: number;
}

/** A pair (or `*`, all pairs) that takes no entries before `until`. */
export interface FreqtradeLock {
  readonly pair: string;
  readonly from: number;
  readonly until: number;
  readonly reason: string;
}

/** Where the results of a run go. Objects belong to the receiver. */
export interface FreqtradeSink {
  fill?(fill: FreqtradeFill): void;
  closed(trade: FreqtradeClosedTrade): void;
  lock?(lock: FreqtradeLock): void;
}

/** What a run counted. */
export interface FreqtradeCounts {
  /** Signals that found no free slot. */
  rejectedSignals: number;
  timedOutEntryOrders: number;
  timedOutExitOrders: number;
  /** Trades removed because their entry was cancelled before any fill. */
  canceledTradeEntries: number;
  canceledEntryOrders: number;
  replacedEntryOrders: number;
}

/** Totals at the end of a run. Money in stake currency. */
export interface FreqtradeOutcome {
  readonly finalBalance: number;
  readonly counts: Readonly<FreqtradeCounts>;
  /** Trades that could not leave at the end, with their stakes: on spot, `finalBalance` lacks those. */
  readonly left: readonly { readonly pair: string; readonly stake: number }[];
}

/** All that a run of this profile is given. */
export interface FreqtradeWiring {
  /** In pair-list order: it decides who trades first. */
  readonly pairs: readonly FreqtradePair[];
  readonly settings: FreqtradeSettings;
  readonly callbacks?: FreqtradeCallbacks;
  readonly sink: FreqtradeSink;
}

/** A run: `start`, then `step` at every main candle's opening time from `from` to `to`, then `finish`. */
export interface FreqtradeProfile {
  /** First and last step, ms UTC (from > to: nothing to do). The metrics' start is one timeframe before `from`. */
  start(): { readonly from: number; readonly to: number };
  step(time: number): void;
  finish(): FreqtradeOutcome;
  /** Balance not tied up in open stakes, and the stakes of open trades, in stake currency. */
  balance(): { readonly free: number; readonly tied: number };
}
