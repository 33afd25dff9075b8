import { EVENT as ROW } from '../../book/book-events.ts';
import type { Answer } from '../../book/book-order.ts';
import { BrokerGroup } from '../../book/broker-group.ts';
import { LIQUIDATION_ID, type MarginWatch } from '../../book/margin-watch.ts';
import { Engine } from '../../engine/engine.ts';
import {
  type BookEvent,
  type CandleBatch,
  type CommandEvent,
  type Effects,
  type EngineEvent,
  EVENT,
  type TimerEvent,
  type TradeEvent,
} from '../../engine/events.ts';
import { MessageMeter } from '../../engine/fills/book/message-limits.ts';
import { Account } from '../../engine/ledger/account.ts';
import type { Order } from '../../engine/order.ts';
import { addSlot, type Slot } from '../../engine/slot.ts';
import { EngineClock } from '../../engine/time.ts';
import type { FeaturePlan } from '../../indicators/plan.ts';
import type { RunModules } from '../backtest-options.ts';
import { tellStrategies } from '../prepare.ts';
import { stakeSizing } from '../stake-sizing.ts';
import { DecisionLog } from './decision-log.ts';
import { TickDesk } from './tick-desk.ts';
import { TickMarket } from './tick-market.ts';
import { latencyOf, type RealVenue, type TickRunOptions } from './tick-options.ts';
import type { TickWiring } from './tick-wiring.ts';
import { WaitingOrders } from './waiting-orders.ts';

/** Time that cancels and the last exit are given after the feed has ended, ns. */
const GRACE_NS = 5e9;
const SECOND_NS = 1e9;

/**
 * Strategies on recorded (or live) events of one or several instruments, on one account: the same engine and ledger as everywhere, a broker on the
 * book as the venue. A step ends at the next message of a market that somebody follows closely, or at the next timer, candle or sample, whichever
 * comes first. Order within a step: features row by row, answers as they arrive, then per market in pair order `onFunding`, `onTrade` per trade,
 * `onBook` where the best prices or sizes changed; then `onCandle`; then `onTimer`.
 */
export class TickSession {
  readonly engine: Engine;
  readonly named: TickWiring['named'];
  readonly markets: readonly TickMarket[];
  readonly desks: readonly TickDesk[];
  readonly slots: readonly Slot[];
  readonly meter: MessageMeter;
  readonly decisions = new DecisionLog();
  readonly group: BrokerGroup;
  readonly risk: RunModules['risk'];
  /** Steps taken. */
  steps = 0;
  readonly #plan: FeaturePlan | null;
  readonly #live: RealVenue | null;
  readonly #sampleNs: number;
  #nextSample = Number.NaN;
  #nextManage = Number.NaN;
  #nextCandle = Number.POSITIVE_INFINITY;
  #nextId: number;
  readonly #waiting = new WaitingOrders();
  #wasScheduled = false;
  readonly #bookEvent = { kind: EVENT.book, time: 0 } as BookEvent;
  readonly #tradeEvent = { kind: EVENT.trade, time: 0 } as TradeEvent;
  readonly #timerEvent: TimerEvent = { kind: EVENT.timer, time: 0 };
  readonly #manageBatch: CandleBatch = { kind: EVENT.manage, time: 0, manages: true, pairs: [] };

