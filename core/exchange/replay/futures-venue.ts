import { AlgoDesk } from './algo-desk.ts';
import type { AlgoOrder } from './algo-order.ts';
import { FuturesAccount, type FuturesPosition } from './futures-account.ts';
import { checkFilters, checkFuturesOrder, closable, isClosing } from './futures-checks.ts';
import type { IncomeType, Ledger } from './ledger.ts';
import { OrderStore } from './order-store.ts';
import { Refusal } from './refusal.ts';
import {
  isOpen,
  newOrder,
  type OrderRequest,
  type OrderStatus,
  type PositionSide,
  type ReplayFill,
  type ReplayOrder,
} from './replay-order.ts';
import { costOf } from './replay-symbol.ts';
import type { SymbolMarket } from './symbol-market.ts';
import { crosses, take, takeable } from './taking.ts';
import { toMoney } from './units.ts';

/** Where a futures account's events go, in the order in which they happen. */
export interface FuturesOutput {
  order(order: ReplayOrder, execution: string, fill: ReplayFill | null, status?: string): void;
  account(reason: string, positions: readonly FuturesPosition[], change: number): void;
  algo(algo: AlgoOrder): void;
  settings(symbolId: string, leverage: number): void;
  forced(order: ReplayOrder, fill: ReplayFill): void;
  book(market: SymbolMarket): void;
}

/** What a futures venue stands on. */
export interface FuturesVenueOptions {
  readonly markets: ReadonlyMap<string, SymbolMarket>;
  readonly now: () => number;
  readonly ledger: Ledger;
  readonly output: FuturesOutput;
  readonly firstOrderId: bigint;
  readonly deposit: number;
  readonly asset?: string;
}

/** The USDⓈ-M market: orders, matching, margin, funding. Synchronous; time and prices come from outside. */
export class FuturesVenue {
  readonly markets: ReadonlyMap<string, SymbolMarket>;
  readonly account: FuturesAccount;
  readonly orders: OrderStore;
  readonly algos: AlgoDesk;
  readonly now: () => number;
  readonly ledger: Ledger;
  readonly output: FuturesOutput;

  constructor(options: FuturesVenueOptions) {
    const { markets, now, ledger, output, firstOrderId, deposit, asset = 'USDT' } = options;
    this.markets = markets;
    this.now = now;
    this.ledger = ledger;
    this.output = output;
    this.orders = new OrderStore(firstOrderId);
    this.account = new FuturesAccount(asset, deposit, {
      mark: (id) => this.market(id).mark,
      demand: (id, side) => this.#demand(id, side),
    });
    ledger.add({
      venue: 'futures',
      symbol: '',
      type: 'TRANSFER',
      asset,
      money: toMoney(deposit),
      time: now(),
      tradeId: null,
    });
    this.algos = new AlgoDesk(this, firstOrderId + 1_000_000_000_000n);
  }

  market(symbolId: string): SymbolMarket {
    const found = this.markets.get(symbolId);
    if (!found) throw new Refusal(-1121, 'Invalid symbol.');
    return found;
  }

  /** Accepts and matches an order. @throws Refusal */
  place(request: OrderRequest): ReplayOrder {
    const market = this.market(request.symbol.id);
    const twin = this.orders.find(request.symbol.id, null, request.clientId);
    if (twin && isOpen(twin)) throw new Refusal(-4116, 'ClientOrderId is duplicated.');
    checkFuturesOrder(this.account, market, request);
    const order = newOrder(this.orders.nextId(), request, this.now());
    this.orders.add(order);
    this.output.order(order, 'NEW', null);
    this.#match(market, order);
    return order;
  }

  cancel(order: ReplayOrder, execution = 'CANCELED'): ReplayOrder {
    if (!isOpen(order)) throw new Refusal(-2011, 'Unknown order sent.');
    this.#close(order, execution === 'CANCELED' ? 'CANCELED' : 'EXPIRED');
    return order;
  }

  /** Changes price and quantity of a limit order, which keeps its id. */
  amend(order: ReplayOrder, tick: number, lots: number): ReplayOrder {
    if (!isOpen(order)) throw new Refusal(-2013, 'Order does not exist.');
    if (order.type !== 'LIMIT') throw new Refusal(-4137, 'Only limit order is supported.');
    if (tick === order.tick && lots === order.lots) throw new Refusal(-5027, 'No need to modify the order.');
    const market = this.market(order.symbol.id);
    checkFilters(market, { ...order, tick, lots, algoId: 0n });
    if (lots <= order.filled) return this.cancel(order);
    if (order.timeInForce === 'GTX' && crosses(market.book, order.side, tick))
      throw new Refusal(
        -5022,
        'Due to the order could not be executed as maker, the Post Only order will be rejected.',
      );
    order.tick = tick;
    order.lots = lots;
    order.updateTime = this.now();
    this.output.order(order, 'AMENDMENT', null);
    this.#match(market, order);
    return order;
  }

  /** The market has moved: resting orders fill, conditional orders fire, positions may be liquidated. */
  onMarket(market: SymbolMarket): void {
    const { id } = market.symbol;
    if (!market.book.queues && this.orders.hasOpen(id) && market.status === 'TRADING') {
      const open = this.orders.open(id).sort((a, b) => (a.tick - b.tick) * -a.side || (a.id < b.id ? -1 : 1));
      for (const order of open) if (isOpen(order)) this.#match(market, order, true);
    }
    this.algos.onMarket(market);
  }

