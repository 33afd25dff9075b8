import { createHash, type Hash } from 'node:crypto';
import { hashColumn } from '../data/store/content-hash.ts';
import { type CandleTable, lowerBound } from '../domain/candles.ts';
import type { EquityCurve } from '../domain/run-result.ts';
import type { ClosedTrade, TradeOrder } from '../domain/trade.ts';
import type { Engine } from '../engine/engine.ts';
import type { EquityLog } from '../engine/equity.ts';
import { FILL_FIELDS, TRADE_FIELDS } from '../engine/logs.ts';
import { PURPOSE } from '../engine/order.ts';
import type { Slot } from '../engine/slot.ts';
import { canonicalJson } from '../foundation/canonical-json.ts';

/** Where each field of a log's row is. */
function offsets<F extends string>(fields: readonly F[]): Readonly<Record<F, number>> {
  return Object.fromEntries(fields.map((field, k) => [field, k])) as Record<F, number>;
}

const TRADE = offsets(TRADE_FIELDS);
const FILL = offsets(FILL_FIELDS);

/** The engine's closed trades as objects, in closing order. Read where they lie: an object by field names for each would cost as much again. */
export function closedTrades(engine: Engine, slots: readonly Slot[]): ClosedTrade[] {
  const { trades } = engine.logs;
  const orders = ordersByPosition(engine, slots);
  const out: ClosedTrade[] = [];
  for (const rows of trades.rows)
    for (let row = 0; row < rows.length; row += trades.width) out.push(tradeOf(rows, row, engine, slots, orders));
  return out;
}

function tradeOf(
  rows: Float64Array,
  row: number,
  { clock, names }: Engine,
  slots: readonly Slot[],
  orders: readonly TradeOrder[][],
): ClosedTrade {
  const of = (field: number) => rows[row + field]!;
  const { strategyName, pair } = slots[of(TRADE.slot)]!;
  const { instrument } = pair;
  const position = of(TRADE.position);
  const initialStop = of(TRADE.initialStop);
  const lastStop = of(TRADE.lastStop);
  const liquidation = of(TRADE.liquidation);
  return {
    id: position,
    strategy: strategyName,
    pair: pair.pair,
    side: of(TRADE.sign) > 0 ? 'long' : 'short',
    openTime: clock.toMs(of(TRADE.openedAt)),
    closeTime: clock.toMs(of(TRADE.closedAt)),
    openRate: of(TRADE.openRate),
    closeRate: of(TRADE.closeRate),
    amount: instrument.amount(of(TRADE.lots)),
    stake: of(TRADE.stake),
    leverage: of(TRADE.leverage),
    fees: of(TRADE.fees),
    funding: of(TRADE.funding),
    profitAbs: of(TRADE.profitAbs),
    profitRatio: of(TRADE.profitRatio),
    exitReason: names.name(of(TRADE.reason)) ?? 'unknown',
    entryTag: names.name(of(TRADE.entryTag)),
    exitTag: names.name(of(TRADE.exitTag)),
    initialStop: initialStop > 0 ? instrument.price(initialStop) : null,
    lastStop: lastStop > 0 ? instrument.price(lastStop) : null,
    liquidationPrice: liquidation > 0 ? liquidation : null,
    minRate: of(TRADE.minRate),
    maxRate: of(TRADE.maxRate),
    orders: orders[position] ?? [],
  };
}

/** Fills of each position, by its number. Lists are made at their length: one that grows takes room for seventeen, and most hold two. */
function ordersByPosition(engine: Engine, slots: readonly Slot[]): readonly TradeOrder[][] {
  const { fills } = engine.logs;
  const counts: number[] = [];
  for (const rows of fills.rows)
    for (let row = 0; row < rows.length; row += fills.width) {
      const position = rows[row + FILL.position]!;
      while (counts.length <= position) counts.push(0);
      counts[position]!++;
    }
  const orders = counts.map((count) => new Array<TradeOrder>(count));
  const made = new Uint32Array(counts.length);
  for (const rows of fills.rows)
    for (let row = 0; row < rows.length; row += fills.width) {
      const position = rows[row + FILL.position]!;
      orders[position]![made[position]!++] = orderOf(rows, row, engine, slots);
    }
  return orders;
}

