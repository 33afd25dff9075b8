import type { Engine } from '../../engine/engine.ts';
import type { EntryDecision } from '../../engine/engine-options.ts';
import { EVENT } from '../../engine/events.ts';
import type { JournalEntry } from '../../engine/journal.ts';
import { ORDER_STATE, type Order, PURPOSE_NAMES } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import { savedTrades, saveEngine, slotKey } from '../../engine/snapshot.ts';
import type {
  Decision,
  JournalledEvent,
  PlainData,
  StoredFill,
  StoredLock,
  StoredOrder,
  StoredTrade,
} from '../../ports/stored-rows.ts';
import type { StoreBatch } from '../../ports/trade-store.ts';
import { newLocks } from '../stored-locks.ts';
import { closedTradeRow, fillRow, type OrderNames, openTradeRow, orderRow, type RowContext } from './ledger-rows.ts';
import type { JournalBody, SessionJournal } from './session-journal.ts';
import type { TradeBroker } from './trade-broker.ts';

/** What changes in an open trade's row. */
const TOLD = ['lots', 'cost', 'realised', 'funding', 'stopTicks', 'liquidation', 'bestRate', 'worstRate'] as const;

/** True for anything but an order's acknowledgement and a timer. */
function isNewsOf({ body }: JournalledEvent): boolean {
  const { type, entry } = body as unknown as JournalBody & { readonly entry?: JournalEntry };
  if (type !== 'event') return true;
  return entry!.kind === EVENT.order ? entry!.state !== ORDER_STATE.working : entry!.kind !== EVENT.timer;
}

/** Turns what an engine did in one turn of the loop into rows: what changed, once, and the engine's whole state. */
export class TurnRows {
  readonly #engine: Engine;
  readonly #slots: readonly Slot[];
  readonly #context: RowContext;
  #fillsSeen: number;
  #closedSeen: number;
  #ordersSeen: number;
  /** By order id: what was last written of it. */
  readonly #written = new Map<number, string>();
  readonly #trades = new Map<number, number>();
  /** By order id: lots that were filled, and what they cost in quote per base unit times lots. */
  readonly #filled = new Map<number, { lots: number; cost: number }>();
  /** Locks that are stored and still hold. */
  #locks: readonly StoredLock[] = [];
  readonly #foreign = new WeakMap<Order, number>();
  /** By position id: what was last written of it. */
  readonly #shown = new Map<number, string>();

  constructor(engine: Engine, slots: readonly Slot[], context: RowContext) {
    this.#engine = engine;
    this.#slots = slots;
    this.#context = context;
    const { fills, trades, orders } = engine.logs;
    this.#fillsSeen = fills.length;
    this.#closedSeen = trades.length;
    this.#ordersSeen = orders.length;
  }

  /**
   * Orders that were open before a restart: their rows stay as they are until something changes. The store may know of their acknowledgement.
   * @param averages prices of what was filled before, by order id
   */
  resume(orders: Iterable<Order>, broker: TradeBroker, averages?: ReadonlyMap<number, number>): void {
    for (const order of orders) {
      this.#written.set(order.id, rowKey(order, broker.names(order)));
      const average = averages?.get(order.id);
      if (average !== undefined)
        this.#filled.set(order.id, { lots: order.filledLots, cost: order.filledLots * average });
    }
  }

