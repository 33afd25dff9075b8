import { TidegateError } from '../foundation/errors.ts';
import type { BookTop, TradeTick } from '../strategy/strategy.ts';
import type { Engine } from './engine.ts';
import type { EventRecorder } from './engine-options.ts';
import { type CandleBatch, type CommandEvent, type Effects, type EngineEvent, EVENT } from './events.ts';
import { ORDER_KIND, Order, PURPOSE } from './order.ts';
import type { PairState, Slot } from './slot.ts';

/** A candle of a pair in a batch. `row` is where the pair's own timeframe stood. */
export interface JournalCandle {
  readonly pair: number;
  readonly row: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** One event as plain data: pairs and slots by index, orders by id. Times are engine time, ns. */
export type JournalEntry =
  | {
      readonly kind: typeof EVENT.candles | typeof EVENT.manage;
      readonly time: number;
      readonly manages: boolean;
      readonly candles: readonly JournalCandle[];
    }
  | {
      readonly kind: typeof EVENT.fill;
      readonly time: number;
      readonly order: number;
      readonly ticks: number;
      readonly lots: number;
      readonly rest: number;
      readonly fee: number;
      readonly maker: boolean;
      /** Only where the order is not ours: the slot whose position it took off. */
      readonly liquidates?: number;
      /** Exit reason of such an order; absent: a liquidation. */
      readonly reason?: string;
      /** Where it opened a position instead: the leverage, negative for a short one. */
      readonly opens?: number;
    }
  | {
      readonly kind: typeof EVENT.order;
      readonly time: number;
      readonly order: number;
      readonly state: number;
      readonly reason: string | null;
    }
  | {
      readonly kind: typeof EVENT.funding;
      readonly time: number;
      readonly pair: number;
      readonly rate: number;
      readonly mark: number;
      readonly markup?: number;
    }
  | { readonly kind: typeof EVENT.trade; readonly time: number; readonly pair: number; readonly tick: TradeTick }
  | { readonly kind: typeof EVENT.book; readonly time: number; readonly pair: number; readonly top: BookTop }
  | { readonly kind: typeof EVENT.timer; readonly time: number; readonly slot?: number }
  | {
      readonly kind: typeof EVENT.model;
      readonly time: number;
      readonly block: string;
      readonly pair: number;
      readonly hash: string;
      readonly trainedAt: number;
    }
  | {
      readonly kind: typeof EVENT.command;
      readonly time: number;
      readonly name: CommandEvent['command']['name'];
      readonly slot?: number;
      readonly reason?: string | null;
      readonly side?: 'long' | 'short';
      readonly amount?: number;
    };

/** Keeps every event of a session in processing order, as plain data: replaying it reproduces the session to the bit. */
export class Journal implements EventRecorder {
  readonly entries: JournalEntry[] = [];

  record(event: EngineEvent): void {
    this.entries.push(entryOf(event));
  }
}

function entryOf(event: EngineEvent): JournalEntry {
  const { time } = event;
  switch (event.kind) {
    case EVENT.candles:
    case EVENT.manage: {
      const candles = event.pairs.map(({ index, cursor, open, high, low, close, volume }) => {
        return { pair: index, row: cursor.row, open, high, low, close, volume };
      });
      return { kind: event.kind, time, manages: event.manages, candles };
    }
    case EVENT.fill: {
      const { order, ticks, lots, rest, fee, maker } = event;
      const own = { kind: event.kind, time, order: order.id, ticks, lots, rest, fee, maker };
      if (order.id > 0) return own;
      const theirs = { ...own, liquidates: order.slot.index };
      if (order.purpose === PURPOSE.liquidation) return theirs;
      const reason = order.reason;
      return order.purpose === PURPOSE.entry
        ? { ...theirs, reason, opens: order.sign * order.leverage }
        : { ...theirs, reason };
    }
    case EVENT.order:
      return { kind: event.kind, time, order: event.order.id, state: event.state, reason: event.reason };
    case EVENT.funding:
      return {
        kind: event.kind,
        time,
        pair: event.pair.index,
        rate: event.rate,
        mark: event.mark,
        ...(event.markup !== undefined && { markup: event.markup }),
      };
    case EVENT.trade:
      return { kind: event.kind, time, pair: event.pair.index, tick: { ...event.tick } };
    case EVENT.book:
      return { kind: event.kind, time, pair: event.pair.index, top: { ...event.top } };
    case EVENT.timer:
      return { kind: event.kind, time, ...(event.slot && { slot: event.slot.index }) };
    case EVENT.model: {
      const { block, pair, hash, trainedAt } = event;
      return { kind: event.kind, time, block, pair: pair.index, hash, trainedAt };
    }
    case EVENT.command: {
      const { slot, ...command } = { slot: undefined, ...event.command };
      return { kind: event.kind, time, ...command, ...(slot !== undefined && { slot: (slot as Slot).index }) };
    }
  }
}

/** Feeds a journal to a fresh engine that was wired like the recorded one. No broker: its answers are in the journal. */
export class Replay {
  readonly #engine: Engine;
  readonly #pairs: readonly PairState[];
  readonly #slots: readonly Slot[];
  readonly #orders = new Map<number, Order>();

