import type { RecordLog, StringTable } from '../columns/record-log.ts';
import { TidegateError } from '../foundation/errors.ts';
import { goneSlot } from './closed-trades.ts';
import type { EntryDesk } from './entries.ts';
import type { ExecutionDesk, Work } from './execution-desk.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { TRADE_FIELDS, TradeLog } from './logs.ts';
import { Order } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import { Position } from './position.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

const ORDER_STATE_FIELDS = [
  'filledLots',
  'state',
  'arrivesAt',
  'restingSince',
  'isWithdrawn',
  'leverage',
  'reserved',
  'holdsSlot',
  'postOnly',
  'reason',
] as const;

const POSITION_FIELDS = [
  'lots',
  'peakLots',
  'cost',
  'entryFees',
  'margin',
  'totalCost',
  'totalEntryFees',
  'totalMargin',
  'totalEntryLots',
  'exitValue',
  'exitFees',
  'exitLots',
  'funding',
  'heldFunding',
  'realised',
  'entries',
  'exits',
  'bestRate',
  'worstRate',
  'initialStopTicks',
  'stopTicks',
  'stopMoved',
  'cameInside',
  'liquidation',
  'nextRoiAt',
  'roiRatio',
] as const;

/** An order as plain data. Times are engine time, ns; `slot` is `strategy/pair`. */
export type SavedOrder = Pick<Order, (typeof ORDER_STATE_FIELDS)[number]> &
  Pick<Order, 'id' | 'purpose' | 'kind' | 'sign' | 'ticks' | 'lots' | 'createdAt' | 'tag'> & { readonly slot: string };

/** An open position as plain data; its protective orders by id. */
export type SavedPosition = Pick<Position, (typeof POSITION_FIELDS)[number]> &
  Pick<Position, 'id' | 'sign' | 'leverage' | 'entryTag' | 'openedAt'> & {
    readonly slot: string;
    readonly stopOrder: number | null;
    readonly roiOrder: number | null;
  };

/** A closed trade: the row of the trade log, words in place of ids. */
export type SavedTrade = Readonly<Record<(typeof TRADE_FIELDS)[number], number | string | null>>;

interface SavedSlot {
  readonly slot: string;
  readonly entry: number | null;
  readonly exit: number | null;
  readonly roiPaused: boolean;
  readonly store: Readonly<Record<string, unknown>>;
}

interface SavedWork {
  readonly parent: SavedOrder;
  readonly state: unknown;
  readonly holdsSlot: boolean;
  readonly isEnding: boolean;
  readonly children: readonly (readonly [key: string, order: number])[];
}

/** All that an engine knows, as plain data: what a restart goes on from. Closed trades are kept apart, since they only grow. */
export interface SavedEngine {
  /** ms UTC of engine time 0. */
  readonly origin: number;
  readonly startingBalance: number;
  readonly nextOrder: number;
  readonly nextPosition: number;
  readonly isStopped: boolean;
  readonly blocked: readonly (readonly [pair: string, reason: string])[];
  readonly assets: readonly (readonly [asset: string, free: number, locked: number])[];
  /** Assets beside the stake that belong to equity, and the pair that prices each. */
  readonly held: readonly (readonly [asset: string, pair: string])[];
  readonly badDebt: number;
  readonly orders: readonly SavedOrder[];
  readonly works: readonly SavedWork[];
  readonly positions: readonly SavedPosition[];
  readonly slots: readonly SavedSlot[];
  readonly strategies: readonly (readonly [strategy: string, store: Readonly<Record<string, unknown>>])[];
}

/** The parts of an engine that are saved. */
export interface EngineParts {
  readonly clock: EngineClock;
  readonly ledger: Ledger;
  readonly desk: OrderDesk;
  readonly entries: EntryDesk;
  readonly execution: ExecutionDesk | null;
  readonly slots: readonly Slot[];
  readonly names: StringTable;
  readonly trades: TradeLog;
}

/** `strategy/pair`: what a slot is called across restarts. */
export function slotKey(slot: Slot): string {
  return `${slot.strategyName}/${slot.pair.pair}`;
}

/**
 * Everything a restart needs. The result shares nothing with the engine, other than the authors' stores.
 * @param open orders that may still be answered, those of no slot included
 */
