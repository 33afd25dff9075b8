import { BookBroker } from '../book/book-broker.ts';
import { type BookEvents, EVENT as ROW } from '../book/book-events.ts';
import { conflated } from '../book/conflate.ts';
import { TopView } from '../book/top-view.ts';
import { Instrument } from '../domain/tradable.ts';
import { Engine } from '../engine/engine.ts';
import { EVENT } from '../engine/events.ts';
import type { ExecutionChoice } from '../engine/execution-desk.ts';
import { BookVenue } from '../engine/fills/book/book-venue.ts';
import { MessageMeter } from '../engine/fills/book/message-limits.ts';
import { OwnOrders } from '../engine/fills/book/own-orders.ts';
import { Account } from '../engine/ledger/account.ts';
import { PairState, Slot } from '../engine/slot.ts';
import { EngineClock } from '../engine/time.ts';
import { MicroMarket } from '../microstructure/micro-market.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { stakeSizing } from './stake-sizing.ts';
import { ManageCandle } from './tick-candle.ts';
import { feeOf, latencyOf, queueOf, type TickRunOptions } from './tick-options.ts';
import { TickRecorder } from './tick-recorder.ts';

/** Time that cancels and the last exit are given after the feed has ended, ns. */
const GRACE_NS = 5e9;

/** One row that the strategy is told of once its message is complete. */
interface Told {
  readonly kind: number;
  readonly side: number;
  readonly ticks: number;
  readonly lots: number;
}

/**
 * One strategy on one instrument's recorded events: the same engine and ledger as everywhere, a broker on the book as the venue. A step is one
 * message of the feed (rows received together), or a timer. Order within a step: features row by row, answers as they arrive, then `onTrade`
 * per trade, `onBook` where the best prices or sizes changed, `onTimer`.
 */
export class TickSession {
  readonly engine: Engine;
  readonly strategy: Strategy;
  readonly broker: BookBroker;
  readonly recorder: TickRecorder;
  readonly meter: MessageMeter;
  readonly slot: Slot;
  readonly micro: MicroMarket | null;
  readonly #pair: PairState;
  readonly #venue: BookVenue;
  readonly #view: TopView;
  readonly #candle: ManageCandle;
  readonly #told: Told[] = [];
  readonly #timerNs: number;
  readonly #sampleNs: number;
  #nextTimer = Number.NaN;
  #nextSample = Number.NaN;
  #nextManage = Number.NaN;
  #isBookChanged = false;
  #top = { bid: 0, ask: 0, bidLots: 0, askLots: 0 };
  /** Messages seen. */
  messages = 0;

  constructor(
    options: TickRunOptions,
    strategy: Strategy,
    execution: ((slot: Slot) => ExecutionChoice | null) | null = null,
  ) {
    const { source, spec, grid, originMs, venue = {} } = options;
    const clock = new EngineClock(originMs);
    const instrument = new Instrument({ ...spec, priceTick: grid.tickSize, amountStep: grid.lotSize });
    this.strategy = strategy;
    this.recorder = new TickRecorder(instrument);
    this.meter = new MessageMeter(venue.limits);
    this.#candle = new ManageCandle();
    this.#pair = new PairState(0, instrument, this.#candle, { row: -1 });
    const account = new Account(options.exchange, options.stakeCurrency, {
      [options.stakeCurrency]: options.startingBalance,
    });
    const slots: Slot[] = [];
    this.engine = new Engine({
      clock,
      account,
      pairs: [this.#pair],
      slots,
      maxOpenPositions: 1,
      sizing: options.sizing ?? stakeSizing(options.stakeAmount, options.tradableBalanceRatio ?? 0.99),
      risk: options.risk ?? [],
      roiRests: true,
      ...(execution && { execution }),
    });
    this.slot = new Slot(0, source.name, this.strategy, this.#pair, {}, this.engine.ledger, 0);
    slots.push(this.slot);
    this.#pair.slots.push(this.slot);
    const fee = feeOf(spec);
    const leverage = Math.max(1, Math.min(venue.quoteLeverage ?? 1, instrument.maxLeverage(0)));
    this.broker = new BookBroker({
      events: venue.conflateMs ? conflatedParts(options.parts, venue.conflateMs * 1e6) : options.parts,
      grid,
      latency: latencyOf(venue.latency),
      queue: queueOf(venue, grid),
      fee,
      fills: venue.fills ?? 'partial',
      ...(spec.kind === 'perpetual' && { margin: { startingBalance: options.startingBalance, tiers: spec.tiers } }),
      onAnswer: (answer) => this.#venue.answer(answer),
      onRow: this.#onRow,
    });
    const own = new OwnOrders({
      surface: this.strategy.tickSurface,
      instrument,
      sink: this.broker,
      meter: this.meter,
      tolerance: venue.quoteTolerance ?? 0,
      cap: (sign, ticks, lots) => this.#affordable(sign, ticks, lots, leverage),
    });
    this.#venue = new BookVenue({
      engine: this.engine,
      slot: this.slot,
      broker: this.broker,
      own,
      meter: this.meter,
      fee,
      leverage,
      onFill: (fill) => this.recorder.onFill(fill),
    });
    const needs = this.strategy.ticks();
    this.#view = new TopView(this.broker.book, needs.micro?.levels ?? 10, grid);
    this.micro = needs.micro ? new MicroMarket(needs.micro) : null;
    this.#timerNs = (needs.timerMs ?? 1000) * 1e6;
    this.#sampleNs = (options.sampleMs ?? 1000) * 1e6;
    const surface = this.strategy.tickSurface;
    surface.micro = this.micro;
    surface.position = () => this.slot.position;
    surface.isAttached = true;
    surface.onDecision = (gate, passed, reason, value) =>
      this.recorder.decide(clock.toMs(this.engine.now), gate, passed, reason, value);
  }

