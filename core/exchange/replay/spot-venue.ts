import type { Ledger } from './ledger.ts';
import { isListOpen, OrderLists, otherLeg, type ReplayOrderList } from './order-list.ts';
import { OrderStore } from './order-store.ts';
import { Refusal } from './refusal.ts';
import {
  isOpen,
  newOrder,
  type OrderRequest,
  type OrderStatus,
  type ReplayFill,
  type ReplayOrder,
} from './replay-order.ts';
import { costOf, type ReplaySymbol } from './replay-symbol.ts';
import { SpotWallet } from './spot-wallet.ts';
import type { SymbolMarket } from './symbol-market.ts';
import { crosses, take, takeable } from './taking.ts';
import { toMoney } from './units.ts';

/** Where a spot account's events go, in the order in which they happen. */
export interface SpotOutput {
  order(order: ReplayOrder, execution: string, fill: ReplayFill | null, reason?: string): void;
  account(assets: readonly string[]): void;
  balance(asset: string, change: number): void;
  book(market: SymbolMarket): void;
  /** An order list was placed, or is over. */
  list(list: ReplayOrderList): void;
}

/** What a spot venue stands on. */
export interface SpotVenueOptions {
  readonly markets: ReadonlyMap<string, SymbolMarket>;
  readonly now: () => number;
  readonly ledger: Ledger;
  readonly output: SpotOutput;
  readonly firstOrderId: bigint;
  readonly deposits: Readonly<Record<string, number>>;
}

/** The spot market: orders, matching, balances. A buyer pays the fee in the base asset, a seller in the quote. */
export class SpotVenue {
  readonly markets: ReadonlyMap<string, SymbolMarket>;
  readonly orders: OrderStore;
  readonly lists = new OrderLists();
  readonly wallet: SpotWallet;
  readonly now: () => number;
  readonly output: SpotOutput;
  readonly #ledger: Ledger;

  constructor(options: SpotVenueOptions) {
    this.markets = options.markets;
    this.now = options.now;
    this.output = options.output;
    this.orders = new OrderStore(options.firstOrderId);
    this.wallet = new SpotWallet();
    this.#ledger = options.ledger;
    for (const [asset, amount] of Object.entries(options.deposits)) {
      this.wallet.of(asset).free = toMoney(amount);
      this.#book('', 'TRANSFER', asset, toMoney(amount), null);
    }
  }

  market(symbolId: string): SymbolMarket {
    const found = this.markets.get(symbolId);
    if (!found) throw new Refusal(-1121, 'Invalid symbol.');
    return found;
  }