  constructor(options: TickRunOptions, wiring: TickWiring, modules: RunModules | null = null) {
    const { originMs, venue = {} } = options;
    const clock = new EngineClock(originMs);
    this.risk = modules?.risk ?? [];
    this.named = wiring.named;
    this.meter = new MessageMeter(venue.limits);
    this.#nextId = options.journal?.firstOrderId ?? FIRST_ID;
    this.#plan = wiring.plan;
    this.#live = options.journal?.live ?? null;
    const shared: MarginWatch[] = [];
    this.markets = options.markets.map(
      (market, k) => new TickMarket(k, market, options, clock, shared, wiring.rows[k]!, this.#onAnswer),
    );
    const slots: Slot[] = [];
    this.slots = slots;
    this.engine = new Engine({
      clock,
      account: new Account(
        options.exchange,
        options.stakeCurrency,
        { [options.stakeCurrency]: options.startingBalance },
        options.feesInBase ? { kind: 'base' } : null,
      ),
      pairs: this.markets.map((m) => m.pair),
      slots,
      maxOpenPositions: options.maxOpenTrades ?? Math.max(1, this.named.length * options.markets.length),
      sizing: modules?.sizing ?? stakeSizing(options.stakeAmount, options.tradableBalanceRatio ?? 0.99),
      risk: this.risk,
      roiRests: true,
      ...(modules?.execution && { execution: modules.execution }),
      ...(options.journal && { recorder: options.journal.recorder }),
    });
    const { engine, meter } = this;
    const watch = options.journal?.watch ?? null;
    const shares = {
      engine,
      meter,
      venue,
      watch,
      live: this.#live,
      isShared: this.named.length * this.markets.length > 1,
      takeId: () => this.#nextId++,
      accept: this.#accept,
    };
    const desks: TickDesk[] = [];
    for (const [s, { name, strategy }] of this.named.entries()) {
      for (const [k, market] of this.markets.entries()) {
        const features = wiring.views(s, k, market.features);
        const { startRow } = wiring;
        const slot = addSlot(slots, { name, strategy, pair: market.pair, features, account: engine.ledger, startRow });
        const desk = new TickDesk(slot, market, shares);
        market.desks.push(desk);
        desks.push(desk);
      }
      const { tickSurface } = strategy;
      tickSurface.onDecision = (gate, passed, reason, value) =>
        this.decisions.add(
          clock.toMs(engine.now),
          this.desks.length > 1 ? `${tickSurface.here!.pair} ${gate}` : gate,
          passed,
          reason,
          value,
        );
      tickSurface.here = desks.at(-this.markets.length)!.surface;
    }
    this.desks = desks;
    for (const [k, market] of this.markets.entries()) this.#listen(market, wiring, k);
    this.group = new BrokerGroup(
      this.markets.map((m) => m.broker),
      latencyOf(venue.latency).leastNs,
    );
    this.#sampleNs = (options.sampleMs ?? 1000) * 1e6;
  }

  #listen(market: TickMarket, wiring: TickWiring, k: number): void {
    const here = market.desks.map((desk) => desk.slot.strategy);
    const { execution } = this.engine.parts;
    const followsPrice = execution !== null && market.pair.slots.some((slot) => execution.followsPrice(slot));
    market.listens = {
      trades: followsPrice || here.some((strategy) => strategy.onTrade),
      book: followsPrice || here.some((strategy) => strategy.onBook),
    };
    market.candles = wiring.candles[k] ?? null;
    const [first, ...others] = here.flatMap((strategy) => strategy.ticks().micro ?? []);
    if (first) market.addMicro(Object.assign({}, first, ...others));
    for (const desk of market.desks) desk.surface.micro = market.micro;
    market.broker.tellsTrades = market.hearsTrades;
  }

  /** Engine time that has been reached, ns; -Infinity before the first step. */
  get now(): number {
    return this.markets[0]!.broker.now;
  }

