import type { CandleTable } from '../../../domain/candles.ts';
import { timeframe } from '../../../domain/timeframe.ts';
import { TidegateError } from '../../../foundation/errors.ts';
import { type FundingCosts, fundingCosts } from './funding.ts';
import type {
  FreqtradeCallbacks,
  FreqtradeCounts,
  FreqtradePair,
  FreqtradeSettings,
  FreqtradeSink,
  FreqtradeWiring,
} from './ports.ts';
import { priceTicks } from './price-tick.ts';
import { type Guard, guard } from './protections.ts';
import { type RoiTable, roiTable } from './roi.ts';
import { type Grid, grid } from './rounding.ts';
import type { TradeState } from './trade-state.ts';
import type { Wallet } from './wallet.ts';

/** The candle that is being processed, main or detail, with the signals that act on it. One object per run, refilled. */
export interface Bar {
  time: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** Signal bits of the previous main candle, and its index for tags. */
  flags: number;
  signalIndex: number;
}

/** A pair with what the run keeps of it. */
export interface PairState {
  readonly slot: number;
  readonly source: FreqtradePair;
  readonly tickAt: (time: number) => Grid;
  readonly amountGrid: Grid;
  readonly costs: FundingCosts | null;
  /** Index of the candle at or after the present step. */
  cursor: number;
  detailCursor: number;
  /** The present main candle has detail candles. */
  hasDetail: boolean;
  /** Number of the last step that visited the pair. */
  visited: number;
  /** With detail candles: has a signal or a trade at the beginning of the present main candle. */
  isActive: boolean;
  /** With detail candles: was seen with an open trade at a small step of the present main candle. */
  wasOpen: boolean;
  trade: TradeState | null;
}

/** All mutable state of a run. */
export interface RunState {
  readonly settings: FreqtradeSettings;
  readonly callbacks: FreqtradeCallbacks;
  readonly sink: FreqtradeSink;
  readonly pairs: readonly PairState[];
  readonly roi: RoiTable;
  readonly timeframeMinutes: number;
  readonly wallet: Wallet;
  readonly guard: Guard;
  readonly counts: FreqtradeCounts;
  readonly bar: Bar;
  /** Open trades, those waiting for their entry included, in order of opening. */
  readonly open: TradeState[];
  /** Scratch: pairs with open trades at the start of a step. */
  readonly order: number[];
  nextId: number;
}

/** The state of a run before its first step. */
export function runState(wiring: FreqtradeWiring): RunState {
  const { settings, sink } = wiring;
  // Protections reckon drawdowns from what may be traded with.
  const capital = settings.startingBalance * settings.tradableBalanceRatio;
  return {
    settings,
    callbacks: wiring.callbacks ?? {},
    sink,
    pairs: wiring.pairs.map((source, slot) => pairState(source, slot, settings)),
    roi: roiTable(settings.roi),
    timeframeMinutes: timeframe(settings.timeframe).ms / 60_000,
    wallet: {
      startingBalance: settings.startingBalance,
      tradableRatio: settings.tradableBalanceRatio,
      closedProfit: 0,
      unseen: 0,
    },
    guard: guard(settings.protections ?? [], settings.timeframe, capital, (lock) => sink.lock?.(lock)),
    counts: {
      rejectedSignals: 0,
      timedOutEntryOrders: 0,
      timedOutExitOrders: 0,
      canceledTradeEntries: 0,
      canceledEntryOrders: 0,
      replacedEntryOrders: 0,
    },
    bar: { time: 0, open: 0, high: 0, low: 0, close: 0, flags: 0, signalIndex: 0 },
    open: [],
    order: [],
    nextId: 1,
  };
}

function pairState(source: FreqtradePair, slot: number, settings: FreqtradeSettings): PairState {
  if (source.signals.length < source.candles.length)
    throw new TidegateError(
      'FILLS_SIGNALS',
      `${source.pair} has ${source.signals.length} signal flags for ${source.candles.length} candles`,
      { where: 'freqtrade fill profile', remedy: 'Give one flag byte per candle, start-up candles included.' },
    );
  const hasFunding = settings.market === 'futures' && source.funding && source.mark;
  return {
    slot,
    source,
    tickAt: priceTicks(source.candles, source.limits),
    amountGrid: grid(source.limits.amountStep),
    costs: hasFunding ? fundingCosts(source.funding, source.mark) : null,
    // The candle after the start-up ones has no earlier signal: it is dropped.
    cursor: source.startup + 1,
    detailCursor: 0,
    hasDetail: false,
    visited: 0,
    isActive: false,
    wasOpen: false,
    trade: null,
  };
}

/** Fills the bar with row `i` of a candle table. */
export function loadBar(bar: Bar, candles: CandleTable, i: number): void {
  bar.time = candles.time[i]!;
  bar.open = candles.open[i]!;
  bar.high = candles.high[i]!;
  bar.low = candles.low[i]!;
  bar.close = candles.close[i]!;
}

/** Takes a trade off the open list and its pair. */
export function removeTrade(run: RunState, pair: PairState, trade: TradeState): void {
  run.open.splice(run.open.indexOf(trade), 1);
  pair.trade = null;
}
