import type { Slot } from './slot.ts';

/** What an order is for. */
export const PURPOSE = { entry: 0, exit: 1, stop: 2, roi: 3, liquidation: 4 } as const;
export const PURPOSE_NAMES = ['entry', 'exit', 'stop', 'roi', 'liquidation'] as const;

/** How an order trades. A stop becomes a market order when its trigger trades. */
export const ORDER_KIND = { market: 0, limit: 1, stop: 2 } as const;

/** States only move forward: created -> working -> (filled | cancelled | rejected | expired). */
export const ORDER_STATE = { created: 0, working: 1, filled: 2, cancelled: 3, rejected: 4, expired: 5 } as const;

// What a module exports is looked up anew at each use, even by itself; these are not.
const { entry: ENTRY } = PURPOSE;
const { created: CREATED, working: WORKING } = ORDER_STATE;

/**
 * An order of the engine. Prices are ticks, amounts lots (integers). Brokers read it and report through events; only the engine writes its
 * state. One class, whose fields begin as numbers or are declared and set in the constructor: the hot path depends on it. Without a value each
 * would first be undefined, and its numbers boxed anew at each change. Fractions come after the rest: what comes after one is written twice.
 */
export class Order {
  declare readonly id: number;
  declare readonly slot: Slot;
  declare readonly purpose: number;
  declare readonly kind: number;
  /** 1 buys, -1 sells. */
  declare readonly sign: number;
  /** Limit or trigger price in ticks; 0 for market orders. */
  declare ticks: number;
  declare lots: number;
  filledLots = 0;
  declare readonly reduceOnly: boolean;
  /** A limit order that expires rather than take. */
  postOnly = false;
  state: number = CREATED;
  /** Engine time of creation, ns. */
  declare readonly createdAt: number;
  /** Engine time at which it reaches the market, ns; set by the simulated broker. */
  declare arrivesAt: number;
  declare readonly tag: string | null;
  /** Set when the broker first saw it: a trade-through of a resting order needs it to have rested before. */
  restingSince = 0;
  /** When the simulated broker last tried it. */
  seenAt = -1;
  /** Price in ticks at which the simulated broker has it: behind `ticks` while a change is under way. */
  declare restingTicks: number;
  /** A limit that began beyond the market and has not met a candle since. */
  takes = false;
  /** Its withdrawal has been asked for. Until that arrives it may fill. */
  isWithdrawn = false;
  /** Of the position that an entry opens. */
  leverage = 1;
  /** A first entry occupies one of the account's position slots until its first fill or its end. */
  holdsSlot = false;
  /** Exit reason that the trade will carry. */
  reason = 'exit_signal';
  /** `ticks` as a price, so that candles can be held against it without a division. */
  price = 0;
  /** Stake currency that the ledger holds back for an entry until it fills or ends. */
  reserved = 0;

  constructor(
    id: number,
    slot: Slot,
    purpose: number,
    kind: number,
    sign: number,
    ticks: number,
    lots: number,
    createdAt: number,
    tag: string | null,
  ) {
    this.id = id;
    this.slot = slot;
    this.purpose = purpose;
    this.kind = kind;
    this.sign = sign;
    this.ticks = ticks;
    this.lots = lots;
    this.reduceOnly = purpose !== ENTRY;
    this.createdAt = createdAt;
    this.arrivesAt = createdAt;
    this.tag = tag;
    this.restingTicks = ticks;
    // Last: what is worked out between two new fields has the compiler guard each one after it against the collector.
    this.price = slot.pair.instrument.price(ticks);
  }

  get restLots(): number {
    return this.lots - this.filledLots;
  }

  /** `restingTicks` as a price. */
  get restingPrice(): number {
    return this.restingTicks === this.ticks ? this.price : this.slot.pair.instrument.price(this.restingTicks);
  }

  get isOpen(): boolean {
    return this.state <= WORKING;
  }
}
