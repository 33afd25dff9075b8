import type { CandleTable } from '../domain/candles.ts';
import type { Instrument } from '../domain/tradable.ts';
import type { Side } from '../domain/trade.ts';
import type { AccountView } from '../domain/views.ts';
import { listOf } from '../foundation/short-list.ts';
import type { CandleField, TradingContext } from '../ports/trading-modules.ts';
import { type Bar, type BarCandle, PairBar } from '../strategy/bar.ts';
import type { PairSurface } from '../strategy/pair-surface.ts';
import type { SignalSink, Strategy } from '../strategy/strategy.ts';
import type { Cursor } from '../strategy/view.ts';
import type { Order } from './order.ts';
import type { Position } from './position.ts';
import type { Quotes } from './quotes.ts';

/** Why a pair is blocked that the pair list does not name: its positions are added to as ever, other blocks keep additions off, too. */
export const NOT_LISTED = 'not_in_pairlist';

/** One traded pair: where its candles are, and the manage candle at hand. Shared by all strategies on it. */
export class PairState {
  declare readonly index: number;
  declare readonly pair: string;
  declare readonly instrument: Instrument;
  /** Buffer row of the last closed candle on the main grid. */
  readonly cursor: Cursor = { row: -1 };
  declare readonly candle: BarCandle;
  /** One per strategy, in strategy order. */
  readonly slots = listOf<Slot>();
  /** The manage candle that just closed. */
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  volume = 0;
  /** Range of the mark price in that candle; of the last price where there are no mark candles. */
  markHigh = Number.NaN;
  markLow = Number.NaN;
  /** The pair has a candle in the step at hand. */
  isHere = false;
  /** Volume is traded volume, so it limits what resting orders can get. */
  volumeLimits = true;
  /** Why entries on this pair are refused at the moment; null: they are not. */
  blocked: string | null = null;
  /** Bid and ask of the manage candle, where the data has them; the prices above are then their middle. */
  quotes: Quotes | null = null;
  /** Last known price: the close of the last candle, or the last trade. */
  last = Number.NaN;

  constructor(index: number, instrument: Instrument, candle: BarCandle, cursor: Cursor) {
    this.index = index;
    this.pair = instrument.pair;
    this.instrument = instrument;
    this.candle = candle;
    this.cursor = cursor;
  }

  /** Makes a row the manage candle at hand. Without a range of the mark price, that of the candles is it. */
  show(candles: CandleTable, row: number, markHigh?: Float64Array, markLow?: Float64Array): void {
    this.open = candles.open[row]!;
    this.high = candles.high[row]!;
    this.low = candles.low[row]!;
    this.close = candles.close[row]!;
    this.volume = candles.volume[row]!;
    this.markHigh = markHigh === undefined ? this.high : markHigh[row]!;
    this.markLow = markLow === undefined ? this.low : markLow[row]!;
    if (this.quotes !== null) this.#showQuotes(this.quotes, candles, row);
  }

  /** What may be met in the candle, and what positions are judged on, are then its bids and asks. */
  #showQuotes(quotes: Quotes, candles: CandleTable, row: number): void {
    quotes.show(candles, row);
    this.markHigh = quotes.ask.high;
    this.markLow = quotes.bid.low;
  }
}

/** What a slot is made of. */
export interface SlotParts {
  /** Of the strategy. */
  readonly name: string;
  readonly strategy: Strategy;
  readonly pair: PairState;
  /** Views that the bar shows as `f`. */
  readonly features: Bar['f'];
  readonly account: AccountView;
  /** First main-grid row at which `onCandle` runs. */
  readonly startRow: number;
}

