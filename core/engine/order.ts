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
 * state. One class, all fields set in the constructor: the hot path depends on it, and on `declare`, without which each field would first be
 * undefined and its numbers boxed anew at each change.
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
  /** The same as a price, so that candles can be held against it without a division. */
  declare price: number;
  declare lots: number;
  declare filledLots: number;
  declare readonly reduceOnly: boolean;
  /** A limit order that expires rather than take. */
  declare postOnly: boolean;
  declare state: number;
  /** Engine time of creation, ns. */
  declare readonly createdAt: number;
  /** Engine time at which it reaches the market, ns; set by the simulated broker. */
  declare arrivesAt: number;
  declare readonly tag: string | null;
  /** Set when the broker first saw it: a trade-through of a resting order needs it to have rested before. */
  declare restingSince: number;
  /** When the simulated broker last tried it. */
  declare seenAt: number;
  /** Price in ticks at which the simulated broker has it: behind `ticks` while a change is under way. */
  declare restingTicks: number;
  /** A limit that began beyond the market and has not met a candle since. */
  declare takes: boolean;
  /** Its withdrawal has been asked for. Until that arrives it may fill. */
  declare isWithdrawn: boolean;
  /** Of the position that an entry opens. */
  declare leverage: number;
  /** Stake currency that the ledger holds back for an entry until it fills or ends. */
  declare reserved: number;
  /** A first entry occupies one of the account's position slots until its first fill or its end. */
  declare holdsSlot: boolean;
  /** Exit reason that the trade will carry. */
  declare reason: string;

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
    this.price = 0;
    this.lots = lots;
    this.filledLots = 0;
    this.reduceOnly = purpose !== ENTRY;
    this.postOnly = false;
    this.state = CREATED;
    this.createdAt = createdAt;
    this.arrivesAt = createdAt;
    this.tag = tag;
    this.restingSince = 0;
    this.seenAt = -1;
    this.restingTicks = ticks;
    this.takes = false;
    this.isWithdrawn = false;
    this.leverage = 1;
    this.reserved = 0;
    this.holdsSlot = false;
    this.reason = 'exit_signal';
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
