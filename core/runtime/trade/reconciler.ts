import { EVENT } from '../../engine/events.ts';
import type { PairState, Slot } from '../../engine/slot.ts';
import { isOwnOrderId } from '../../exchange/client-order-id.ts';
import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import type { ExchangeOrder, ExchangePort, ExchangePosition } from '../../ports/exchange.ts';
import { heldLots } from './held-lots.ts';
import type { LiveBroker } from './live-broker.ts';
import type { StrayOrders } from './stray-orders.ts';
import type { TradeLoop } from './trade-loop.ts';
import type { TradeLog } from './trade-settings.ts';

/** Fills are asked for again from this long before the last one booked, ms of the venue's time. */
const OVERLAP_MS = 60_000;
/** Times that a difference must be seen, nothing being on its way, before it is one. */
const SEEN_TIMES = 3;
/** A difference of cash counts from half a cent on, or from a millionth of what the books hold where that is less: stakes are in BTC, too. */
const LEAST_CASH = 0.005;
const LEAST_CASH_SHARE = 1e-6;

interface ReconcilerParts {
  readonly exchange: ExchangePort;
  readonly broker: LiveBroker;
  readonly loop: TradeLoop;
  readonly states: readonly PairState[];
  readonly stakeCurrency: string;
  readonly clock: ExchangeClock;
  readonly log: TradeLog;
  /** Venue's time from which fills and payments are asked for, by pair; `funding` for payments. */
  readonly since: Map<string, number>;
  /** What the account holds beyond the books: set when the session first begins. */
  readonly offset: { value: number };
  readonly block: (pair: string, source: string, reason: string | null) => void;
  readonly strays: StrayOrders;
}

/** What the venue has of ours, as of the last look. */
export interface VenueView {
  /** Orders that this database sent and that rest, triggers and plain ones. */
  readonly orders: readonly ExchangeOrder[];
  /** Open positions of the pairs that are traded, whoever made them. */
  readonly positions: readonly ExchangePosition[];
}

