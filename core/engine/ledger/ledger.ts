import type { StringTable } from '../../columns/record-log.ts';
import type { Instrument } from '../../domain/tradable.ts';
import type { AccountView } from '../../domain/views.ts';
import { append, listOf, takeOut } from '../../foundation/short-list.ts';
import type { FillEvent } from '../events.ts';
import type { FillLog, TradeLog } from '../logs.ts';
import { type Order, PURPOSE } from '../order.ts';
import { Position } from '../position.ts';
import type { PairState, Slot } from '../slot.ts';
import type { EngineClock } from '../time.ts';
import type { Account } from './account.ts';
import { type CoinFees, type FeeAsset, OtherAssets } from './fee-asset.ts';

const { exit: EXIT } = PURPOSE;

/**
 * Books fills and funding into account and positions, the same under every broker and fill profile. Derivatives lock margin; spot swaps
 * quote for base. What a liquidation loses beyond its margin is the venue's (bad debt), so free cash stays at or above zero.
 */
export class Ledger implements AccountView {
  readonly account: Account;
  readonly startingBalance: number;
  /** Open positions in the order of their opening. */
  readonly open = listOf<Position>();
  readonly #clock: EngineClock;
  readonly #fills: FillLog;
  readonly #trades: TradeLog;
  readonly #names: StringTable;
  readonly #fees: FeeAsset | null;
  readonly #others: OtherAssets | null;
  /** Engine time of the first fill whose fee the coin did not cover; NaN before. */
  coinRanOutAt = Number.NaN;
  /** Number of the next position. */
  nextPosition = 1;
  /** Free cash that orders beside the engine's own hold back: it cannot be spent twice. */
  heldBack = 0;
  /** Brings last prices up to now, where they are behind; null: they are not. */
  behind: (() => void) | null = null;

  constructor(account: Account, clock: EngineClock, fills: FillLog, trades: TradeLog, names: StringTable) {
    this.account = account;
    this.#fees = account.fees;
    this.#others = account.fees === null ? null : new OtherAssets();
    this.startingBalance = account.free;
    if (account.fees?.kind === 'coin') {
      const { asset, market } = account.fees;
      this.#others!.hold(asset, account.asset(asset).free, market);
      this.startingBalance += this.#others!.value;
    }
    this.#clock = clock;
    this.#fills = fills;
    this.#trades = trades;
    this.#names = names;
  }

  get free(): number {
    return this.account.free - this.heldBack;
  }

  get openPositions(): number {
    return this.open.length;
  }

  /** Free and locked stake currency: equity without positions and other assets. */
  get cash(): number {
    const { stake } = this.account;
    return stake.free.value + stake.locked.value;
  }

  /** Assets beside the stake currency count. */
  get hasOthers(): boolean {
    return this.#others !== null;
  }

  /** Cash, margin, positions and other assets at their last prices, in stake currency. */
  get equity(): number {
    const { open, behind } = this;
    if (behind !== null) behind();
    let equity = this.cash;
    for (let k = 0; k < open.length; k++) equity += open[k]!.value;
    return this.#others === null ? equity : equity + this.#others.value;
  }

  /** Assets beside the stake currency that belong to equity, with what prices them. */
  get heldAssets(): readonly (readonly [asset: string, market: Pick<PairState, 'last'>])[] {
    return this.#others?.held ?? [];
  }

  /** Counts an asset's free balance as equity from now on, where fees are paid in other assets. */
  holdAsset(asset: string, market: Pick<PairState, 'last'>): void {
    this.#others?.hold(asset, this.account.asset(asset).free, market);
  }

  /** Takes over a position that was open before a restart. */
  adopt(position: Position): void {
    const { slot } = position;
    slot.position = position;
    slot.bar.position = position;
    this.open.push(position);
  }

  /** Sum of |notional| of open positions at their last prices. */
  get exposure(): number {
    this.behind?.();
    let sum = 0;
    for (const position of this.open) sum += position.amount * position.slot.pair.last;
    return sum;
  }

  /**
   * Most lots of an entry that cash covers at a price, the dearer fee included; at most `lots`.
   * @param held stake currency already held back for it
   */
  affordable(slot: Slot, lots: number, ticks: number, leverage: number, held = 0): number {
    const { instrument } = slot.pair;
    const price = instrument.price(ticks);
    const cash = this.account.free - this.heldBack + held;
    if (needed(instrument, lots, price, leverage) <= cash) return lots;
    let most = Math.max(0, instrument.lots(cash / (price * (1 / leverage + dearerFee(instrument)))));
    // One less; of more lots than doubles count one by one, the next number below.
    while (most > 0 && needed(instrument, most, price, leverage) > cash)
      most -= Math.max(1, Math.floor(most * Number.EPSILON));
    return most;
  }

  /** The same for an order that may hold cash back. */
  affordableFor(order: Order, lots: number, ticks: number): number {
    const { slot, reserved } = order;
    return this.affordable(slot, lots, ticks, slot.position?.leverage ?? order.leverage, reserved);
  }