  /** Time of the next step, ns; Infinity when only answers are left to come. */
  get nextTime(): number {
    const next = this.broker.nextLocalTime;
    return next === Number.POSITIVE_INFINITY
      ? next
      : Math.min(next, Number.isNaN(this.#nextTimer) ? next : this.#nextTimer);
  }

  /** Takes the next message or timer; false when the feed is over. */
  step(): boolean {
    const time = this.nextTime;
    if (time === Number.POSITIVE_INFINITY) return false;
    if (Number.isNaN(this.#nextTimer)) this.#begin(time);
    this.#told.length = 0;
    this.#isBookChanged = false;
    this.broker.advanceTo(time);
    this.messages++;
    const mid = this.#refresh(time);
    for (const row of this.#told) this.#tell(row, time);
    if (this.#isBookChanged && mid > 0) this.#tellBook(time);
    if (time >= this.#nextManage) this.#manage(time);
    if (time >= this.#nextTimer) this.#timer(time);
    if (time >= this.#nextSample) this.#sample(time);
    return true;
  }

  /** Leaves everything at the market: quotes and orders are withdrawn, then the position is closed; each gets a few seconds. */
  finish(): void {
    if (this.broker.now === Number.NEGATIVE_INFINITY) return;
    const { engine, strategy } = this;
    const surface = strategy.tickSurface;
    surface.wish = { bids: [], asks: [] };
    surface.hasNewWish = true;
    for (const id of surface.open) surface.requests.push({ kind: 'cancel', id });
    this.#command('stop-entries');
    // Limits may hold cancels back: they get their time.
    for (let step = 0; step < 50; step++) {
      this.broker.advanceTo(this.broker.now + GRACE_NS / 50);
      this.#venue.settle(this.broker.now);
    }
    this.#command('close-all');
    this.broker.advanceTo(this.broker.now + GRACE_NS);
    this.recorder.sample(engine.clock.toMs(this.broker.now), this.broker, engine.ledger.equity, this.micro);
    strategy.onStop?.();
  }

  #command(name: 'stop-entries' | 'close-all'): void {
    const time = this.broker.now;
    this.#venue.accept(this.engine.process({ kind: EVENT.command, time, command: { name } }), time);
  }

  #begin(time: number): void {
    const after = (span: number) => Math.floor(time / span + 1) * span;
    this.#nextTimer = after(this.#timerNs);
    this.#nextSample = after(this.#sampleNs);
    this.#nextManage = after(1e9);
  }

  /** Rows of the message at hand, before they change the trader's book. */
  readonly #onRow = (events: BookEvents, i: number): void => {
    const kind = events.kind[i]!;
    if (kind === ROW.depth) {
      this.#isBookChanged = true;
      return;
    }
    if (kind === ROW.clear) {
      this.#isBookChanged = true;
      this.micro?.onGap();
      return;
    }
    const side = events.side[i]!;
    const ticks = events.price[i]!;
    const lots = events.lots[i]!;
    this.#told.push({ kind, side, ticks, lots });
    if (kind === ROW.trade && this.micro !== null) {
      const { instrument } = this.#pair;
      this.micro.onTrade(
        this.engine.clock.toMs(events.localTime[i]!),
        instrument.price(ticks),
        instrument.amount(lots),
        side,
      );
    }
  };

  /** Brings features and measures up to the book; returns the mid, NaN without one. */
  #refresh(time: number): number {
    const { bestBid, bestAsk, hasBoth } = this.broker.book;
    if (!hasBoth) return Number.NaN;
    const { instrument } = this.#pair;
    const mid = (instrument.price(bestBid) + instrument.price(bestAsk)) / 2;
    this.#pair.last = mid;
    if (mid !== this.recorder.split.mid) this.recorder.onMid(time, mid);
    this.#candle.add(mid, 0);
    if (this.#isBookChanged && this.micro !== null) this.micro.onBook(this.#view.refresh(this.engine.clock.toMs(time)));
    return mid;
  }

  #tell({ kind, side, ticks, lots }: Told, time: number): void {
    const pair = this.#pair;
    const { instrument } = pair;
    const price = instrument.price(ticks);
    if (kind === ROW.trade) {
      const amount = instrument.amount(lots);
      this.#candle.add(price, amount);
      if (!this.strategy.onTrade) return;
      const tick = {
        pair: pair.pair,
        time: this.engine.clock.toMs(time),
        price,
        amount,
        side: side > 0 ? ('buy' as const) : ('sell' as const),
      };
      this.#venue.accept(this.engine.process({ kind: EVENT.trade, time, pair, tick }), time);
    } else if (kind === ROW.funding) {
      this.recorder.split.onFunding(lots, price);
      this.#venue.accept(this.engine.process({ kind: EVENT.funding, time, pair, rate: lots, mark: price }), time);
    }
  }

  /** `onBook`, where best prices or sizes are others than last told. */
  #tellBook(time: number): void {
    const { bids, asks, bestBid, bestAsk } = this.broker.book;
    const bidLots = bids.get(bestBid);
    const askLots = asks.get(bestAsk);
    const top = this.#top;
    if (top.bid === bestBid && top.ask === bestAsk && top.bidLots === bidLots && top.askLots === askLots) return;
    top.bid = bestBid;
    top.ask = bestAsk;
    top.bidLots = bidLots;
    top.askLots = askLots;
    if (!this.strategy.onBook) return;
    const pair = this.#pair;
    const { instrument } = pair;
    const book = {
      pair: pair.pair,
      time: this.engine.clock.toMs(time),
      bid: instrument.price(bestBid),
      bidAmount: instrument.amount(bidLots),
      ask: instrument.price(bestAsk),
      askAmount: instrument.amount(askLots),
    };
    this.#venue.accept(this.engine.process({ kind: EVENT.book, time, pair, top: book }), time);
  }

  /** Stops, trailing, time-outs and execution modules run on one-second candles of mids and trades. */
  #manage(time: number): void {
    this.#nextManage = Math.floor(time / 1e9 + 1) * 1e9;
    const { slot } = this;
    const pair = this.#pair;
    this.#candle.handTo(pair, this.engine.clock.toMs(time));
    if (slot.position === null && slot.entry === null && slot.exit === null) return;
    this.#venue.accept(this.engine.process({ kind: EVENT.manage, time, manages: true, pairs: [pair] }), time);
    pair.last = this.recorder.split.mid;
  }

  #timer(time: number): void {
    while (this.#nextTimer <= time) this.#nextTimer += this.#timerNs;
    this.micro?.advanceTo(this.engine.clock.toMs(time));
    this.#venue.accept(this.engine.process({ kind: EVENT.timer, time }), time);
  }

  #sample(time: number): void {
    this.#nextSample = Math.floor(time / this.#sampleNs + 1) * this.#sampleNs;
    this.recorder.sample(this.engine.clock.toMs(time), this.broker, this.engine.ledger.equity, this.micro);
  }

  #affordable(sign: 1 | -1, ticks: number, lots: number, leverage: number): number {
    const { position } = this.slot;
    const closing = position !== null && position.sign !== sign ? Math.min(lots, position.lots) : 0;
    const { isMargined } = this.#pair.instrument;
    // Spot holds no short positions.
    if (!isMargined && sign < 0) return closing;
    return closing + this.engine.ledger.affordable(this.slot, lots - closing, ticks, position?.leverage ?? leverage);
  }
}

/** Conflated parts; waiting for the next one stays with their source. */
function* conflatedParts(parts: Iterable<BookEvents>, windowNs: number): Generator<BookEvents> {
  for (const part of parts) yield conflated(part, windowNs);
}
