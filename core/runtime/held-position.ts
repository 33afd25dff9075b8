import type { Side } from '../domain/trade.ts';
import type { PositionView } from '../domain/views.ts';
import type { FreqtradeFill, TradeView } from '../engine/fills/freqtrade/ports.ts';

interface Held {
  readonly pair: string;
  readonly side: Side;
  readonly amount: number;
  readonly openRate: number;
  readonly openTime: number;
  readonly leverage: number;
  readonly stake: number;
  readonly entryTag: string | null;
  readonly entries: number;
  readonly exits: number;
  readonly stopRate: number | null;
  readonly liquidationRate: number | null;
  readonly bestRate: number;
}

/** An open trade of the `freqtrade` profile as strategies see positions. */
export class HeldPosition implements PositionView {
  readonly #held: Held;
  readonly #fee: number;

  constructor(held: Held, fee: number) {
    this.#held = held;
    this.#fee = fee;
  }

  /** The position after a fill. */
  static after(before: HeldPosition | undefined, fill: FreqtradeFill, fee: number): HeldPosition {
    const known = before === undefined ? undefined : before.#held;
    return new HeldPosition(
      {
        pair: fill.pair,
        side: fill.direction,
        amount: fill.held,
        openRate: fill.openRate,
        openTime: known?.openTime ?? fill.time,
        leverage: fill.leverage,
        stake: fill.stake,
        entryTag: known?.entryTag ?? fill.tag,
        entries: (known?.entries ?? 0) + (fill.isEntry ? 1 : 0),
        exits: (known?.exits ?? 0) + (fill.isEntry ? 0 : 1),
        stopRate: null,
        liquidationRate: null,
        bestRate: fill.price,
      },
      fee,
    );
  }

  /** A trade that the profile shows to a callback. */
  static of(trade: TradeView, fee: number): HeldPosition {
    return new HeldPosition(
      {
        pair: trade.pair,
        side: trade.direction > 0 ? 'long' : 'short',
        amount: trade.amount,
        openRate: trade.openRate,
        openTime: trade.openTime,
        leverage: trade.leverage,
        stake: trade.stake,
        entryTag: trade.entryTag,
        entries: trade.filledEntries,
        exits: trade.filledExits,
        stopRate: trade.stop,
        liquidationRate: trade.liquidation,
        bestRate: trade.direction > 0 ? trade.maxRate : trade.minRate,
      },
      fee,
    );
  }

  get pair(): string {
    return this.#held.pair;
  }
  get side(): Side {
    return this.#held.side;
  }
  get sign(): 1 | -1 {
    return this.#held.side === 'long' ? 1 : -1;
  }
  get amount(): number {
    return this.#held.amount;
  }
  get openRate(): number {
    return this.#held.openRate;
  }
  get openTime(): number {
    return this.#held.openTime;
  }
  get leverage(): number {
    return this.#held.leverage;
  }
  get stake(): number {
    return this.#held.stake;
  }
  get entryTag(): string | null {
    return this.#held.entryTag;
  }
  get entries(): number {
    return this.#held.entries;
  }
  get exits(): number {
    return this.#held.exits;
  }
  get stopRate(): number | null {
    return this.#held.stopRate;
  }
  get liquidationRate(): number | null {
    return this.#held.liquidationRate;
  }
  get bestRate(): number {
    return this.#held.bestRate;
  }

  unrealised(rate: number): number {
    return this.sign * this.amount * (rate - this.openRate);
  }

  profitRatio(rate: number): number {
    const open = this.amount * this.openRate * (1 + this.sign * this.#fee);
    const close = this.amount * rate * (1 - this.sign * this.#fee);
    return this.sign * (close / open - 1) * this.leverage;
  }
}