  /** Holds back what an entry order needs at a price, so that later orders cannot spend it. */
  reserve(order: Order, ticks: number): void {
    const { slot, lots, filledLots, leverage } = order;
    const { instrument } = slot.pair;
    const need = Math.min(needed(instrument, lots - filledLots, instrument.price(ticks), leverage), this.account.free);
    order.reserved = need;
    this.account.lock(need);
  }

  /** Raises what an order holds back to `amount`, where cash allows. */
  holdAtLeast(order: Order, amount: number): void {
    const more = Math.min(amount - order.reserved, this.account.free);
    if (!(more > 0)) return;
    order.reserved += more;
    this.account.lock(more);
  }

  /** Frees what an order held back. */
  unreserve(order: Order): void {
    if (order.reserved === 0) return;
    this.account.lock(-order.reserved);
    order.reserved = 0;
  }

  /** Books an entry fill; opens the position, with this leverage, when there is none. */
  bookEntry(fill: FillEvent, leverage: number): Position {
    const { order, time, ticks, lots, fee, maker } = fill;
    const { slot } = order;
    const { instrument } = slot.pair;
    const price = instrument.price(ticks);
    let { position } = slot;
    if (position === null) {
      const sign = order.sign > 0 ? 1 : -1;
      const id = this.nextPosition++;
      position = new Position(id, slot, instrument, sign, leverage, order.tag, time, price, this.#clock);
      position.cameInside = maker;
      slot.position = position;
      slot.bar.position = position;
      append(this.open, position);
    }
    const spent = instrument.amount(lots) * price;
    let received = lots;
    let cashFee = fee;
    let paid = fee;
    if (this.#fees !== null) {
      if (this.#fees.kind === 'coin') {
        const value = this.#fromCoin(this.#fees, fee, time);
        if (value >= 0) [paid, cashFee] = [value, 0];
      } else if (!instrument.isMargined) {
        received = this.#fromBase(slot, lots, fee / price);
        if (received > 0) cashFee = 0;
        else received = lots;
      }
    }
    const cost = received === lots ? spent : instrument.amount(received) * price;
    const margin = cost / leverage;
    if (instrument.isMargined) this.account.lock(margin);
    else this.account.stake.free.add(-spent);
    this.account.stake.free.add(-cashFee);
    this.account.dropDust(spent);
    position.lots += received;
    if (position.lots > position.peakLots) position.peakLots = position.lots;
    position.cost += cost;
    position.margin += margin;
    position.entryFees += paid;
    position.totalCost += cost;
    position.totalMargin += margin;
    position.totalEntryFees += paid;
    position.totalEntryLots += received;
    this.#logFill(fill, position, received, paid, Number.NaN);
    return position;
  }

  /** Books an exit fill. `reason` closes the trade when nothing is left. */
  bookExit(fill: FillEvent, reason: string): void {
    const { order, time, ticks, lots, fee } = fill;
    const { slot } = order;
    const position = slot.position!;
    const { instrument } = slot.pair;
    const price = instrument.price(ticks);
    const share = lots === position.lots ? 1 : lots / position.lots;
    const cost = position.cost * share;
    const margin = position.margin * share;
    const value = instrument.amount(lots) * price;
    const profit = position.sign * (value - cost);
    const { stake, badDebt } = this.account;
    let cashFee = fee;
    let paid = fee;
    if (this.#fees?.kind === 'coin') {
      const coinValue = this.#fromCoin(this.#fees, fee, time);
      if (coinValue >= 0) [paid, cashFee] = [coinValue, 0];
    }
    if (instrument.isMargined) {
      this.account.lock(-margin);
      stake.free.add(profit);
    } else stake.free.add(value);
    stake.free.add(-cashFee);
    // An isolated position can lose its margin, no more: the venue would have taken it over before. The rest is the venue's.
    const shortfall = Math.max(0, instrument.isMargined ? cashFee - profit - margin : -stake.free.value);
    if (shortfall > 0) {
      stake.free.add(shortfall);
      badDebt.add(shortfall);
      this.account.dropDust(cost);
    }
    const entryFees = position.entryFees * share;
    const funding = position.heldFunding * share;
    position.realised += profit - paid - entryFees + funding + shortfall;
    position.lots -= lots;
    position.cost -= cost;
    position.margin -= margin;
    position.entryFees -= entryFees;
    position.heldFunding -= funding;
    position.exitLots += lots;
    position.exitValue += value;
    position.exitFees += paid;
    this.#logFill(fill, position, lots, paid, position.funding);
    if (position.lots === 0) this.#close(slot, position, fill, reason);
  }

  /**
   * Books a funding payment of an open position: positive = received. Taken from free cash, then from the margin; what even that does not cover
   * is bad debt.
   */
  bookFunding(position: Position, amount: number): void {
    const { stake, badDebt } = this.account;
    stake.free.add(amount);
    let borne = amount;
    const shortfall = -stake.free.value;
    if (shortfall > 0) {
      stake.free.set(0);
      const fromMargin = Math.min(shortfall, position.margin);
      stake.locked.add(-fromMargin);
      position.margin -= fromMargin;
      badDebt.add(shortfall - fromMargin);
      borne += shortfall - fromMargin;
    }
    position.funding += borne;
    position.heldFunding += borne;
  }

  /** Takes a fee from the stock of the coin. Returns its worth in stake currency; -1 where the stock falls short (or the fee is a rebate). */
  #fromCoin({ asset, market, discount }: CoinFees, fee: number, time: number): number {
    if (!(fee > 0)) return -1;
    const { free } = this.account.asset(asset);
    const value = fee * (1 - discount);
    const coins = value / market.last;
    if (free.value >= coins) {
      free.add(-coins);
      return value;
    }
    if (Number.isNaN(this.coinRanOutAt)) this.coinRanOutAt = time;
    return -1;
  }