/**
 * Holds the books against the venue: open orders, fills since the last one, funding, positions, balance. The same at start-up, after a gap in a
 * stream, in doubt, and every few minutes. Differences are booked where fills explain them, else told, never adopted silently.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  /** Ids of payments that were booked: kept with the books. */
  readonly #payments: Set<string>;
  #cash = { key: '', times: 0 };
  readonly #foreign = new Set<string>();
  /** Pairs that are blocked for them, and how many looks have shown none since. */
  readonly #held = new Map<string, number>();
  readonly #drift = new Map<string, { readonly key: string; readonly times: number }>();
  #running: Promise<void> | null = null;
  /** The run after the one at hand. */
  #next: Promise<void> | null = null;
  /** Corrections that no event explained. */
  corrections = 0;
  runs = 0;
  view: VenueView = { orders: [], positions: [] };

  /** @param payments ids of funding payments that were booked before */
  constructor(parts: ReconcilerParts, payments: readonly string[]) {
    this.#parts = parts;
    this.#payments = new Set(payments);
  }

  /**
   * Runs now; while a run is going on, once more after it, since that one may have asked before what the caller knows of. However many callers
   * there are, each waits for two runs at most. Rejects when the venue cannot be asked.
   */
  run(): Promise<void> {
    if (this.#running === null) {
      this.#running = this.#once().finally(() => {
        this.#running = null;
      });
      return this.#running;
    }
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = null;
        return this.run();
      });
    return this.#next;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Differences that have been seen but not yet settled, fills that wait for an owner, or a run that is still to come. */
  get isUnsure(): boolean {
    const isDrifting = [...this.#drift.values()].some(({ times }) => times < SEEN_TIMES);
    return this.#cash.times > 0 || isDrifting || this.#parts.broker.fills.hasStrays || this.#next !== null;
  }

  async #once(): Promise<void> {
    const { exchange, broker, loop, states } = this.#parts;
    const pairs = states.map((s) => s.pair);
    const began = this.#parts.clock.now();
    const orders = await exchange.openOrders(pairs);
    // Positions first: the fills asked for after them explain them, or come later.
    const positions = await exchange.positions();
    const balances = await exchange.balances();
    const fills = await exchange.fills(pairs, this.#earliest(pairs));
    const payments = exchange.capabilities.fundingPayments
      ? await exchange.fundingPayments(this.#parts.since.get('funding')!)
      : [];
    loop.turn(() => {
      const { strays } = this.#parts;
      const foreign = orders.filter((order) => !strays.take(order) && !broker.onOrder(order));
      for (const order of foreign) this.#onForeign(order);
      this.#freeForeign(new Set(foreign.map(({ pair }) => pair)));
      this.view = {
        orders: orders.filter((order) => strays.isOwn(order)),
        positions: positions.filter(({ pair }) => pairs.includes(pair)),
      };
      const open = new Set(orders.map((o) => `${o.isTrigger ? 't' : 'o'}:${o.exchangeId}`));
      for (const live of broker.orders.values())
        for (const attempt of live.attempts) {
          if (attempt.state !== 'working' || live.isBusy || attempt.sentAt >= began) continue;
          if (attempt.exchangeId !== null && open.has(`${attempt.isTrigger ? 't' : 'o'}:${attempt.exchangeId}`))
            continue;
          // It should rest and does not: its end was missed.
          attempt.state = 'unknown';
          broker.drive(live);
        }
      for (const fill of fills) {
        broker.fills.take(fill);
        const since = this.#parts.since.get(fill.pair) ?? 0;
        if (fill.at > since) this.#parts.since.set(fill.pair, fill.at);
      }
      broker.fills.settleStrays();
      for (const payment of payments) this.#onPayment(payment);
      this.#comparePositions(positions, balances);
      this.#compareCash(balances);
    });
    this.runs++;
  }

  #earliest(pairs: readonly string[]): number {
    return Math.min(...pairs.map((pair) => this.#parts.since.get(pair)!)) - OVERLAP_MS;
  }

  #onForeign(order: {
    readonly pair: string;
    readonly exchangeId: string;
    readonly clientOrderId: string | null;
  }): void {
    const { block, log, loop } = this.#parts;
    block(order.pair, 'foreign', 'foreign_order');
    this.#held.set(order.pair, 0);
    // Told once.
    if (this.#foreign.has(order.exchangeId)) return;
    this.#foreign.add(order.exchangeId);
    const isOwn = isOwnOrderId(order.clientOrderId);
    const what = isOwn ? 'an order with our mark that this database does not know' : "somebody else's order";
    log('error', 'order.foreign', { pair: order.pair, exchangeId: order.exchangeId, clientId: order.clientOrderId });
    loop.decide({
      kind: 'alert',
      pair: order.pair,
      reason: `${what} rests at the venue`,
      data: { id: order.exchangeId },
    });
  }

  /** A pair takes entries again once looks one after the other show none of somebody else's orders on it. */
  #freeForeign(still: ReadonlySet<string>): void {
    const { block, log } = this.#parts;
    for (const [pair, looks] of this.#held) {
      const clean = still.has(pair) ? 0 : looks + 1;
      this.#held.set(pair, clean);
      if (clean < SEEN_TIMES) continue;
      this.#held.delete(pair);
      log('info', 'order.foreign.gone', { pair });
      block(pair, 'foreign', null);
    }
  }

  #onPayment(payment: {
    readonly id: string;
    readonly pair: string;
    readonly at: number;
    readonly amount: number;
  }): void {
    const { states, loop, since, log } = this.#parts;
    if (this.#payments.has(payment.id)) return;
    this.#payments.add(payment.id);
    if (this.#payments.size > 500) this.#payments.delete(this.#payments.values().next().value!);
    loop.keep({ values: [{ scope: 'engine', key: 'payments', value: [...this.#payments] }] });
    since.set('funding', Math.max(since.get('funding')!, payment.at));
    loop.keepCursor('funding', String(payment.at));
    const state = states.find((s) => s.pair === payment.pair);
    const net = state === undefined ? 0 : heldLots(state);
    if (state === undefined || net === 0) {
      log('warn', 'funding.without-position', { ...payment });
      loop.command({ name: 'correct-cash', amount: payment.amount });
      return;
    }
    const mark = state.last;
    // The venue's own amount is booked, whatever rate and mark price it came from: each position pays or gets its part.
    const rate = -payment.amount / (mark * state.instrument.amount(net));
    const { time } = loop;
    const { account } = this.#parts.exchange;
    for (const { position } of state.slots) {
      if (position === null) continue;
      const amount = -position.sign * rate * mark * position.amount;
      loop.keep({
        funding: [{ trade: position.id, account, pair: state.pair, at: payment.at, rate, mark, amount }],
      });
    }
    loop.process({ kind: EVENT.funding, time, pair: state, rate, mark });
  }

  #comparePositions(
    positions: readonly ExchangePosition[],
    balances: readonly { readonly asset: string; readonly total: number }[],
  ): void {
    const { states, broker, exchange } = this.#parts;
    for (const state of states) {
      const { instrument, pair } = state;
      const ours = heldLots(state);
      const isMoving = [...broker.orders.values()].some(
        (live) =>
          live.order.slot.pair === state &&
          (live.isBusy ||
            live.attempts.some((a) => a.state === 'unknown' || a.state === 'triggered') ||
            live.unbooked > 0),
      );
      let theirs: number;
      if (exchange.kind === 'spot') {
        const held = balances.find((b) => b.asset === instrument.spec.base)?.total ?? 0;
        // What the account holds beyond our positions is its owner's.
        theirs = Math.min(ours, instrument.lots(held));
      } else {
        theirs = positions
          .filter((p) => p.pair === pair)
          .reduce((sum, p) => sum + (p.side === 'long' ? 1 : -1) * Math.round(p.amount / instrument.lot), 0);
      }
      if (theirs === ours) {
        this.#drift.delete(pair);
        this.#parts.block(pair, 'drift', null);
        continue;
      }
      if (isMoving || broker.fills.hasStrays) continue;
      const key = `${ours} ${theirs}`;
      const seen = this.#drift.get(pair);
      const times = seen?.key === key ? seen.times + 1 : 1;
      this.#drift.set(pair, { key, times });
      if (times === SEEN_TIMES) this.#onDrift(state, ours, theirs, positions);
    }
  }

  #onDrift(state: PairState, ours: number, theirs: number, positions: readonly ExchangePosition[]): void {
    const { loop, log, block, broker } = this.#parts;
    const { instrument, pair } = state;
    const amounts = { books: instrument.amount(ours), venue: instrument.amount(theirs) };
    log('error', 'position.drift', { pair, ...amounts });
    const isLess = ours !== 0 && Math.sign(theirs) * Math.sign(ours) >= 0 && Math.abs(theirs) < Math.abs(ours);
    loop.decide({
      kind: 'alert',
      pair,
      reason: `the venue holds ${amounts.venue}, the books say ${amounts.books}${isLess ? ': what is gone is written off' : ': not adopted, entries are blocked'}`,
      data: amounts,
    });
    if (!isLess) return block(pair, 'drift', 'position_drift');
    this.corrections++;
    const mark = positions.find((p) => p.pair === pair)?.markPrice ?? state.last;
    let gone = Math.abs(ours) - Math.abs(theirs);
    for (const slot of state.slots) {
      const { position } = slot;
      if (position === null || position.sign !== Math.sign(ours) || gone < 1) continue;
      const lots = Math.min(gone, position.lots);
      gone -= lots;
      broker.fills.writeOff(slot as Slot, lots, mark > 0 ? mark : position.openRate, 'closed_outside');
    }
    this.#drift.delete(pair);
  }

  /** Cash can be compared only while nothing is open: venues count unrealised profit in. */
  #compareCash(balances: readonly { readonly asset: string; readonly total: number }[]): void {
    const { broker, loop, stakeCurrency, offset, log } = this.#parts;
    const { ledger } = loop.engine;
    if (ledger.openPositions > 0 || broker.orders.size > 0 || broker.fills.hasStrays || this.#drift.size > 0) return;
    const total = balances.find((b) => b.asset === stakeCurrency)?.total ?? 0;
    const { free, locked } = ledger.account.stake;
    const books = free.value + locked.value;
    const off = total - offset.value - books;
    if (Math.abs(off) <= Math.min(LEAST_CASH, LEAST_CASH_SHARE * Math.abs(books))) {
      this.#cash.times = 0;
      return;
    }
    const key = String(Number(off.toPrecision(8)));
    this.#cash = { key, times: this.#cash.key === key ? this.#cash.times + 1 : 1 };
    if (this.#cash.times < SEEN_TIMES) return;
    this.#cash.times = 0;
    this.corrections++;
    log('warn', 'cash.drift', { books, venue: total - offset.value });
    loop.decide({
      kind: 'reconcile',
      reason: `the balance differs from the books by ${key} ${stakeCurrency}: a deposit, a withdrawal or a trade by hand. Corrected`,
      data: { difference: off },
    });
    loop.command({ name: 'correct-cash', amount: off });
  }
}