  /** Rows of everything that changed since the last call. `now` in ms UTC. */
  take(journal: SessionJournal, broker: TradeBroker, now: number): StoreBatch {
    const fills = this.#takeFills(journal);
    const decisions = [...journal.decisions.splice(0).map((d) => decisionRow(d, now)), ...this.#takeDecisions(now)];
    const open = [...broker.open];
    for (const order of open) journal.touched.add(order);
    for (const { position } of this.#slots) this.#own(position?.id, position?.stopOrder, position?.roiOrder);
    for (const { position, exit } of this.#slots) this.#own(position?.id, exit);
    const orders = [...journal.touched].flatMap((order) => this.#changed(order, broker, now));
    journal.touched.clear();
    const locks = this.#takeLocks(now);
    for (const { pair, reason, source } of locks)
      decisions.push({
        ...NOTHING,
        at: now,
        kind: 'lock',
        pair: pair === '*' ? null : pair,
        reason: `${source}: ${reason}`,
      });
    const intents = broker.takeIntents();
    const events = journal.take();
    // A mere acknowledgement is found out again after a crash: the state behind it need not be written for it.
    const isNews = fills.length > 0 || intents.some((i) => i.outcome === 'pending') || events.some(isNewsOf);
    const state = isNews ? (saveEngine(this.#engine.parts, open) as unknown as PlainData) : undefined;
    return {
      orders,
      fills,
      trades: this.#takeTrades(),
      intents,
      journal: events,
      ...(state !== undefined && { values: [{ scope: 'engine', key: 'state', value: state }] }),
      decisions,
      locks,
    };
  }

  #takeLocks(now: number): StoredLock[] {
    const locks = newLocks(this.#engine.parts.entries.locks(now), now, this.#locks);
    this.#locks = [...this.#locks.filter((lock) => lock.until > now), ...locks];
    return locks;
  }

  #own(trade: number | undefined, ...orders: readonly (Order | null | undefined)[]): void {
    if (trade === undefined) return;
    for (const order of orders) if (order && !this.#trades.has(order.id)) this.#trades.set(order.id, trade);
  }

  #takeFills(journal: SessionJournal): StoredFill[] {
    const { fills } = this.#engine.logs;
    const from = this.#fillsSeen;
    this.#fillsSeen = fills.length;
    return journal.fills.splice(0).map(({ order, meta }, k) => {
      const row = fills.read(from + k);
      this.#trades.set(order.id, row.position);
      const { instrument, spec } = { instrument: order.slot.pair.instrument, spec: order.slot.pair.instrument.spec };
      const filled = this.#filled.get(order.id) ?? { lots: 0, cost: 0 };
      filled.lots += row.lots;
      filled.cost += row.lots * instrument.price(row.ticks);
      this.#filled.set(order.id, filled);
      const paper = { exchangeId: `paper-${order.id}-${row.time}-${from + k}`, fee: row.fee, feeAsset: spec.settle };
      const at = this.#context.clock.toMs(row.time);
      return { ...fillRow(this.#context, order, row, row.position, meta ?? paper, at), order: this.#idOf(order) };
    });
  }

  #takeTrades(): StoredTrade[] {
    const { parts, ledger } = this.#engine;
    const closed = savedTrades(parts, this.#closedSeen);
    this.#closedSeen += closed.length;
    const rows = closed.map((trade) =>
      closedTradeRow(this.#context, trade, this.#slots.find((slot) => slotKey(slot) === trade.slot)!),
    );
    const open = ledger.open.flatMap((position) => {
      const key = TOLD.map((field) => position[field]).join(' ');
      if (this.#shown.get(position.id) === key) return [];
      this.#shown.set(position.id, key);
      return [openTradeRow(this.#context, position)];
    });
    for (const { id } of rows) this.#shown.delete(id);
    return [...rows, ...open];
  }

  /** A line for each order that was decided. */
  #takeDecisions(now: number): Decision[] {
    const { orders } = this.#engine.logs;
    const { names } = this.#engine;
    const lines: Decision[] = [];
    for (; this.#ordersSeen < orders.length; this.#ordersSeen++) {
      const row = orders.read(this.#ordersSeen);
      const slot = this.#slots[row.slot]!;
      const purpose = PURPOSE_NAMES[row.purpose]!;
      const { instrument } = slot.pair;
      const price = row.ticks > 0 ? ` at ${instrument.price(row.ticks)}` : '';
      lines.push({
        at: now,
        kind: purpose === 'stop' ? 'stop' : purpose === 'entry' ? 'order' : 'exit',
        strategy: slot.strategyName,
        pair: slot.pair.pair,
        trade: this.#trades.get(row.id) ?? slot.position?.id ?? null,
        order: row.id,
        reason: `${purpose}: ${row.sign > 0 ? 'buy' : 'sell'} ${instrument.amount(row.lots)}${price}`,
        data: { tag: names.name(row.tag) },
      });
    }
    return lines;
  }

  /** Orders that are not ours (a liquidation, a trade by hand) have numbers below zero in the engine: rows get one from the time. */
  #idOf(order: Order): number {
    if (order.id > 0) return order.id;
    const known = this.#foreign.get(order);
    if (known !== undefined) return known;
    const id = Math.floor(this.#context.clock.toMs(order.createdAt)) * 100 + (-order.id % 100);
    this.#foreign.set(order, id);
    return id;
  }

  #changed(order: Order, broker: TradeBroker, now: number): StoredOrder[] {
    const names = broker.names(order);
    const key = rowKey(order, names);
    if (this.#written.get(order.id) === key) return [];
    if (order.isOpen) this.#written.set(order.id, key);
    else this.#written.delete(order.id);
    const trade = this.#trades.get(order.id) ?? null;
    const filled = this.#filled.get(order.id);
    const average = filled ? filled.cost / filled.lots : null;
    const row = { ...orderRow(this.#context, order, trade, names, average, now), id: this.#idOf(order) };
    if (!order.isOpen) {
      this.#trades.delete(order.id);
      this.#filled.delete(order.id);
    }
    return [row];
  }
}

/** What of an order's row may change. */
function rowKey({ state, ticks, lots, filledLots }: Order, { clientId, exchangeId }: OrderNames): string {
  return `${state} ${ticks} ${lots} ${filledLots} ${clientId} ${exchangeId}`;
}

/** Of a decision that is about no strategy, trade or order. */
const NOTHING = { strategy: null, trade: null, order: null, data: null } as const;

/** A wish to enter as a line of the decision journal. */
function decisionRow({ kind, slot, reason, side, amount, price, stake }: EntryDecision, at: number): Decision {
  const words = {
    signal: `enter ${side ?? ''}${reason ? ` (${reason})` : ''}`,
    size: `${amount} at ${price}: a stake of ${stake}${reason ? `, made smaller by ${reason}` : ''}`,
    veto: reason,
  };
  return {
    at,
    kind,
    strategy: slot.strategyName,
    pair: slot.pair.pair,
    trade: slot.position?.id ?? null,
    order: null,
    reason: words[kind],
    data: kind === 'size' ? { amount: amount!, price: price!, stake: stake! } : null,
  };
}