  /**
   * Takes the fee of a spot buy from the amount bought. What is not a whole lot stays in the account and joins the next buy. Returns the lots
   * for the position; 0 where not one would be left, and nothing is taken.
   */
  #fromBase({ pair }: Slot, lots: number, fee: number): number {
    if (!(fee > 0)) return 0;
    const { instrument } = pair;
    const { base } = instrument.spec;
    const { free } = this.account.asset(base);
    const have = free.value + instrument.amount(lots) - fee;
    const received = Math.min(lots, instrument.lots(have));
    if (received < 1) return 0;
    this.#others!.hold(base, free, pair);
    // Lots are told with a millionth's grace: what that lets through is binary noise at most, or a lot too many.
    const dust = have - instrument.amount(received);
    if (dust >= -1e-9 * instrument.lot) {
      free.set(Math.max(0, dust));
      return received;
    }
    if (received < 2) return 0;
    free.set(dust + instrument.lot);
    return received - 1;
  }

  #close(slot: Slot, position: Position, { order, time, ticks }: FillEvent, reason: string): void {
    const { instrument } = position;
    position.behind?.();
    position.behind = null;
    // The candle that it left in is not taken in: what came after it is no part of the trade, its own last price is.
    const left = instrument.price(ticks);
    position.track(left, left);
    slot.position = null;
    slot.bar.position = null;
    takeOut(this.open, position);
    const reasonId = this.#names.id(reason);
    const entryTagId = this.#names.id(position.entryTag);
    const exitTagId = this.#names.id(order.purpose === EXIT ? order.tag : null);
    const at = this.#trades.append();
    const { data } = this.#trades;
    const entryAmount = instrument.amount(position.totalEntryLots);
    const exitAmount = instrument.amount(position.exitLots);
    data[at] = position.id;
    data[at + 1] = slot.index;
    data[at + 2] = position.sign;
    data[at + 3] = position.openedAt;
    data[at + 4] = time;
    data[at + 5] = position.totalCost / entryAmount;
    data[at + 6] = position.exitValue / exitAmount;
    data[at + 7] = position.peakLots;
    data[at + 8] = position.totalMargin;
    data[at + 9] = position.leverage;
    data[at + 10] = position.totalEntryFees + position.exitFees;
    data[at + 11] = position.funding;
    data[at + 12] = position.realised;
    data[at + 13] = position.realised / position.totalMargin;
    data[at + 14] = reasonId;
    data[at + 15] = entryTagId;
    data[at + 16] = exitTagId;
    data[at + 17] = position.initialStopTicks;
    data[at + 18] = position.stopTicks;
    data[at + 19] = position.liquidation;
    data[at + 20] = position.sign > 0 ? position.worstRate : position.bestSoFar;
    data[at + 21] = position.sign > 0 ? position.bestSoFar : position.worstRate;
  }

  #logFill(
    { order, time, ticks, maker }: FillEvent,
    position: Position,
    lots: number,
    fee: number,
    funding: number,
  ): void {
    const tagId = this.#names.id(order.tag);
    const at = this.#fills.append();
    const { data } = this.#fills;
    data[at] = time;
    data[at + 1] = order.id;
    data[at + 2] = order.slot.index;
    data[at + 3] = position.id;
    data[at + 4] = order.purpose;
    data[at + 5] = order.sign;
    data[at + 6] = ticks;
    data[at + 7] = lots;
    data[at + 8] = fee;
    data[at + 9] = maker ? 1 : 0;
    data[at + 10] = funding;
    data[at + 11] = tagId;
  }
}

/** Stake currency that an entry takes at most: margin and the dearer fee, reckoned as the booking does. */
function needed(instrument: Instrument, lots: number, price: number, leverage: number): number {
  const cost = instrument.amount(lots) * price;
  return cost / leverage + cost * dearerFee(instrument);
}

/** The fee that an entry may have to pay: some venues ask more of makers. */
function dearerFee({ makerFee, takerFee }: Instrument): number {
  return makerFee > takerFee ? makerFee : takerFee;
}