  /** @param open orders that the engine went on with */
  constructor(
    engine: Engine,
    pairs: readonly PairState[],
    slots: readonly Slot[],
    open: ReadonlyMap<number, Order> = new Map(),
  ) {
    this.#engine = engine;
    this.#pairs = pairs;
    this.#slots = slots;
    for (const [id, order] of open) this.#orders.set(id, order);
  }

  /** Processes one entry. @throws TidegateError JOURNAL_MISMATCH when it answers an order that this engine never made */
  step(entry: JournalEntry): Effects {
    const effects = this.#engine.process(this.eventOf(entry));
    this.keep(effects);
    return effects;
  }

  /** Orders that the engine has made: later entries may be about them. */
  keep({ submits }: Pick<Effects, 'submits'>): void {
    for (const order of submits) this.#orders.set(order.id, order);
  }

  /** The event that an entry was made of, about this engine's own orders. @throws TidegateError JOURNAL_MISMATCH */
  eventOf(entry: JournalEntry): EngineEvent {
    const { time } = entry;
    switch (entry.kind) {
      case EVENT.candles:
      case EVENT.manage:
        return this.#batch(entry);
      case EVENT.fill: {
        const { kind, ticks, lots, rest, fee, maker } = entry;
        const order = entry.liquidates === undefined ? this.#order(entry.order) : this.#foreign(entry);
        return { kind, time, order, ticks, lots, rest, fee, maker };
      }
      case EVENT.order:
        return { kind: entry.kind, time, order: this.#order(entry.order), state: entry.state, reason: entry.reason };
      case EVENT.funding:
        return {
          kind: entry.kind,
          time,
          pair: this.#pairs[entry.pair]!,
          rate: entry.rate,
          mark: entry.mark,
          ...(entry.markup !== undefined && { markup: entry.markup }),
        };
      case EVENT.trade:
        return { kind: entry.kind, time, pair: this.#pairs[entry.pair]!, tick: entry.tick };
      case EVENT.book:
        return { kind: entry.kind, time, pair: this.#pairs[entry.pair]!, top: entry.top };
      case EVENT.timer:
        return { kind: entry.kind, time, ...(entry.slot !== undefined && { slot: this.#slots[entry.slot]! }) };
      case EVENT.model: {
        const { kind, block, hash, trainedAt } = entry;
        return { kind, time, block, pair: this.#pairs[entry.pair]!, hash, trainedAt };
      }
      case EVENT.command: {
        const { kind: _kind, time: _time, slot, ...command } = entry;
        const given = slot === undefined ? command : { ...command, slot: this.#slots[slot]! };
        return { kind: entry.kind, time, command: given as CommandEvent['command'] };
      }
    }
  }

  #batch(entry: JournalEntry & { readonly kind: CandleBatch['kind'] }): CandleBatch {
    const pairs = entry.candles.map((candle) => {
      const pair = this.#pairs[candle.pair]!;
      const { row, open, high, low, close, volume } = candle;
      pair.cursor.row = row;
      return Object.assign(pair, { open, high, low, close, volume });
    });
    return { kind: entry.kind, time: entry.time, manages: entry.manages, pairs };
  }

  #order(id: number): Order {
    const order = this.#orders.get(id);
    if (order) return order;
    throw new TidegateError('JOURNAL_MISMATCH', `the journal answers order ${id}, which was never made`, {
      remedy: 'Replay it with the strategy, the settings and the version that recorded it.',
    });
  }

  /** An order that the venue or somebody else made. */
  #foreign(entry: JournalEntry & { readonly kind: typeof EVENT.fill }): Order {
    const { order, liquidates, reason, time, opens } = entry;
    const slot = this.#slots[liquidates!]!;
    if (opens !== undefined) {
      const opened = new Order(
        order,
        slot,
        PURPOSE.entry,
        ORDER_KIND.market,
        Math.sign(opens),
        0,
        entry.lots,
        time,
        null,
      );
      opened.reason = reason!;
      opened.leverage = Math.abs(opens);
      return opened;
    }
    const { sign, lots } = slot.position!;
    const purpose = reason === undefined ? PURPOSE.liquidation : PURPOSE.exit;
    const made = new Order(order, slot, purpose, ORDER_KIND.market, -sign, 0, lots, time, null);
    if (reason !== undefined) made.reason = reason;
    return made;
  }
}