export function saveEngine(parts: EngineParts, open: Iterable<Order>): SavedEngine {
  const { clock, ledger, desk, entries, execution, slots } = parts;
  const { account } = ledger;
  const works = execution?.works ?? [];
  return {
    origin: clock.origin,
    startingBalance: ledger.startingBalance,
    nextOrder: desk.nextId,
    nextPosition: ledger.nextPosition,
    isStopped: entries.stopped,
    blocked: [...new Set(slots.map((s) => s.pair))].flatMap((p) => (p.blocked === null ? [] : [[p.pair, p.blocked]])),
    assets: [...account.assets].map(([name, { free, locked }]) => [name, free.value, locked.value]),
    held: ledger.heldAssets.map(([asset, market]) => [asset, slots.find((s) => s.pair === market)?.pair.pair ?? '']),
    badDebt: account.badDebt.value,
    orders: [...open].filter((order) => order.isOpen && order.id > 0).map(savedOrder),
    works: works.map(savedWork),
    positions: ledger.open.map(savedPosition),
    slots: slots.map((slot) => ({
      slot: slotKey(slot),
      entry: slot.entry?.id ?? null,
      exit: slot.exit?.id ?? null,
      roiPaused: slot.roiPaused,
      store: slot.bar.store,
    })),
    strategies: [...new Map(slots.map((s) => [s.strategyName, s.strategy.store]))],
  };
}

/**
 * Makes a fresh engine, wired with the same strategies and pairs (others may have joined), go on from what was saved.
 * @returns the open orders, by id
 * @throws TidegateError ENGINE_RESTORE when a position or order belongs to a strategy or pair that is not there
 */
export function restoreEngine(
  parts: EngineParts,
  saved: SavedEngine,
  closed: readonly SavedTrade[],
): ReadonlyMap<number, Order> {
  const { clock, ledger, desk, entries, execution, slots } = parts;
  const byKey = new Map(slots.map((slot) => [slotKey(slot), slot]));
  const slotOf = (key: string): Slot => {
    const slot = byKey.get(key);
    if (slot) return slot;
    throw new TidegateError('ENGINE_RESTORE', `a position or order of ${key} is open, which this run does not trade`, {
      remedy: 'Start with that strategy and pair until it is closed.',
    });
  };
  desk.nextId = saved.nextOrder;
  ledger.nextPosition = saved.nextPosition;
  entries.stopped = saved.isStopped;
  for (const [pair, reason] of saved.blocked)
    for (const slot of slots) if (slot.pair.pair === pair) slot.pair.blocked = reason;
  for (const [name, free, locked] of saved.assets) {
    const asset = ledger.account.asset(name);
    asset.free.set(free);
    asset.locked.set(locked);
  }
  for (const [asset, pair] of saved.held) {
    const slot = slots.find((s) => s.pair.pair === pair);
    if (slot) ledger.holdAsset(asset, slot.pair);
  }
  ledger.account.badDebt.set(saved.badDebt);
  const orders = new Map<number, Order>();
  for (const one of saved.orders) orders.set(one.id, restoredOrder(one, slotOf(one.slot)));
  for (const work of saved.works) {
    const parent = restoredOrder(work.parent, slotOf(work.parent.slot));
    orders.set(parent.id, parent);
    execution!.resume(
      parent,
      work.state,
      work.holdsSlot,
      work.isEnding,
      work.children.map(([key, id]) => [key, orders.get(id)!]),
    );
  }
  for (const one of saved.positions) {
    const position = restoredPosition(one, slotOf(one.slot), clock);
    position.stopOrder = (one.stopOrder === null ? null : orders.get(one.stopOrder)) ?? null;
    position.roiOrder = (one.roiOrder === null ? null : orders.get(one.roiOrder)) ?? null;
    ledger.adopt(position);
  }
  for (const one of saved.slots) {
    const slot = byKey.get(one.slot);
    if (slot === undefined) continue;
    slot.entry = (one.entry === null ? null : orders.get(one.entry)) ?? null;
    slot.exit = (one.exit === null ? null : orders.get(one.exit)) ?? null;
    slot.roiPaused = one.roiPaused;
    Object.assign(slot.bar.store, structuredClone(one.store));
  }
  for (const [name, store] of saved.strategies) {
    const slot = slots.find((s) => s.strategyName === name);
    if (slot) Object.assign(slot.strategy.store, structuredClone(store));
  }
  const holding = [...orders.values()].filter((order) => order.holdsSlot).length;
  entries.pending = holding + (execution?.works.filter((work) => work.holdsSlot).length ?? 0);
  for (const trade of closed) restoreTrade(parts, trade, byKey);
  return new Map([...orders].filter(([, order]) => execution === null || !execution.isParent(order)));
}