  /** A resting order's turn in the queue has come: it is filled at its own price, as far as it may still close something. */
  fillResting(order: ReplayOrder, lots: number): void {
    const most = isClosing(order) ? Math.min(lots, closable(this.account, order)) : lots;
    if (most > 0) this.fill(order, order.tick, Math.min(most, order.lots - order.filled), true);
  }

  #match(market: SymbolMarket, order: ReplayOrder, isResting = false): void {
    const { side, timeInForce } = order;
    const isMarket = order.tick === 0;
    let lots = order.lots - order.filled;
    if (isClosing(order)) lots = Math.min(lots, closable(this.account, order));
    if (timeInForce === 'FOK' && takeable(market.book, side, order.tick) < lots) return this.#close(order, 'EXPIRED');
    const taken = isMarket || crosses(market.book, side, order.tick) ? take(market.book, side, order.tick, lots) : [];
    for (const part of taken) this.fill(order, isResting ? order.tick : part.tick, part.lots, isResting);
    if (taken.length > 0) {
      market.touchBook(1);
      this.output.book(market);
    } else if (!isResting && isOpen(order)) {
      market.touchBook(1);
      this.output.book(market);
    }
    const isStuck = isClosing(order) && closable(this.account, order) === 0;
    if (isOpen(order) && (isMarket || timeInForce === 'IOC' || isStuck)) this.#close(order, 'EXPIRED');
  }

  /** Books one fill of an order at `tick`. `execution` is `CALCULATED` for liquidations. */
  fill(
    order: ReplayOrder,
    tick: number,
    lots: number,
    isMaker: boolean,
    execution = 'TRADE',
    feeRate?: number,
  ): ReplayFill {
    const { symbol, side } = order;
    const time = this.now();
    const position = this.account.position(symbol, order.positionSide);
    const cost = costOf(symbol, tick, lots);
    const realised = this.account.book(position, side, lots, tick, time);
    const fee = Math.round(cost * (feeRate ?? (isMaker ? symbol.makerFee : symbol.takerFee)));
    this.account.wallet -= fee;
    order.filled += lots;
    order.cost += cost;
    order.updateTime = time;
    order.status = order.filled >= order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
    const fill: ReplayFill = {
      id: this.orders.nextTradeId(),
      orderId: order.id,
      symbol,
      side,
      positionSide: order.positionSide,
      tick,
      lots,
      cost,
      fee,
      feeAsset: this.account.asset,
      isMaker,
      realised,
      time,
    };
    order.fills.push(fill);
    this.orders.fills.push(fill);
    this.#income('REALIZED_PNL', symbol.id, realised, fill.id);
    this.#income('COMMISSION', symbol.id, -fee, fill.id);
    this.orders.settle(order);
    this.output.account('ORDER', [position], realised - fee);
    this.output.order(order, execution, fill);
    if (order.algoId !== null && !isOpen(order)) this.algos.onChildClosed(order);
    if (position.lots === 0) this.#expireReduceOnly(order);
    return fill;
  }

  /** Pays or charges funding of one symbol, all position sides. */
  fund(market: SymbolMarket, rate: number): void {
    for (const position of this.account.open(market.symbol.id)) {
      const amount = -Math.round(toMoney(this.account.notional(position)) * rate);
      const { isIsolated } = this.account.settings(market.symbol.id);
      this.account.wallet += amount;
      if (isIsolated) position.isolatedWallet += amount;
      this.#income('FUNDING_FEE', market.symbol.id, amount, null);
      this.output.account('FUNDING_FEE', isIsolated ? [position] : [], amount);
    }
  }

  /** Money that is neither trade nor funding: deposits, withdrawals, insurance. */
  transfer(type: 'TRANSFER' | 'INSURANCE_CLEAR', symbolId: string, money: number): void {
    this.account.wallet += money;
    this.#income(type, symbolId, money, null);
    this.output.account(type === 'TRANSFER' ? (money > 0 ? 'DEPOSIT' : 'WITHDRAW') : 'INSURANCE_CLEAR', [], money);
  }

  #income(type: IncomeType, symbol: string, money: number, tradeId: number | null): void {
    this.ledger.add({ venue: 'futures', symbol, type, asset: this.account.asset, money, time: this.now(), tradeId });
  }

  #close(order: ReplayOrder, status: OrderStatus): void {
    order.status = status;
    order.updateTime = this.now();
    this.orders.settle(order);
    this.output.order(order, status, null);
    if (order.algoId !== null) this.algos.onChildClosed(order);
    const market = this.market(order.symbol.id);
    market.touchBook(1);
    this.output.book(market);
  }

  #expireReduceOnly(closing: ReplayOrder): void {
    for (const order of this.orders.open(closing.symbol.id))
      if (order !== closing && order.positionSide === closing.positionSide && isClosing(order))
        this.#close(order, 'EXPIRED');
  }

  #demand(symbolId: string, side: PositionSide) {
    let buys = 0;
    let sells = 0;
    if (this.orders.hasOpen(symbolId))
      for (const order of this.orders.open(symbolId)) {
        if (order.positionSide !== side || isClosing(order)) continue;
        const notional = order.tick * order.symbol.tickSize * (order.lots - order.filled) * order.symbol.stepSize;
        if (order.side > 0) buys += notional;
        else sells += notional;
      }
    return { buys, sells };
  }
}