  /**
   * Takes the next step; false when the feeds are over, or when it lies after `limit` (ns): answers up to there have been taken then. A live run
   * gives what its clock says.
   */
  step(limit = Number.POSITIVE_INFINITY): boolean {
    if (Number.isNaN(this.#nextSample) && !this.#begin(this.group.nextLocalTime)) return false;
    const { markets, desks } = this;
    let feed = Number.POSITIVE_INFINITY;
    for (let k = 0; k < markets.length; k++) feed = Math.min(feed, markets[k]!.nextTime);
    if (feed === Number.POSITIVE_INFINITY && this.#wasScheduled && limit === feed) return false;
    const scheduled = this.#scheduled();
    if (Math.min(feed, scheduled) > limit) {
      this.group.advanceTo(limit);
      return false;
    }
    const time = this.group.advanceTo(Math.min(feed, scheduled));
    this.#wasScheduled = time === scheduled;
    this.steps++;
    for (let k = 0; k < markets.length; k++) this.#tell(markets[k]!, time);
    if (time < scheduled && !this.#isDue(time)) return true;
    if (time >= this.#nextManage) this.#manage(time);
    if (time >= this.#nextCandle) this.#closeCandles(time);
    for (let k = 0; k < desks.length; k++) if (time >= desks[k]!.nextTimer) this.#timer(desks[k]!, time);
    for (let k = 0; k < markets.length; k++) markets[k]!.recorder.advance(time, markets[k]!.mid);
    if (time >= this.#nextSample) this.#sample(time);
    this.#settle(time);
    return true;
  }

  /** Time of what is due next besides the feeds' messages. */
  #scheduled(): number {
    let next = Math.min(this.#nextSample, this.#nextManage, this.#nextCandle);
    for (let k = 0; k < this.desks.length; k++) {
      const desk = this.desks[k]!;
      if (desk.nextTimer < next) next = desk.nextTimer;
      if (desk.own.retryAt < next) next = desk.own.retryAt;
    }
    for (let k = 0; k < this.markets.length; k++) next = Math.min(next, this.markets[k]!.recorder.nextDue);
    // What waits may wait for a moment that is past by now.
    return Math.max(next, this.now);
  }

  /** A step that was cut short ends where something has to be sent. */
  #isDue(time: number): boolean {
    return this.desks.some((desk) => desk.own.retryAt <= time);
  }

  /** At the first message; false where there is none. */
  #begin(time: number): boolean {
    if (time === Number.POSITIVE_INFINITY) return false;
    const after = (span: number) => Math.floor(time / span + 1) * span;
    for (const desk of this.desks) if (desk.timerNs > 0) desk.nextTimer = after(desk.timerNs);
    this.#nextSample = after(this.#sampleNs);
    this.#nextManage = after(SECOND_NS);
    this.#nextCandle = this.markets.some((m) => m.candles) ? after(SECOND_NS) : Number.POSITIVE_INFINITY;
    return true;
  }

  readonly #onAnswer = (market: TickMarket, answer: Answer): void => {
    const { orderId, localTime } = answer;
    let k = 0;
    while (k < market.desks.length && !market.desks[k]!.answer(answer)) k++;
    if (k === market.desks.length && orderId === LIQUIDATION_ID) (market.owner ?? market.desks[0]!).liquidated(answer);
    for (let k = 0; k < this.desks.length; k++) {
      const { own } = this.desks[k]!;
      own.reconsider();
      own.settle(localTime);
      if (own.retryAt < Number.POSITIVE_INFINITY) this.group.interrupt(own.retryAt);
    }
  };

  /** Sends what the engine wants. */
  readonly #accept = (effects: Effects, time: number): void => {
    if (this.#live !== null) return this.#live.accept(effects);
    const { submits, amends, cancels } = effects;
    // Copies: an answer may come at once and make the engine reuse its lists.
    if (cancels.length > 0) for (const order of [...cancels]) this.desks[order.slot.index]!.cancel(order);
    if (amends.length > 0) for (const order of [...amends]) this.desks[order.slot.index]!.amend(order);
    if (submits.length > 0) for (const order of [...submits]) this.desks[order.slot.index]!.submit(order, time);
  };

  /** Sends what strategies wish beside it, and what limits have held back. */
  #settle(time: number): void {
    for (let k = 0; k < this.desks.length; k++) this.desks[k]!.own.settle(time);
  }

  /** Goes on with positions and open orders from before a restart; a real account has them. */
  resume(orders: Iterable<Order>): void {
    if (this.#live !== null) return;
    for (const { slot, sign, lots, openRate } of this.engine.ledger.open) {
      const { broker } = this.markets[slot.pair.index]!;
      const ticks = slot.pair.instrument.ticksNear(openRate);
      for (const { account } of [broker.trader, broker.exchange]) account.adopt(sign * lots, ticks);
    }
    for (const order of orders) this.#waiting.add(this.markets[order.slot.pair.index]!, order);
  }

  /** News of one market after its messages up to `time`. */
  #tell(market: TickMarket, time: number): void {
    const isNews = market.refresh(time);
    if (!this.#waiting.isEmpty) this.#waiting.readmit(market, this.desks, time);
    const { told } = market;
    if (told.length > 0) {
      for (let k = 0; k < told.length; k++) this.#tellRow(market, told[k]!, time);
      while (told.length > 0) told.pop();
    }
    if (!isNews) return;
    const event = this.#bookEvent;
    event.time = time;
    event.pair = market.pair;
    event.top = market.topAt(time)!;
    this.#accept(this.engine.process(event), time);
    this.#settle(time);
  }

  #tellRow(market: TickMarket, { kind, side, ticks, lots }: TickMarket['told'][number], time: number): void {
    const { pair, recorder, micro, features } = market;
    const { instrument } = pair;
    const price = instrument.price(ticks);
    const ms = this.engine.clock.toMs(time);
    if (kind === ROW.trade) {
      const tick = {
        pair: pair.pair,
        time: ms,
        price,
        amount: instrument.amount(lots),
        side: side > 0 ? ('buy' as const) : side < 0 ? ('sell' as const) : null,
      };
      const event = this.#tradeEvent;
      event.time = time;
      event.pair = pair;
      event.tick = tick;
      this.#accept(this.engine.process(event), time);
      pair.last = Number.isNaN(market.mid) ? price : market.mid;
      this.#settle(time);
    } else if (kind === ROW.funding) {
      recorder.onFunding(lots, price);
      micro?.onFunding(lots);
      features.onFunding(lots, ms);
      // A real account books its payments itself.
      if (this.#live === null) this.process({ kind: EVENT.funding, time, pair, rate: lots, mark: price });
    } else if (kind === ROW.liquidation) {
      const amount = instrument.amount(lots);
      micro?.onLiquidation(ms, price, amount, side > 0 ? 1 : -1);
      features.onLiquidation(ms, price, amount, side > 0 ? 1 : -1);
    } else if (kind === ROW.openInterest) features.onOpenInterest(instrument.amount(lots), ms);
  }

  /** Stops, trailing, time-outs and execution modules run on one-second candles of mids and trades. */
  #manage(time: number): void {
    this.#nextManage = Math.floor(time / SECOND_NS + 1) * SECOND_NS;
    const batch = this.#manageBatch;
    batch.pairs.length = 0;
    for (const market of this.markets) {
      const isHere = market.pair.slots.some((s) => s.position !== null || s.entry !== null || s.exit !== null);
      if (market.handCandle() && isHere) batch.pairs.push(market.pair);
    }
    if (batch.pairs.length === 0) return;
    batch.time = time;
    this.#accept(this.engine.candles(batch), time);
    for (const market of this.markets) market.pair.last = market.mid;
  }

  /** Candles made of trades that ended: features, then `onCandle`. */
  #closeCandles(time: number): void {
    this.#nextCandle = Math.floor(time / SECOND_NS + 1) * SECOND_NS;
    const closed = this.markets.filter((market) => market.candles?.closeUntil(this.engine.clock.toMs(time)));
    if (closed.length === 0) return;
    this.#plan!.advance();
    const pairs = closed.map((market) => {
      const { pair, candles } = market;
      pair.cursor.row = candles!.row;
      const { open, high, low, close, volume } = pair.candle;
      Object.assign(pair, { open, high, low, close, volume });
      return pair;
    });
    this.#accept(this.engine.candles({ kind: EVENT.candles, time, manages: false, pairs }), time);
    for (const market of closed) if (!Number.isNaN(market.mid)) market.pair.last = market.mid;
    this.#settle(time);
  }

  #timer(desk: TickDesk, time: number): void {
    desk.nextTimer = Math.floor(time / desk.timerNs + 1) * desk.timerNs;
    desk.market.advanceTo(time);
    const event = this.#timerEvent;
    event.time = time;
    event.slot = desk.slot;
    this.#accept(this.engine.timer(event), time);
    this.#settle(time);
  }

  #sample(time: number): void {
    this.#nextSample = Math.floor(time / this.#sampleNs + 1) * this.#sampleNs;
    const ms = this.engine.clock.toMs(time);
    const { equity } = this.engine.ledger;
    for (const { recorder, broker, micro, mid } of this.markets) recorder.sample(ms, broker, equity, micro, mid);
  }

  /** Leaves everything at the market: quotes and orders are withdrawn, then positions are closed; each gets a few seconds. */
  finish(): void {
    if (this.now === Number.NEGATIVE_INFINITY) return;
    for (const desk of this.desks) desk.withdraw();
    this.command({ name: 'stop-entries' });
    // Limits may hold cancels back: they get their time.
    for (let step = 0; step < 50; step++) {
      this.group.advanceTo(this.now + GRACE_NS / 50);
      this.#settle(this.now);
    }
    this.command({ name: 'close-all' });
    const end = this.now + GRACE_NS;
    while (this.group.advanceTo(end) < end);
    this.#sample(this.now);
    tellStrategies(this.named, 'onStop');
  }

  /** A command of the owner, as of now. Engine time, where nothing has happened yet. */
  command(command: CommandEvent['command'], time = this.now): void {
    this.process({ kind: EVENT.command, time, command });
  }

  /** An event from elsewhere than the market. */
  process(event: EngineEvent): void {
    this.#accept(this.engine.process(event), event.time);
    for (const { own } of this.desks) own.reconsider();
    this.#settle(event.time);
  }
}

/** First number of orders by hand and quotes: the engine's own count from 1. */
const FIRST_ID = 1_000_000_001;