  /** Accepts and matches an order; stop orders wait. @throws Refusal */
  place(request: OrderRequest): ReplayOrder {
    const { symbol } = request;
    const market = this.market(symbol.id);
    const order = newOrder(this.orders.nextId(), this.#checked(market, request), this.now());
    this.#hold(order, this.#needed(market, order));
    this.orders.add(order);
    this.output.order(order, 'NEW', null);
    if (order.locked > 0) this.output.account([order.side > 0 ? symbol.quote : symbol.base]);
    if (order.stopTick === 0) this.#match(market, order);
    return order;
  }

  /** Accepts two orders of which one cancels the other; they hold the money of the dearer of them. @throws Refusal */
  placeList(above: OrderRequest, below: OrderRequest, clientId: string): ReplayOrderList {
    const market = this.market(above.symbol.id);
    checkPrices(above, below, market.lastTick);
    const known = this.lists.find(null, clientId);
    if ((known && isListOpen(known)) || above.clientId === below.clientId)
      throw new Refusal(-2010, 'Duplicate order sent.');
    const legs = [above, below].map((request) =>
      newOrder(this.orders.nextId(), this.#checked(market, request), this.now()),
    ) as [ReplayOrder, ReplayOrder];
    // Both are paid from one hold, which the one that rests on the book has.
    const holder = legs[0].stopTick === 0 ? legs[0] : legs[1];
    this.#hold(holder, Math.max(...legs.map((leg) => this.#needed(market, leg))));
    const list = this.lists.add(clientId, legs, this.now());
    for (const leg of legs) {
      this.orders.add(leg);
      this.output.order(leg, 'NEW', null);
    }
    this.output.list(list);
    this.output.account([above.side > 0 ? above.symbol.quote : above.symbol.base]);
    for (const leg of legs) if (leg.stopTick === 0) this.#match(market, leg);
    return list;
  }

  /** Cancels an order, and with it the list that it belongs to. */
  cancel(order: ReplayOrder): ReplayOrder {
    if (!isOpen(order)) throw new Refusal(-2011, 'Unknown order sent.');
    this.#close(order, 'CANCELED');
    return order;
  }

  onMarket(market: SymbolMarket): void {
    const { id } = market.symbol;
    if (!this.orders.hasOpen(id) || market.status !== 'TRADING') return;
    const open = this.orders.open(id).sort((a, b) => (a.tick - b.tick) * -a.side || (a.id < b.id ? -1 : 1));
    for (const order of open) {
      if (!isOpen(order)) continue;
      const isResting = order.stopTick === 0;
      if (isResting && market.book.queues) continue;
      if (!isResting) {
        const up = order.type.startsWith('TAKE_PROFIT') ? -order.side : order.side;
        if ((market.lastTick - order.stopTick) * up < 0) continue;
        order.stopTick = 0;
        if (order.list) this.#trigger(market, order);
        // A market order takes from what is free.
        else if (order.tick === 0) this.#unlock(order);
      }
      this.#match(market, order, isResting);
    }
  }

  deposit(asset: string, money: number): void {
    this.wallet.of(asset).free += money;
    this.#book('', 'TRANSFER', asset, money, null);
    this.output.balance(asset, money);
    this.output.account([asset]);
  }

  #checked(market: SymbolMarket, request: OrderRequest): OrderRequest {
    const { symbol, side } = request;
    const filter = (name: string) => new Refusal(-1013, `Filter failure: ${name}`);
    const twin = this.orders.find(symbol.id, null, request.clientId);
    if (twin && isOpen(twin)) throw new Refusal(-2010, 'Duplicate order sent.');
    if (market.status !== 'TRADING') throw new Refusal(-1013, 'Market is closed.');
    const isMarket = request.tick === 0;
    const best = side > 0 ? market.book.bestAsk : market.book.bestBid;
    const lots =
      request.quoteMoney === undefined
        ? request.lots
        : Math.floor(request.quoteMoney / (symbol.moneyPerTickLot * Math.max(1, best)));
    const price = (isMarket ? market.lastTick : request.tick) * symbol.tickSize;
    if (lots < symbol.minLots || lots > symbol.maxLots) throw filter('LOT_SIZE');
    if (isMarket && lots > symbol.marketMaxLots) throw filter('MARKET_LOT_SIZE');
    if (price * lots * symbol.stepSize < symbol.minNotional) throw filter('NOTIONAL');
    const far = market.last * symbol.priceBand;
    if (!isMarket && Math.abs(price - market.last) > far) throw filter('PERCENT_PRICE_BY_SIDE');
    if (isMarket && best === 0) throw new Refusal(-1013, 'Market has no liquidity.');
    if (request.type === 'LIMIT_MAKER' && crosses(market.book, side, request.tick))
      throw new Refusal(-2010, 'Order would immediately match and take.');
    if (request.stopTick > 0) {
      const up = request.type.startsWith('TAKE_PROFIT') ? -side : side;
      if ((market.lastTick - request.stopTick) * up >= 0)
        throw new Refusal(-2010, 'Stop price would trigger immediately.');
    }
    return { ...request, lots };
  }

  /** What the order may cost. Market orders need the money of the book's price now. */
  #needed(market: SymbolMarket, { symbol, side, tick, stopTick, lots }: ReplayOrder): number {
    const worst = tick || Math.max(stopTick, market.book.bestAsk);
    return side > 0 ? costOf(symbol, worst, lots) : baseMoney(symbol, lots);
  }

