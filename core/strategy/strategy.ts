import type { OrderSide, Side } from '../domain/trade.ts';
import type { PositionView } from '../domain/views.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MicroMarket } from '../microstructure/micro-market.ts';
import type { Bar } from './bar.ts';
import type { Market } from './market.ts';
import { type DeclaredParameter, flatParameters, valuesOfTree } from './parameter-tree.ts';
import type { ParameterTree, ParameterValues } from './parameters.ts';
import { type BookState, type OrdersLevel, type QuoteWish, type TickNeeds, TickSurface } from './quotes.ts';
import { checkBlock, type LearnedRef, type RefOf, type TrainBlock } from './train-block.ts';
import type { FeatureRecord, Views } from './view.ts';

/** Bits of the signals that `onCandle` raised for a candle. */
export const SIGNAL = { enterLong: 1, exitLong: 2, enterShort: 4, exitShort: 8 } as const;

interface SignalOptions {
  /** A word that shows up in trades and reports. */
  readonly tag?: string;
}

/** What the current `onCandle` call wants; the engine reads and clears it. */
export class SignalSink {
  flags = 0;
  /** What the last entry and exit were given. Looked at later: the compiler takes a limited amount of code into the loops that call `onCandle`. */
  entry: SignalOptions | undefined = undefined;
  exit: SignalOptions | undefined = undefined;

  /** The tag of the last entry; null: it has none. @throws TidegateError STRATEGY_SIGNAL when it was given something else */
  get entryTag(): string | null {
    return this.entry ? tagOf(this.entry) : null;
  }

  /** The same of the last exit. */
  get exitTag(): string | null {
    return this.exit ? tagOf(this.exit) : null;
  }
}

/** What every position-level callback is told. Prices in quote, times ms UTC. */
export interface CallbackContext {
  readonly pair: string;
  readonly side: Side;
  readonly time: number;
  /** The price in question: the proposed entry or exit price, or the last one. */
  readonly rate: number;
  readonly entryTag: string | null;
}

/** The same with an open position. `profit` is its ratio at `rate`, fees, funding and leverage included. */
export interface PositionContext extends CallbackContext {
  readonly position: PositionView;
  readonly profit: number;
}

/** A resting limit order. `rate` is the last price, `price` and `openedAt` (ms UTC) those of the order, `position` what is held, if anything. */
export interface OrderContext extends CallbackContext {
  readonly isEntry: boolean;
  readonly price: number;
  readonly openedAt: number;
  readonly position: PositionView | null;
  /** Of an exit: why it leaves. */
  readonly reason: string | null;
}

/** An addition (positive, stake currency) or reduction (negative), with a tag of its own. */
export interface Adjustment {
  readonly stake: number;
  readonly tag?: string;
}

/** The stake that `adjustPosition` answered, alone or with a tag; undefined where it is neither, such as a tag misspelt. */
export function adjustedStake(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  const { stake, tag, ...more } = answer as Readonly<Record<string, unknown>>;
  const isTag = tag === undefined || tag === null || typeof tag === 'string';
  return isTag && Object.keys(more).length === 0 ? stake : undefined;
}

/** What to add to a remedy where a callback answered NaN: what is mostly behind it. */
export const NAN_ANSWER =
  ' NaN comes of what is not there: a feature before it has candles enough (this.f), or what nothing has put into this.store, which is not the store of the bar.';

