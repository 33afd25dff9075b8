import { type Effects, EVENT } from '../../engine/events.ts';
import { ORDER_STATE, type Order, PURPOSE } from '../../engine/order.ts';
import type { PairState } from '../../engine/slot.ts';
import { clientOrderId } from '../../exchange/client-order-id.ts';
import type { ExchangeOrder, Outcome } from '../../ports/exchange.ts';
import type { PlainData, StoredIntent } from '../../ports/stored-rows.ts';
import { AttemptNames, type NamedAttempt, type ToldNames } from './attempt-names.ts';
import { ExitHold } from './exit-hold.ts';
import { FillDesk } from './fill-desk.ts';
import { intentRow } from './intent-rows.ts';
import type { OrderNames } from './ledger-rows.ts';
import { LeverageDesk } from './leverage-desk.ts';
import type { LiveBrokerParts } from './live-broker-parts.ts';
import {
  type Attempt,
  advance,
  childRefOf,
  type FreeTerms,
  LiveOrder,
  meets,
  newAttempt,
  requestOf,
  settleMove,
} from './live-order.ts';
import { OrderMove } from './order-move.ts';
import { OrderSearch } from './order-search.ts';
import { PairedExits } from './paired-exits.ts';
import { refusalLevel } from './refusal-level.ts';
import { RequestLine } from './request-line.ts';
import type { TradeBroker } from './trade-broker.ts';
import type { TradeLoop } from './trade-loop.ts';

/** Waits between tries of one order, ms: doubled up to the most. */
const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 10_000;
/** Searches for fills that the venue claims, each after a longer wait: about a minute together. */
const MOST_SEARCHES = 20;

/**
 * The broker of a live session. What the engine wants of an order is its target; each order is driven towards it by one request at a time. Every
 * request is stored before it leaves. An outcome that is not known is looked up until there is evidence; nothing is sent for that order meanwhile.
 */
export class LiveBroker implements TradeBroker {
  readonly fills: FillDesk;
  readonly orders = new Map<number, LiveOrder>();
  readonly #parts: LiveBrokerParts;
  readonly #loop: () => TradeLoop;
  readonly #isSpot: boolean;
  readonly #byName = new AttemptNames();
  /** What stood for an order that is over: its last row still names it. */
  readonly #gone = new WeakMap<Order, LiveOrder>();
  readonly #leverage: LeverageDesk;
  readonly #move: OrderMove;
  readonly #hold: ExitHold;
  readonly #pairs: PairedExits;
  readonly requests: RequestLine;
  readonly search: OrderSearch;
  isStopped = false;

  constructor(parts: LiveBrokerParts, states: readonly PairState[], loop: () => TradeLoop) {
    this.#parts = parts;
    this.#loop = loop;
    this.#isSpot = parts.exchange.kind === 'spot';
    this.requests = new RequestLine(parts.clock, loop);
    this.search = new OrderSearch(this, parts, loop);
    this.#move = new OrderMove(this, parts);
    this.#hold = new ExitHold(this, parts);
    this.#pairs = new PairedExits(this, parts);
    this.#leverage = new LeverageDesk(parts.exchange, parts.marginMode, parts.clock);
    this.fills = new FillDesk(this, states, loop, parts);
  }

  get open(): Iterable<Order> {
    return [...this.orders.values()].flatMap(({ order }) => (order.isOpen ? [order] : []));
  }

  /** Engine time moves by itself. */
  advanceTo(): void {}

  accept(effects: Effects): void {
    for (const order of effects.submits) this.orders.set(order.id, new LiveOrder(order));
    for (const order of effects.cancels) {
      const live = this.orders.get(order.id);
      if (live) live.isCancelled = true;
    }
    for (const order of [...effects.submits, ...effects.cancels, ...effects.amends]) {
      const live = this.orders.get(order.id);
      if (live) this.drive(live);
    }
  }

  /** Takes an order that is none of the engine's. Inside a turn. */
  submit(order: Order, terms: FreeTerms): void {
    const live = new LiveOrder(order, terms);
    this.orders.set(order.id, live);
    this.drive(live);
  }

