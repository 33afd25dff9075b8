import { BookBroker } from '../../book/book-broker.ts';
import { type BookEvents, EVENT as ROW } from '../../book/book-events.ts';
import type { Answer } from '../../book/book-order.ts';
import { conflated } from '../../book/conflate.ts';
import type { MarginWatch } from '../../book/margin-watch.ts';
import { Tape } from '../../book/tape.ts';
import { TopView } from '../../book/top-view.ts';
import { Instrument } from '../../domain/tradable.ts';
import { PairState } from '../../engine/slot.ts';
import type { EngineClock } from '../../engine/time.ts';
import { MicroMarket, type MicroOptions } from '../../microstructure/micro-market.ts';
import type { BarCandle } from '../../strategy/bar.ts';
import type { BookState } from '../../strategy/quotes.ts';
import type { BookTop } from '../../strategy/strategy.ts';
import type { Cursor } from '../../strategy/view.ts';
import { type BestLevels, bestLessOwn } from './best-less-own.ts';
import { StreamFeatures } from './stream-features.ts';
import type { TickCandles } from './tick-candles.ts';
import type { TickDesk } from './tick-desk.ts';
import { feeOf, latencyOf, queueOf, type TickMarketOptions, type TickRunOptions } from './tick-options.ts';
import { TickRecorder } from './tick-recorder.ts';

/** Without a change for so long, a book is stale, ns. */
const STALE_NS = 5e9;

/** A row that strategies are told of once its message is complete. */
interface Told {
  readonly kind: number;
  readonly side: number;
  readonly ticks: number;
  readonly lots: number;
}

/** What the strategies on a market listen to: how closely the run has to follow it. */
export interface Listeners {
  readonly trades: boolean;
  readonly book: boolean;
}

/** One instrument of a run on ticks: its events and simulated exchange, what is computed from them, and what is kept for the result. */
export class TickMarket {
  readonly options: TickMarketOptions;
  readonly pair: PairState;
  readonly broker: BookBroker;
  readonly tape = new Tape();
  readonly recorder: TickRecorder;
  /** Of the strategies that trade here, in strategy order. */
  readonly desks: TickDesk[] = [];
  readonly features: StreamFeatures;
  micro: MicroMarket | null = null;
  candles: TickCandles | null = null;
  /** Rows of the message at hand. */
  readonly told: Told[] = [];
  listens: Listeners = { trades: false, book: false };
  mid = Number.NaN;
  #view: TopView;
  readonly #clock: EngineClock;
  readonly #top = { bid: 0, ask: 0, bidLots: 0, askLots: 0 };
  #bookChanges = 0;

  constructor(
    index: number,
    options: TickMarketOptions,
    run: TickRunOptions,
    clock: EngineClock,
    shared: MarginWatch[],
    row: { readonly candle: BarCandle; readonly cursor: Cursor },
    onAnswer: (market: TickMarket, answer: Answer) => void,
  ) {
    const { spec, grid, parts } = options;
    const { venue = {} } = run;
    this.options = options;
    this.#clock = clock;
    const instrument = new Instrument({ ...spec, priceTick: grid.tickSize, amountStep: grid.lotSize });
    this.pair = new PairState(index, instrument, row.candle, row.cursor);
    this.recorder = new TickRecorder(instrument);
    const { isMargined } = instrument;
    this.broker = new BookBroker({
      events: venue.conflateMs ? conflatedParts(parts, venue.conflateMs * 1e6) : parts,
      grid,
      latency: latencyOf(venue.latency),
      queue: queueOf(venue, grid),
      fee: feeOf(spec, venue),
      fills: venue.fills ?? 'partial',
      tape: this.tape,
      remembers: false,
      ...(isMargined &&
        !run.journal?.live && {
          margin: { startingBalance: run.journal?.wallet ?? run.startingBalance, tiers: spec.tiers, shared },
        }),
      onAnswer: (answer) => onAnswer(this, answer),
      onPrint: this.#onPrint,
    });
    this.#view = new TopView(this.broker.book, 10, grid);
    this.features = new StreamFeatures({ pair: this.pair.pair, priceTick: grid.tickSize });
  }

  /** Computes the features of the scalping document for this market. */
  addMicro(options: MicroOptions): void {
    this.micro = new MicroMarket(options);
    if (options.levels !== undefined && options.levels > 10)
      this.#view = new TopView(this.broker.book, options.levels, this.options.grid);
  }

  /** Trades matter one by one, not only to the range of prices. */
  get hearsTrades(): boolean {
    return this.listens.trades || this.candles !== null || this.micro !== null || this.features.count > 0;
  }

  /** Every message has to be looked at: somebody listens, or features live on them. */
  get isClose(): boolean {
    return this.listens.trades || this.listens.book || this.micro !== null || this.features.count > 0;
  }

  /** When this market next has something to be looked at, ns. */
  get nextTime(): number {
    return this.isClose ? this.broker.nextLocalTime : this.broker.nextRareTime;
  }