/** One strategy on one pair: its bar, its position, its working orders. The unit of ownership. */
export class Slot {
  declare readonly index: number;
  declare readonly strategy: Strategy;
  /** Of the strategy, and which callbacks it has: at hand here, since classes of strategies differ in shape and slots do not. */
  declare readonly signals: SignalSink;
  declare readonly has: Callbacks;
  declare readonly surface: Strategy['tickSurface'];
  declare readonly strategyName: string;
  declare readonly pair: PairState;
  declare readonly bar: PairBar;
  /** First main-grid row at which `onCandle` runs. */
  declare readonly startRow: number;
  position: Position | null = null;
  /** The working entry or addition order. */
  entry: Order | null = null;
  /** The working signalled exit. */
  exit: Order | null = null;
  /** Signals of the last candle, as bits. */
  flags = 0;
  entryTag: string | null = null;
  exitTag: string | null = null;
  /** The ROI order is away for a candle: the strategy said to enter while it was in. */
  roiPaused = false;
  /** `onCandle` calls made. */
  calls = 0;
  /** In runs on ticks: what the strategy sees while a callback is about this pair. */
  here: PairSurface | null = null;

  constructor(index: number, { name, strategy, pair, features, account, startRow }: SlotParts) {
    this.index = index;
    this.strategyName = name;
    this.strategy = strategy;
    this.signals = strategy.signals;
    this.has = callbacksOf(strategy);
    this.surface = strategy.tickSurface;
    this.pair = pair;
    this.startRow = startRow;
    this.bar = new PairBar(features, pair.pair, pair.candle, account);
  }

  get side(): Side | null {
    return this.position?.side ?? null;
  }
}

/** Puts a strategy on a pair: the next slot of the run. */
export function addSlot(slots: Slot[], parts: SlotParts): Slot {
  const slot = new Slot(slots.length, parts);
  slots.push(slot);
  parts.pair.slots.push(slot);
  return slot;
}

/** Which of the callbacks that trades ask for a strategy has. */
type Callbacks = ReturnType<typeof callbacksOf>;

function callbacksOf(strategy: Strategy) {
  return {
    onCandle: strategy.onCandle !== undefined,
    onFill: strategy.onFill !== undefined,
    stake: strategy.stake !== undefined,
    leverage: strategy.leverage !== undefined,
    entryPrice: strategy.entryPrice !== undefined,
    exitPrice: strategy.exitPrice !== undefined,
    confirmEntry: strategy.confirmEntry !== undefined,
    confirmExit: strategy.confirmExit !== undefined,
    customStop: strategy.customStop !== undefined,
    adjustPosition: strategy.adjustPosition !== undefined,
    adjustOrder: strategy.adjustOrder !== undefined,
  } as const;
}

/** The columns of a main grid; times are ms UTC. */
export type CandleColumns = Readonly<Record<keyof BarCandle, Float64Array>>;

/** The main grid's candle at the cursor, read on demand. */
export class CandleCursor implements BarCandle {
  readonly #columns: CandleColumns;
  readonly #cursor: Cursor;

  constructor(columns: CandleColumns, cursor: Cursor) {
    this.#columns = columns;
    this.#cursor = cursor;
  }

  /** Opening times of all candles, ms UTC. */
  get times(): Float64Array {
    return this.#columns.time;
  }

  /** A value `ago` candles back; NaN before the first. */
  past(field: CandleField, ago: number): number {
    const row = this.#cursor.row - ago;
    return row >= 0 ? this.#columns[field][row]! : Number.NaN;
  }

  get time(): number {
    return this.#columns.time[this.#cursor.row]!;
  }
  get closeTime(): number {
    return this.#columns.closeTime[this.#cursor.row]!;
  }
  get open(): number {
    return this.#columns.open[this.#cursor.row]!;
  }
  get high(): number {
    return this.#columns.high[this.#cursor.row]!;
  }
  get low(): number {
    return this.#columns.low[this.#cursor.row]!;
  }
  get close(): number {
    return this.#columns.close[this.#cursor.row]!;
  }
  get volume(): number {
    return this.#columns.volume[this.#cursor.row]!;
  }

  /** What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): BarCandle {
    const { time, closeTime, open, high, low, close, volume } = this;
    return { time, closeTime, open, high, low, close, volume };
  }
}

/** Past candles of the pairs that are traded on candles. */
export function pastOf(pairs: readonly PairState[]): TradingContext['past'] {
  const candles = new Map<string, CandleCursor>();
  for (const { pair, candle } of pairs) if (candle instanceof CandleCursor) candles.set(pair, candle);
  return (pair, field, ago) => candles.get(pair)?.past(field, ago) ?? Number.NaN;
}