  names(order: Order): OrderNames {
    const last = (this.orders.get(order.id) ?? this.#gone.get(order))?.last;
    return { clientId: last?.clientId ?? null, exchangeId: last?.exchangeId ?? null };
  }

  takeIntents(): readonly StoredIntent[] {
    return this.requests.takeIntents();
  }

  takeSends(): readonly (() => void)[] {
    return this.requests.takeSends();
  }

  /** Number of the next request. */
  nextIntent(): number {
    return this.#parts.ids.next++;
  }

  /** Machine time, ms UTC. */
  now(): number {
    return this.#parts.clock.now();
  }

  /** Takes off an order that the engine holds for open, but that nothing of the engine's needs any more. Inside a turn. */
  withdraw(live: LiveOrder): void {
    live.isCancelled = true;
    this.drive(live);
  }

  /** Goes on with an order that was open before a restart. */
  resume(live: LiveOrder): void {
    this.orders.set(live.order.id, live);
    for (const attempt of live.attempts) this.#byName.set(live, attempt);
  }

  /** An attempt has a name now, or another one. */
  name(live: LiveOrder, attempt: Attempt): void {
    this.#byName.set(live, attempt);
  }

  /** The order behind a client id, or an exchange's id. */
  find(told: ToldNames): NamedAttempt | undefined {
    return this.#byName.find(told);
  }

  /** The venue says how an order is. False when the order is none of ours. */
  onOrder(told: ExchangeOrder): boolean {
    const found = this.find(told);
    if (found === undefined) {
      if (told.isLiquidation) this.fills.onLiquidation(told.pair, told.exchangeId);
      return told.isLiquidation;
    }
    const { live, attempt } = found;
    const { instrument } = live.order.slot.pair;
    // A stop that keeps its id when it goes off: open orders and fills name it as they name any order.
    if (this.#isSpot && told.kind === 'stop' && !told.isTrigger) attempt.isTrigger = false;
    settleMove(attempt, told, instrument);
    if (!advance(attempt, told, (amount) => Math.round(amount / instrument.lot))) return true;
    this.#byName.set(live, attempt);
    if (live.order.state === ORDER_STATE.created && attempt.state !== 'ended')
      this.#tell(live, ORDER_STATE.working, null);
    if (attempt.state === 'ended') this.#pairs.onEnded(live, attempt);
    this.drive(live);
    return true;
  }

  /** Takes the next step towards what the engine wants of an order. Inside a turn. */
  drive(live: LiveOrder): void {
    if (live.isBusy || this.isStopped) return;
    const wait = live.notBefore - this.#parts.clock.now();
    if (wait > 0) return this.#later(live, wait);
    const doubtful = live.attempts.find((a) => a.state === 'unknown');
    if (doubtful) return this.search.lookUp(live, doubtful);
    const { target, openAttempts } = live;
    if (target === null) {
      const rest = openAttempts[0];
      // The cancel of the other half of its pair ends it, too.
      if (rest && this.#pairs.other(live, rest)?.live.isBusy) return;
      if (rest) return this.cancel(live, rest);
      if (live.isSuspended && live.order.isOpen && !live.isCancelled) return;
      return this.finish(live);
    }
    if (openAttempts.length === 0 && this.#hold.clearsSells(live)) return this.#later(live, FIRST_WAIT_MS);
    const mate = this.#pairs.mateOf(live);
    if (mate) return this.#pairs.drive(live, mate);
    const current = openAttempts.at(-1);
    if (current === undefined) {
      const { last } = live;
      // It ended although nobody asked: that is news for the engine. Otherwise it was taken off to be replaced.
      if (last && !last.isWithdrawn) return this.finish(live);
      if (live.unbooked > 0) return this.finish(live);
      return this.#place(live, target);
    }
    if (current.state === 'triggered') return;
    // It went with the other half of its pair, whatever a lagging venue shows.
    if (current.list !== null && current.isWithdrawn) return this.cancel(live, current);
    if (meets(current, target)) {
      const old = openAttempts.length > 1 ? openAttempts[0] : undefined;
      if (old) this.cancel(live, old);
      return;
    }
    if (live.refused === target.key) return;
    const { stopReplace, amendInPlace } = this.#parts.exchange.capabilities;
    const isAlone = !this.#hold.isExclusive(live);
    if (live.terms !== null && amendInPlace) return this.#move.move(live, current, target, false);
    if (live.isStop && !live.needsGap) {
      if (stopReplace === 'overlap' && isAlone) return this.#place(live, target);
      if (stopReplace === 'amend' || stopReplace === 'replace') return this.#move.move(live, current, target, isAlone);
    }
    this.cancel(live, current);
  }

  #place(live: LiveOrder, target: NonNullable<LiveOrder['target']>): void {
    if (this.#hold.isBlocked(live)) return this.#later(live, FIRST_WAIT_MS);
    const { ids, exchange, clock } = this.#parts;
    const intent = ids.next++;
    const number = live.attempts.length + 1;
    const clientId = clientOrderId({ ...ids, intent, attempt: number });
    const attempt = newAttempt(live, { intent, attempt: number, clientId, ...target, sentAt: clock.now() });
    live.attempts.push(attempt);
    this.#byName.set(live, attempt);
    const request = requestOf(live, attempt, !this.#hold.isExclusive(live));
    this.#request(live, this.#intent('place', live, attempt, request as unknown as PlainData), async () => {
      const refused = live.isEntry ? await this.#leverage.prepare(live.order) : null;
      return refused ?? exchange.submit(request);
    });
  }

  /** Takes an attempt off. Inside a turn. */
  cancel(live: LiveOrder, attempt: Attempt): void {
    if (attempt.state === 'placing') return;
    attempt.isWithdrawn = true;
    this.#pairs.onCancelling(live, attempt);
    const { ids, exchange } = this.#parts;
    const intent = this.#intent('cancel', live, { ...attempt, intent: ids.next++, attempt: 1 }, null);
    this.#request(live, intent, () => exchange.cancel(childRefOf(live, attempt)), attempt);
  }

  /** Sends once the turn is durable; the outcome is a turn of its own. */
  #request(live: LiveOrder, intent: StoredIntent, send: () => Promise<Outcome>, cancelled?: Attempt): void {
    live.isBusy = true;
    const attempt = cancelled ?? live.last!;
    this.requests.send(intent, send, (outcome) => {
      live.isBusy = false;
      if (cancelled) this.#onCancelled(live, attempt, outcome);
      else this.onPlaced(live, attempt, outcome);
    });
  }

  /** The venue's answer to a request that placed an attempt. Inside a turn. */
  onPlaced(live: LiveOrder, attempt: Attempt, outcome: Outcome): void {
    const { log, clock, onDoubt, onStopPassed } = this.#parts;
    const { order } = live;
    const { pair } = order.slot.pair;
    switch (outcome.outcome) {
      case 'confirmed':
        live.failures = 0;
        this.onOrder(outcome.order);
        if (attempt.state === 'placing') attempt.state = 'working';
        this.fills.onNames();
        return this.drive(live);
      case 'unknown':
        log('warn', 'order.unknown', { order: order.id, pair, clientId: attempt.clientId, cause: outcome.cause });
        attempt.state = 'unknown';
        attempt.leftBy = clock.now();
        this.backOff(live);
        return this.drive(live);
      case 'refused':
      case 'denied': {
        const { code, reason } = outcome;
        if (code === 'duplicate-id') {
          attempt.state = 'unknown';
          attempt.leftBy = clock.now();
          return this.drive(live);
        }
        log(refusalLevel(code), `order.${outcome.outcome}`, { order: order.id, pair, code, reason });
        attempt.state = 'ended';
        attempt.end = 'rejected';
        attempt.reason = reason;
        live.code = code;
        const isPassing =
          ['rate-limit', 'maintenance', 'too-many-orders'].includes(code) || outcome.outcome === 'denied';
        if (code === 'too-many-orders') live.needsGap = true;
        if (isPassing && !live.isEntry && code !== 'unsupported') {
          // Nothing was done, and protection must not wait for a new decision.
          attempt.isWithdrawn = true;
          this.backOff(live);
          if (outcome.outcome === 'denied' && outcome.until !== null)
            live.notBefore = Math.max(live.notBefore, outcome.until);
          live.notBefore = Math.min(live.notBefore, clock.now() + 60_000);
          return this.drive(live);
        }
        live.refused = `${attempt.ticks} ${attempt.lots}`;
        if (code === 'would-trigger' && live.isStop) onStopPassed(order);
        else if (!live.isEntry) onDoubt(pair, `${code}: ${reason}`);
        this.drive(live);
        if (order.purpose === PURPOSE.exit) this.#parts.onExitRefused(order, code);
        return;
      }
    }
  }

  #onCancelled(live: LiveOrder, attempt: Attempt, outcome: Outcome): void {
    if (outcome.outcome === 'confirmed') {
      this.onOrder(outcome.order);
      // Venues lag: what still looks alive is looked at again, not cancelled again at once.
      if (attempt.state === 'working') attempt.state = 'unknown';
      if (attempt.state === 'ended') live.failures = 0;
      else this.backOff(live);
    } else if (attempt.state === 'triggered' && outcome.outcome === 'refused' && outcome.code === 'order-not-found') {
      // What the trigger became is over, too: its fills count, wherever they are heard from.
      attempt.state = 'ended';
      attempt.end = 'filled';
    } else if (attempt.state !== 'ended') {
      if (attempt.state !== 'triggered') attempt.state = 'unknown';
      this.backOff(live);
    }
    this.#pairs.onEnded(live, attempt);
    this.drive(live);
  }

  /** An order cannot be placed at all: the engine hears of it. Inside a turn. */
  reject(live: LiveOrder, reason: string): void {
    live.isReported = true;
    this.#tell(live, ORDER_STATE.rejected, reason);
    this.#forget(live);
  }

  /** All that stood for an order is gone: the engine hears of it once every fill is booked. Inside a turn. */
  finish(live: LiveOrder): void {
    const { order } = live;
    if (live.unbooked > 0 && live.searches++ < MOST_SEARCHES) {
      this.fills.wanted(order.slot.pair.pair);
      return this.#later(live, FIRST_WAIT_MS * live.searches);
    }
    if (live.unbooked > 0) {
      // They were booked as somebody else's, or the venue claims what it cannot show: positions and balance are compared all the same.
      this.#parts.log('error', 'fills.missing', { order: order.id, lots: live.unbooked });
      for (const attempt of live.attempts) attempt.claimed = 0;
    }
    if (order.isOpen && !live.isReported) {
      live.isReported = true;
      const last = live.attempts.findLast((a) => a.end !== null);
      const state = live.isCancelled || last?.end === 'filled' ? 'cancelled' : (last?.end ?? 'cancelled');
      this.#tell(live, ORDER_STATE[state], state === 'rejected' ? (last?.reason ?? 'rejected') : null);
    }
    this.#forget(live);
  }

  #tell(live: LiveOrder, state: number, reason: string | null): void {
    const loop = this.#loop();
    loop.process({ kind: EVENT.order, time: loop.time, order: live.order, state, reason });
  }

  /** A finished order's names are kept a while, by the fill desk's care: late fills still find it. */
  #forget(live: LiveOrder): void {
    if (!live.isDone) return;
    this.orders.delete(live.order.id);
    this.#gone.set(live.order, live);
    this.#hold.onExitOver(live);
  }

  #intent(request: StoredIntent['request'], { order }: LiveOrder, attempt: Attempt, body: PlainData): StoredIntent {
    const { ticks, lots } = attempt;
    return intentRow(this.#parts.exchange.account, request, order.id, attempt, body ?? { ticks, lots });
  }

  /** The next request for an order waits, longer each time. */
  backOff(live: LiveOrder): void {
    const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** live.failures++);
    live.notBefore = this.#parts.clock.now() + wait;
  }

  #later(live: LiveOrder, ms: number): void {
    if (live.isWaiting) return;
    live.isWaiting = true;
    this.#parts.clock.after(ms, () => {
      live.isWaiting = false;
      this.#loop().turn(() => this.drive(live));
    });
  }
}