  /** Holds back what an order may cost. */
  #hold(order: ReplayOrder, need: number): void {
    const { symbol, side } = order;
    const balance = this.wallet.of(side > 0 ? symbol.quote : symbol.base);
    if (balance.free < need) throw new Refusal(-2010, 'Account has insufficient balance for requested action.');
    if (order.tick === 0 && order.stopTick === 0) return;
    balance.free -= need;
    balance.locked += need;
    order.locked = need;
  }

  /** A stop of a list goes off: the other order expires, and what both held is this one's. */
  #trigger(market: SymbolMarket, order: ReplayOrder): void {
    this.#expireOther(order);
    this.#unlock(order);
    if (order.tick > 0) this.#hold(order, this.#needed(market, order));
  }

  #expireOther(order: ReplayOrder): void {
    const other = order.list && otherLeg(order.list, order);
    if (other && isOpen(other)) this.#end(other, 'EXPIRED');
  }

  #match(market: SymbolMarket, order: ReplayOrder, isResting = false): void {
    const { side, timeInForce } = order;
    const isMarket = order.tick === 0;
    const lots = order.lots - order.filled;
    if (timeInForce === 'FOK' && takeable(market.book, side, order.tick) < lots) return this.#close(order, 'EXPIRED');
    const taken = isMarket || crosses(market.book, side, order.tick) ? take(market.book, side, order.tick, lots) : [];
    for (const part of taken) {
      const tick = isResting ? order.tick : part.tick;
      const got = isMarket ? this.#affordable(order, tick, part.lots) : part.lots;
      if (got > 0) this.fill(order, tick, got, isResting);
      if (got < part.lots) break;
    }
    if (taken.length > 0 || !isResting) {
      market.touchBook(1);
      this.output.book(market);
    }
    if (isOpen(order) && (isMarket || timeInForce === 'IOC')) this.#close(order, 'EXPIRED');
  }

  /** A resting order's turn in the queue has come: it is filled at its own price. */
  fillResting(order: ReplayOrder, lots: number): void {
    this.fill(order, order.tick, Math.min(lots, order.lots - order.filled), true);
  }

  #affordable(order: ReplayOrder, tick: number, lots: number): number {
    const { symbol } = order;
    if (order.side > 0)
      return Math.min(lots, Math.floor(this.wallet.of(symbol.quote).free / (tick * symbol.moneyPerTickLot)));
    return Math.min(lots, Math.floor(this.wallet.of(symbol.base).free / baseMoney(symbol, 1)));
  }

  /** Books one fill at `tick`. */
  fill(order: ReplayOrder, tick: number, lots: number, isMaker: boolean): void {
    const { symbol, side } = order;
    const cost = costOf(symbol, tick, lots);
    const amount = baseMoney(symbol, lots);
    const [gives, gets] = side > 0 ? [cost, amount] : [amount, cost];
    const [given, got] = side > 0 ? [symbol.quote, symbol.base] : [symbol.base, symbol.quote];
    const fee = Math.round(gets * (isMaker ? symbol.makerFee : symbol.takerFee));
    const from = this.wallet.of(given);
    if (order.tick > 0) {
      const held = side > 0 ? costOf(symbol, order.tick, lots) : gives;
      order.locked -= held;
      from.locked -= held;
      from.free += held - gives;
    } else from.free -= gives;
    this.wallet.of(got).free += gets - fee;
    const time = this.now();
    order.filled += lots;
    order.cost += cost;
    order.updateTime = time;
    order.status = order.filled >= order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
    const fill: ReplayFill = {
      id: this.orders.nextTradeId(),
      orderId: order.id,
      symbol,
      side,
      positionSide: 'BOTH',
      tick,
      lots,
      cost,
      fee,
      feeAsset: got,
      isMaker,
      realised: 0,
      time,
      listId: order.list?.id ?? -1,
    };
    order.fills.push(fill);
    this.orders.fills.push(fill);
    this.#book(symbol.id, 'SPOT_TRADE', given, -gives, fill.id);
    this.#book(symbol.id, 'SPOT_TRADE', got, gets, fill.id);
    this.#book(symbol.id, 'SPOT_COMMISSION', got, -fee, fill.id);
    if (!isOpen(order)) this.#unlock(order);
    this.orders.settle(order);
    this.output.order(order, 'TRADE', fill);
    this.output.account([symbol.base, symbol.quote]);
    this.#expireOther(order);
    this.#settleList(order);
  }

  #unlock(order: ReplayOrder): void {
    const balance = this.wallet.of(order.side > 0 ? order.symbol.quote : order.symbol.base);
    balance.locked -= order.locked;
    balance.free += order.locked;
    order.locked = 0;
  }

  #close(order: ReplayOrder, status: OrderStatus): void {
    this.#end(order, status);
    const other = order.list && otherLeg(order.list, order);
    if (other && isOpen(other)) this.#end(other, status);
    this.#settleList(order);
  }

  #settleList({ list }: ReplayOrder): void {
    if (list && !isListOpen(list)) this.output.list(list);
  }

  #end(order: ReplayOrder, status: OrderStatus): void {
    this.#unlock(order);
    order.status = status;
    order.updateTime = this.now();
    this.orders.settle(order);
    this.output.order(order, status, null);
    this.output.account([order.side > 0 ? order.symbol.quote : order.symbol.base]);
    const market = this.market(order.symbol.id);
    market.touchBook(1);
    this.output.book(market);
  }

  #book(
    symbol: string,
    type: 'TRANSFER' | 'SPOT_TRADE' | 'SPOT_COMMISSION',
    asset: string,
    money: number,
    tradeId: number | null,
  ): void {
    this.#ledger.add({ venue: 'spot', symbol, type, asset, money, time: this.now(), tradeId });
  }
}

function baseMoney(symbol: ReplaySymbol, lots: number): number {
  return Math.round(lots * symbol.stepSize * 1e8);
}

/** A sale leaves above the market with profit or below it by its stop, a purchase the other way round. */
function checkPrices(above: OrderRequest, below: OrderRequest, last: number): void {
  const price = ({ tick, stopTick }: OrderRequest) => stopTick || tick;
  const [limit, stop] = above.side < 0 ? [above, below] : [below, above];
  const isProfit = limit.type === 'LIMIT_MAKER' || limit.type.startsWith('TAKE_PROFIT');
  if (!isProfit || !stop.type.startsWith('STOP_LOSS') || !(price(above) > last && last > price(below)))
    throw new Refusal(-2010, 'The relationship of the prices for the orders is not correct.');
}