/** The rows of closed trades from `from` on, as plain data. */
export function savedTrades(parts: Pick<EngineParts, 'trades' | 'slots' | 'names'>, from: number): SavedTrade[] {
  const { trades, slots, names } = parts;
  return Array.from({ length: trades.length - from }, (_, k) => {
    const row = trades.read(from + k);
    const slot = slots.find((s) => s.index === row.slot)!;
    return {
      ...row,
      slot: slotKey(slot),
      reason: names.name(row.reason),
      entryTag: names.name(row.entryTag),
      exitTag: names.name(row.exitTag),
    };
  });
}

function restoreTrade({ trades, names }: EngineParts, trade: SavedTrade, byKey: ReadonlyMap<string, Slot>): void {
  const key = String(trade.slot);
  // A pair that is traded no more counts all the same: what was lost on it was lost.
  const slot = byKey.get(key)?.index ?? goneSlot(names.id(key.slice(key.indexOf('/') + 1)));
  const at = trades.append();
  const words = new Set<string>(['reason', 'entryTag', 'exitTag']);
  for (const [k, field] of (trades as RecordLog<keyof SavedTrade>).fields.entries())
    trades.data[at + k] =
      field === 'slot' ? slot : words.has(field) ? names.id(trade[field] as string | null) : Number(trade[field]);
}

function savedOrder(order: Order): SavedOrder {
  const { id, purpose, kind, sign, ticks, lots, createdAt, tag, slot } = order;
  const rest = Object.fromEntries(ORDER_STATE_FIELDS.map((field) => [field, order[field]]));
  return { id, slot: slotKey(slot), purpose, kind, sign, ticks, lots, createdAt, tag, ...rest } as SavedOrder;
}

function restoredOrder(saved: SavedOrder, slot: Slot): Order {
  const { id, purpose, kind, sign, ticks, lots, createdAt, tag } = saved;
  const order = new Order(id, slot, purpose, kind, sign, ticks, lots, createdAt, tag);
  // What was saved by an earlier version may lack a field.
  for (const field of ORDER_STATE_FIELDS)
    if (saved[field] !== undefined) (order as unknown as Record<string, unknown>)[field] = saved[field];
  return order;
}

function savedPosition(position: Position): SavedPosition {
  const { id, slot, sign, leverage, entryTag, openedAt, stopOrder, roiOrder } = position;
  const rest = Object.fromEntries(POSITION_FIELDS.map((field) => [field, position[field]]));
  const orders = { stopOrder: stopOrder?.id ?? null, roiOrder: roiOrder?.id ?? null };
  return { id, slot: slotKey(slot), sign, leverage, entryTag, openedAt, ...rest, ...orders } as SavedPosition;
}

function restoredPosition(saved: SavedPosition, slot: Slot, clock: EngineClock): Position {
  const { id, sign, leverage, entryTag, openedAt, bestRate } = saved;
  const position = new Position(id, slot, slot.pair.instrument, sign, leverage, entryTag, openedAt, bestRate, clock);
  // Versions that did not save it realised all funding with the last exit.
  position.heldFunding = saved.funding;
  for (const field of POSITION_FIELDS)
    if (saved[field] !== undefined) (position as unknown as Record<string, unknown>)[field] = saved[field];
  return position;
}

function savedWork({ parent, state, holdsSlot, isEnding, children }: Work): SavedWork {
  const ids = [...children].map(([key, order]) => [key, order.id] as const);
  return { parent: savedOrder(parent), state: structuredClone(state), holdsSlot, isEnding, children: ids };
}