/** A protection by name, with its options: `{ name: 'stoploss-guard', lookbackCandles: 60, tradeLimit: 3, durationCandles: 18 }`. */
export interface ProtectionSpec {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** A module by name, or by name with options. */
export type ModuleSpec = string | { readonly name: string; readonly [option: string]: unknown };

/** A trade print. `side` is the taker's. Time ms UTC. */
export interface TradeTick {
  readonly pair: string;
  readonly time: number;
  readonly price: number;
  readonly amount: number;
  readonly side: OrderSide | null;
}

/** The best prices of a book. Time ms UTC. */
export interface BookTop {
  readonly pair: string;
  readonly time: number;
  readonly bid: number;
  readonly bidAmount: number;
  readonly ask: number;
  readonly askAmount: number;
}

/** A fill of an own order. */
export interface FillView {
  readonly pair: string;
  readonly time: number;
  readonly side: OrderSide;
  readonly price: number;
  readonly amount: number;
  readonly fee: number;
  readonly purpose: 'entry' | 'exit' | 'stop' | 'roi' | 'liquidation';
}

/** What the loader hands to a strategy's constructor: parameter values that replace defaults. */
export interface StrategyContext {
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Settings of train blocks, by name, that replace the declared ones. */
  readonly train?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Settings of a `PipelineStrategy`. */
  readonly pipeline?: Readonly<Record<string, unknown>>;
}

/** Callbacks that are told a context with pair and time, and answer something. */
export const ANSWERING_CALLBACKS = [
  ...(['stake', 'leverage', 'entryPrice', 'exitPrice', 'confirmEntry', 'confirmExit'] as const),
  ...(['customStop', 'customRoi', 'customExit', 'adjustPosition', 'adjustOrder'] as const),
];

/** All that the engine calls. */
export const CALLBACKS = [
  ...(['onStart', 'onStop', 'onCandle', 'onTrade', 'onBook', 'onFunding', 'onFill', 'onTimer', 'features'] as const),
  ...ANSWERING_CALLBACKS,
];

/**
 * A user's strategy: a class with attributes (Freqtrade's names), features, and callbacks at documented moments.
 * One instance per run. Keep state in `this.store` and `bar.store`; other fields must not change after `onStart` (`tidegate check` fails).
 */
export abstract class Strategy {
  /** Candle length that `onCandle` runs on. */
  timeframe = '5m';
  canShort = false;
  /** Stop as a ratio of the margin, leverage included: -0.1 = lose a tenth. -1 or lower: none. */
  stoploss = -0.1;
  /** Minutes held -> profit ratio at which to leave; the entry with the largest key <= minutes applies. Empty: never. */
  minimalRoi: Readonly<Record<number, number>> = {};
  trailingStop = false;
  /** Trailing distance once `trailingStopPositiveOffset` is reached; null: always `stoploss`. */
  trailingStopPositive: number | null = null;
  trailingStopPositiveOffset = 0;
  trailingOnlyOffsetIsReached = false;
  useExitSignal = true;
  exitProfitOnly = false;
  exitProfitOffset = 0;
  ignoreRoiIfEntrySignal = false;
  /** Additions allowed after the first entry by `adjustPosition`; -1: no limit. */
  maxEntryPositionAdjustment = -1;
  orderTypes: { readonly entry: 'market' | 'limit'; readonly exit: 'market' | 'limit' } = {
    entry: 'market',
    exit: 'market',
  };
  /** Minutes after which an unfilled limit order is withdrawn. */
  unfilledTimeout: { readonly entry: number; readonly exit: number } = { entry: 10, exit: 10 };
  protections: readonly ProtectionSpec[] = [];
  /** Execution modules that work this strategy's orders, by name or with options: `{ entry: { name: 'twap', slices: 5 } }`. */
  execution?: { readonly entry?: ModuleSpec; readonly exit?: ModuleSpec };
  /** Candles of history before trading starts, where the features' own warm-up does not say enough. */
  startupCandles = 0;

  /** State of the strategy: persisted and journalled. Keep plain data in it. */
  readonly store: Record<string, unknown> = {};
  /** Raises an entry signal for the candle at hand. */
  readonly enter: { long(options?: SignalOptions): void; short(options?: SignalOptions): void };
  /** Raises an exit signal for the candle at hand. */
  readonly exit: { long(options?: SignalOptions): void; short(options?: SignalOptions): void };
  /** @internal */
  readonly signals = new SignalSink();
  /** @internal Declared searchable parameters by name. */
  readonly declared: Record<string, DeclaredParameter> = {};
  /** @internal Declared train blocks by name. */
  readonly learned: Record<string, LearnedRef> = {};
  /** @internal Wishes and features of runs on ticks. */
  readonly tickSurface = new TickSurface();
  readonly #given: Readonly<Record<string, unknown>>;
  readonly #train: NonNullable<StrategyContext['train']>;
  readonly #tuned: unknown[] = [];

  constructor(context: StrategyContext = {}) {
    this.#given = context.parameters ?? {};
    this.#train = context.train ?? {};
    const sink = this.signals;
    this.enter = {
      long(options) {
        sink.flags |= SIGNAL.enterLong;
        sink.entry = options;
      },
      short(options) {
        sink.flags |= SIGNAL.enterShort;
        sink.entry = options;
      },
    };
    this.exit = {
      long(options) {
        sink.flags |= SIGNAL.exitLong;
        sink.exit = options;
      },
      short(options) {
        sink.flags |= SIGNAL.exitShort;
        sink.exit = options;
      },
    };
  }