function orderOf(rows: Float64Array, row: number, { clock, names }: Engine, slots: readonly Slot[]): TradeOrder {
  const of = (field: number) => rows[row + field]!;
  const { instrument } = slots[of(FILL.slot)]!.pair;
  const purpose = of(FILL.purpose);
  const funding = of(FILL.funding);
  return {
    side: of(FILL.sign) > 0 ? 'buy' : 'sell',
    time: clock.toMs(of(FILL.time)),
    price: instrument.price(of(FILL.ticks)),
    amount: instrument.amount(of(FILL.lots)),
    tag: names.name(of(FILL.tag)) ?? (purpose === PURPOSE.entry ? null : PURPOSE_TAGS[purpose]!),
    fee: of(FILL.fee),
    funding: Number.isNaN(funding) ? null : funding,
  };
}

const PURPOSE_TAGS = ['entry', 'exit_signal', 'stop_loss', 'roi', 'liquidation'] as const;

/** The equity curve with buy-and-hold of the traded pairs beside it, and exposure from the trades. */
export function equityCurve(
  log: Pick<EquityLog, 'time' | 'value'>,
  markets: readonly { readonly pair: string; readonly candles: CandleTable; readonly length: number }[],
  startingBalance: number,
  trades: readonly ClosedTrade[],
): EquityCurve {
  const { time, value } = log;
  return {
    time,
    equity: value,
    buyAndHold: buyAndHold(time, markets, startingBalance),
    exposure: exposureOf(time, value, markets, trades),
  };
}

/** The starting balance shared equally among the pairs at their first closes, and held. */
function buyAndHold(
  time: Float64Array,
  markets: readonly { readonly candles: CandleTable; readonly length: number }[],
  startingBalance: number,
): Float64Array {
  const out = new Float64Array(time.length);
  const share = startingBalance / markets.length;
  for (const { candles, length } of markets) {
    const held = new Held(candles, length, share);
    for (let from = 0; from < time.length; from += BLOCK)
      held.addTo(out, time, from, Math.min(time.length, from + BLOCK));
  }
  return out;
}

/** Rows at a time: a function that is called again is compiled sooner than a loop that runs on. */
const BLOCK = 512;

/** A share of the balance in one market from its first close on. */
class Held {
  readonly #candles: CandleTable;
  readonly #length: number;
  readonly #share: number;
  #row = -1;
  #first = Number.NaN;

  constructor(candles: CandleTable, length: number, share: number) {
    this.#candles = candles;
    this.#length = length;
    this.#share = share;
  }

  /** Adds its value at each of these times, blocks in order. */
  addTo(out: Float64Array, time: Float64Array, from: number, to: number): void {
    const { time: opens, close } = this.#candles;
    const rows = this.#candles.length;
    const length = this.#length;
    const share = this.#share;
    let row = this.#row;
    let first = this.#first;
    let hasBegun = row >= 0;
    for (let i = from; i < to; i++) {
      const now = time[i]!;
      while (row + 1 < rows && opens[row + 1]! + length <= now) row++;
      if (!hasBegun && row >= 0) {
        hasBegun = true;
        first = close[row]!;
      }
      out[i] = out[i]! + (hasBegun ? (share * close[row]!) / first : share);
    }
    this.#row = row;
    this.#first = first;
  }
}

/** Notional at entry prices of what is open, over equity. */
function exposureOf(
  time: Float64Array,
  equity: Float64Array,
  markets: readonly { readonly pair: string }[],
  trades: readonly ClosedTrade[],
): Float64Array {
  const change = new Float64Array(time.length + 1);
  const after = (when: number) => {
    let row = lowerBound(time, when);
    while (time[row] === when) row++;
    return row;
  };
  const pairs = new Set(markets.map((m) => m.pair));
  for (const trade of trades) {
    if (!pairs.has(trade.pair)) continue;
    const opens = trade.side === 'long' ? 'buy' : 'sell';
    let held = 0;
    for (const order of trade.orders) {
      const sign = order.side === opens ? 1 : -1;
      const notional = sign * Math.min(order.amount, sign > 0 ? order.amount : held) * trade.openRate;
      held += sign * order.amount;
      change[after(order.time)]! += notional;
    }
  }
  // Each change gives way to what is open over the equity.
  const out = change.subarray(0, time.length);
  let open = 0;
  for (let from = 0; from < out.length; from += BLOCK)
    open = exposureRows(out, open, equity, from, Math.min(out.length, from + BLOCK));
  return out;
}