  /** The mid as the trader sees it, into the pair: before the engine hears of anything. */
  look(): void {
    const { book } = this.broker;
    if (!book.hasBoth) return;
    const best = this.options.showsOwn ? bestLessOwn(book, this.#own) : book;
    if (best === null) return;
    const { bestBid, bestAsk } = best;
    const { instrument } = this.pair;
    this.mid = (instrument.price(bestBid) + instrument.price(bestAsk)) / 2;
    this.pair.last = this.mid;
  }

  /** Rows other than levels, as they reach the trader. */
  readonly #onPrint = (events: BookEvents, i: number): void => {
    const kind = events.kind[i]!;
    if (kind === ROW.clear) {
      this.micro?.onGap();
      this.features.onGap();
      return;
    }
    const ticks = events.price[i]!;
    const lots = events.lots[i]!;
    const side = events.side[i]!;
    if (kind === ROW.trade) {
      if (this.listens.trades) this.told.push({ kind, side, ticks, lots });
      const { instrument } = this.pair;
      const time = this.#clock.toMs(events.localTime[i]!);
      const price = instrument.price(ticks);
      const amount = instrument.amount(lots);
      this.candles?.trade(time, price, amount);
      this.micro?.onTrade(time, price, amount, side);
      this.features.onTrade(time, price, amount, side);
      return;
    }
    this.told.push({ kind, side, ticks, lots });
  };

  /** Brings features up to the book after the messages of `time` (ns); true when the best prices or sizes are others than last told. */
  refresh(time: number): boolean {
    const { broker } = this;
    if (broker.bookChanges === this.#bookChanges) return false;
    this.#bookChanges = broker.bookChanges;
    if (!broker.book.hasBoth) return false;
    this.look();
    if (this.micro !== null || this.features.count > 0) {
      const top = this.#view.refresh(this.#clock.toMs(time), this.options.showsOwn ? this.#own : undefined);
      this.micro?.onBook(top);
      this.features.onBook(top);
    }
    return this.listens.book && this.#isNews();
  }

  /** The best levels less own orders, for a feed that shows those. Null while a side is empty. */
  get #bestLessOwn(): BestLevels | null {
    const { book } = this.broker;
    return book.hasBoth ? bestLessOwn(book, this.#own) : null;
  }

  #isNews(): boolean {
    if (this.options.showsOwn) {
      const best = this.#bestLessOwn;
      return best !== null && this.#isOther(best.bestBid, best.bestAsk, best.bidLots, best.askLots);
    }
    const { bids, asks, bestBid, bestAsk } = this.broker.book;
    return this.#isOther(bestBid, bestAsk, bids.get(bestBid), asks.get(bestAsk));
  }

  #isOther(bestBid: number, bestAsk: number, bidLots: number, askLots: number): boolean {
    const top = this.#top;
    if (top.bid === bestBid && top.ask === bestAsk && top.bidLots === bidLots && top.askLots === askLots) return false;
    top.bid = bestBid;
    top.ask = bestAsk;
    top.bidLots = bidLots;
    top.askLots = askLots;
    return true;
  }

  /** How far the book can be trusted as of `time`, ns. */
  bookStateAt(time: number): BookState {
    const { book, bookTime } = this.broker;
    if (bookTime === Number.NEGATIVE_INFINITY) return 'waiting';
    if (!book.hasBoth) return 'gap';
    if (time - bookTime > STALE_NS) return 'stale';
    return book.isCrossed ? 'crossed' : 'live';
  }

  /** The best prices as of `time` (ns), as strategies are told of them; null while a side is empty. */
  topAt(time: number): BookTop | null {
    if (this.options.showsOwn) {
      const best = this.#bestLessOwn;
      return best === null ? null : this.#topOf(time, best.bestBid, best.bestAsk, best.bidLots, best.askLots);
    }
    const { hasBoth, bids, asks, bestBid, bestAsk } = this.broker.book;
    return hasBoth ? this.#topOf(time, bestBid, bestAsk, bids.get(bestBid), asks.get(bestAsk)) : null;
  }

  #topOf(time: number, bestBid: number, bestAsk: number, bidLots: number, askLots: number): BookTop {
    const { instrument, pair } = this.pair;
    return {
      pair,
      time: this.#clock.toMs(time),
      bid: instrument.price(bestBid),
      bidAmount: instrument.amount(bidLots),
      ask: instrument.price(bestAsk),
      askAmount: instrument.amount(askLots),
    };
  }

  /** Own resting lots that the feed shows as part of a level. */
  readonly #own = (sign: 1 | -1, tick: number): number => {
    let lots = 0;
    for (let k = 0; k < this.desks.length; k++) lots += this.desks[k]!.lotsAt(sign, tick);
    return lots;
  };

  /** Market time (ns) passes without news. */
  advanceTo(time: number): void {
    const ms = this.#clock.toMs(time);
    this.micro?.advanceTo(ms);
    this.features.advanceTo(ms);
  }

  /** Hands the range since the last call to the pair as its manage candle. */
  handCandle(): boolean {
    const { tape, pair } = this;
    const { instrument } = pair;
    const price = (halfTicks: number) =>
      halfTicks % 2 === 0
        ? instrument.price(halfTicks / 2)
        : (instrument.price((halfTicks - 1) / 2) + instrument.price((halfTicks + 1) / 2)) / 2;
    if (Number.isNaN(tape.last)) return false;
    pair.open = price(Number.isNaN(tape.open) ? tape.last : tape.open);
    pair.high = price(tape.high);
    pair.low = price(tape.low);
    pair.close = price(tape.last);
    pair.volume = instrument.amount(tape.volume);
    pair.markHigh = pair.high;
    pair.markLow = pair.low;
    tape.reset();
    return true;
  }

  /** The strategy whose orders or position are here; null when it is free. */
  get owner(): TickDesk | null {
    for (const desk of this.desks) if (desk.isHere) return desk;
    return null;
  }
}

/** Conflated parts; waiting for the next one stays with their source. */
function* conflatedParts(parts: Iterable<BookEvents>, windowNs: number): Generator<BookEvents> {
  for (const part of parts) yield conflated(part, windowNs);
}