  /**
   * Declares searchable parameters and returns their values: the defaults, or what a parameter file, the command line or a trial gives.
   * @throws TidegateError PARAM_VALUE when a given value is out of range
   */
  tune<const P extends ParameterTree>(parameters: P): ParameterValues<P> {
    const declared = flatParameters(parameters);
    for (const name of Object.keys(declared))
      if (name in this.declared)
        throw new TidegateError('PARAM_RANGE', `parameter "${name}" is declared twice`, {
          remedy: 'Give one of them another name: a search has one value for each name.',
        });
    Object.assign(this.declared, declared);
    const values = valuesOfTree(parameters, this.#given) as ParameterValues<P>;
    this.#tuned.push(values);
    return values;
  }

  /**
   * Declares what is learned on the way: models, regimes and volatilities by name, each trained on past candles only and anew as its schedule says.
   * What it returns goes into `m.model(…)`, `m.regime(…)` and `m.volatility(…)` in `features()`. A configuration's `train` replaces settings.
   * @throws TidegateError TRAIN_BLOCK
   */
  train<B extends Readonly<Record<string, TrainBlock>>>(blocks: B): { readonly [K in keyof B]: RefOf<B[K]> } {
    for (const [name, block] of Object.entries(blocks)) this.learned[name] = checkBlock(name, block, this.#train[name]);
    return this.learned as { readonly [K in keyof B]: RefOf<B[K]> };
  }

  /** @internal Whether these parameter values reached it: a constructor that drops its context would run with the defaults. */
  hasBeenGiven(parameters: Readonly<Record<string, unknown>>): boolean {
    return Object.keys(parameters).every((name) => name in this.#given);
  }

  /** @internal Whether something is what `tune()` returned. */
  isTuned(values: unknown): boolean {
    return this.#tuned.includes(values);
  }

  /** Says what a run on ticks has to provide: timer, feature options. Asked once, before `onStart`. */
  ticks(): TickNeeds {
    return {};
  }

  /**
   * The two-sided book that is wanted from now on, until the next call: resting quotes are kept, amended, withdrawn and placed to reach it
   * with the fewest messages, and keep their place in the queue where they can. Quotes are post-only.
   * @throws TidegateError STRATEGY_QUOTE, STRATEGY_NEEDS_TICKS
   */
  quote(wish: QuoteWish): void {
    this.tickSurface.demand('quote()').quote(wish);
  }

  /** Orders by hand. */
  get orders(): OrdersLevel {
    return this.tickSurface.demand('orders').orders;
  }

  /** Microstructure features of the pair, streaming. @throws TidegateError STRATEGY_NEEDS_TICKS in runs on candles, and without `micro` in `ticks()` */
  get micro(): MicroMarket {
    const { micro } = this.tickSurface.demand('micro');
    if (micro !== null) return micro;
    throw new TidegateError('STRATEGY_NEEDS_TICKS', 'micro is not computed unless it is asked for', {
      remedy: 'Return { micro: {} } from ticks(), or declare single features: m.ticks("vpin").',
    });
  }

  /** In runs on ticks: the pair that the callback at hand is about. */
  get pair(): string {
    return this.tickSurface.demand('pair').pair;
  }

  /** In runs on ticks: the best prices of the pair at hand as of now; null while a side of the book is empty. */
  get book(): BookTop | null {
    return this.tickSurface.demand('book').book();
  }

  /** In runs on ticks: how far the book of the pair at hand can be trusted as of now. Trade on nothing but `live`. */
  get bookState(): BookState {
    return this.tickSurface.demand('bookState').bookState();
  }

  /** In runs on ticks: state of the pair at hand, the same object as `bar.store`. Persisted and journalled. */
  get pairStore(): Record<string, unknown> {
    return this.tickSurface.demand('pairStore').store;
  }

  /**
   * In callbacks: what `features()` declared for the pair that they are about, as of its last closed candle; features of ticks as of now. `onCandle` is
   * given its own.
   * @throws TidegateError STRATEGY_FEATURES outside of callbacks about a pair
   */
  get f(): Views<ReturnType<this['features']>> {
    return this.tickSurface.features as Views<ReturnType<this['features']>>;
  }

  /** The open position in runs on ticks, as far as fills have been answered; `bar.position` is the one of candles. */
  get position(): PositionView | null {
    return this.tickSurface.here?.position() ?? null;
  }

  /** Its amount, negative when short, in base units. */
  get inventory(): number {
    const position = this.position;
    return position === null ? 0 : position.sign * position.amount;
  }

  /** Puts a gate's decision into the journal: what was asked, whether it passed, why, and the number that decided. Returns `passed`. */
  gate(name: string, passed: boolean, reason: string, value = Number.NaN): boolean {
    this.tickSurface.onDecision?.(name, passed, reason, value);
    return passed;
  }

  /** Declares what to compute for each pair, once. Symbolic: values come in `onCandle`. */
  features(_market: Market): FeatureRecord {
    return {};
  }

  /** A hash of what the strategy read from elsewhere, such as a file: part of a backtest's input hash. Asked after the run. */
  contentHash?(): string;
  /** Before the first event. */
  onStart?(): void;
  /** After the last event. */
  onStop?(): void;
  /** At the close of each candle of each pair, in pair order, after the warm-up. */
  onCandle?(bar: Bar<this>): void;
  /** At each public trade, where the feed has them. */
  onTrade?(tick: TradeTick): void;
  /** At each change of the best prices, where the feed has a book. */
  onBook?(book: BookTop): void;
  /** At each funding payment of an open position: the amount received (+) or paid (-). */
  onFunding?(event: {
    readonly pair: string;
    readonly time: number;
    readonly rate: number;
    readonly amount: number;
  }): void;
  /** At each fill of an own order. */
  onFill?(fill: FillView): void;
  /** At each timer tick of market time, once a second live and once per candle in a candle backtest. */
  onTimer?(time: number): void;

  /** Stake for a new position, in stake currency; `proposed` comes from the sizing module. */
  stake?(context: CallbackContext & { readonly proposed: number; readonly leverage: number }): number;
  /** Leverage for a new position; asked on derivatives only, then held to the instrument's maximum. */
  leverage?(context: CallbackContext & { readonly maxLeverage: number }): number;
  /** Price of an entry order; makes it a limit order. */
  entryPrice?(context: CallbackContext): number | null;
  /** Price of a signalled exit; makes it a limit order. */
  exitPrice?(context: PositionContext & { readonly reason: string }): number | null;
  /** Last veto on an entry that opens a position; what is added to one, `adjustPosition` has decided. */
  confirmEntry?(context: CallbackContext & { readonly amount: number }): boolean;
  /** Last veto on an exit other than a resting stop or a liquidation. */
  confirmExit?(context: PositionContext & { readonly reason: string }): boolean;
  /** New stop as a ratio of `rate`, leverage included (-0.05 = five percent of the margin away); null: no opinion. It only moves towards profit. */
  customStop?(context: PositionContext & { readonly afterFill: boolean }): number | null;
  /** Profit ratio at which to leave now, beside the ROI table; null: no opinion. */
  customRoi?(context: PositionContext): number | null;
  /** A reason to leave now, or null. */
  customExit?(context: PositionContext): string | null;
  /** Stake to add (positive) or take off (negative), or null. Asked at each candle while a position is open. */
  adjustPosition?(context: PositionContext): number | Adjustment | null;
  /** For a resting limit order, entry or exit, at each candle: keep it, cancel it, or a new price. */
  adjustOrder?(context: OrderContext): 'keep' | 'cancel' | number;
}

/** The tag that a signal carries; all else that it is given would be lost. @throws TidegateError STRATEGY_SIGNAL */
function tagOf(options: SignalOptions): string | null {
  const { tag } = options;
  if (typeof options === 'object' && (tag === undefined || tag === null || typeof tag === 'string')) {
    let isPlain = true;
    for (const key in options) if (key !== 'tag') isPlain = false;
    if (isPlain) return tag ?? null;
  }
  throw new TidegateError('STRATEGY_SIGNAL', `a signal was given ${JSON.stringify(options)}`, {
    remedy:
      'It takes a tag, in words: this.enter.long({ tag: "cross" }). How much, at which leverage and price the methods stake, leverage and entryPrice answer.',
  });
}