/** Adds changes up to what is open, and puts that over the equity in their place. Returns what is open at the end. */
function exposureRows(out: Float64Array, openBefore: number, equity: Float64Array, from: number, to: number): number {
  let open = openBefore;
  for (let i = from; i < to; i++) {
    open += out[i]!;
    const worth = equity[i]!;
    // What is left when all positions are closed is rounding, and none is a billionth of the account.
    if (Math.abs(open) <= 1e-9 * worth) open = 0;
    out[i] = worth > 0 && open > 0 ? open / worth : 0;
  }
  return open;
}

/** SHA-256 of a value's canonical JSON: keys sorted, NaN as null, -0 as 0, undefined left out. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/**
 * SHA-256 (hex) of a run's outcome, whatever the paths, clocks and threads: the numbers of every trade and its orders as little-endian doubles (null
 * and NaN are one NaN, -0 is 0, a text is the number of its first appearance), those texts as JSON, and times and values of the equity curve.
 */
export function resultHash(trades: readonly ClosedTrade[], curve: EquityCurve): string {
  const hash = createHash('sha256');
  const digest = new TradeDigest(hash);
  for (const trade of trades) digest.add(trade);
  digest.end();
  for (const column of [curve.time, curve.equity]) hashColumn(hash, column);
  return hash.digest('hex');
}

/** Numbers that are hashed at a time, and the most that a trade has beside its orders. */
const DIGEST_ROOM = 8192;
const TRADE_ROOM = 24;

/** Adds trades to a hash by their numbers: as texts they take ten times as long. */
class TradeDigest {
  readonly #hash: Hash;
  readonly #room = new Float64Array(DIGEST_ROOM);
  readonly #words = new Map<string | null, number>();
  #length = 0;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  add(t: ClosedTrade): void {
    this.#makeRoom();
    this.#put(t.id);
    this.#word(t.strategy);
    this.#word(t.pair);
    this.#word(t.side);
    this.#put(t.openTime);
    this.#put(t.closeTime);
    this.#put(t.openRate);
    this.#put(t.closeRate);
    this.#put(t.amount);
    this.#put(t.stake);
    this.#put(t.leverage);
    this.#put(t.fees);
    this.#put(t.funding);
    this.#put(t.profitAbs);
    this.#put(t.profitRatio);
    this.#word(t.exitReason);
    this.#word(t.entryTag);
    this.#word(t.exitTag);
    this.#put(t.initialStop);
    this.#put(t.lastStop);
    this.#put(t.liquidationPrice);
    this.#put(t.minRate);
    this.#put(t.maxRate);
    // Their number comes first, so that no two lists of trades read the same.
    this.#put(t.orders.length);
    for (const order of t.orders) this.#order(order);
  }

  /** What is left, and the texts in their order. */
  end(): void {
    hashColumn(this.#hash, this.#room.subarray(0, this.#length));
    this.#hash.update(JSON.stringify([...this.#words.keys()]));
  }

  #order(o: TradeOrder): void {
    this.#makeRoom();
    this.#word(o.side);
    this.#put(o.time);
    this.#put(o.price);
    this.#put(o.amount);
    this.#word(o.tag);
    this.#put(o.fee);
    this.#put(o.funding);
  }

  #put(value: number | null): void {
    this.#room[this.#length++] = value ?? Number.NaN;
  }

  #word(text: string | null): void {
    let id = this.#words.get(text);
    if (id === undefined) {
      id = this.#words.size;
      this.#words.set(text, id);
    }
    this.#put(id);
  }

  #makeRoom(): void {
    if (this.#length + TRADE_ROOM <= DIGEST_ROOM) return;
    hashColumn(this.#hash, this.#room.subarray(0, this.#length));
    this.#length = 0;
  }
}

/** Hash of columns of numbers, one after the other. */
export function columnsHash(columns: readonly Float64Array[]): string {
  const hash = createHash('sha256');
  for (const column of columns) hashColumn(hash, column);
  return hash.digest('hex');
}
