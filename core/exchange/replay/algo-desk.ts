import { type AlgoOrder, type AlgoRequest, isTriggered, triggerSide } from './algo-order.ts';
import { checkPositionSide, closable } from './futures-checks.ts';
import type { FuturesVenue } from './futures-venue.ts';
import { Refusal } from './refusal.ts';
import type { ReplayOrder } from './replay-order.ts';
import type { SymbolMarket } from './symbol-market.ts';

/** What the next triggered child does (fault F15). */
export type ChildFate = 'cancel' | 'unfilled';

/** Conditional orders of the futures market: waiting, firing, following their children. */
export class AlgoDesk {
  readonly #venue: FuturesVenue;
  readonly #byId = new Map<bigint, AlgoOrder>();
  readonly #waiting = new Set<AlgoOrder>();
  #lastId: bigint;
  childFate: ChildFate | null = null;

  constructor(venue: FuturesVenue, firstId: bigint) {
    this.#venue = venue;
    this.#lastId = firstId;
  }

  /** @throws Refusal -2021 when it would fire at once, -4116 on a client id that is waiting, -4130 on a second close-all */
  place(request: AlgoRequest): AlgoOrder {
    const venue = this.#venue;
    const market = venue.market(request.symbol.id);
    checkPositionSide(venue.account, request.positionSide, request.reduceOnly);
    if (market.status !== 'TRADING')
      throw new Refusal(-4108, 'Symbol is on delivering or delivered or settling or closed or pre-trading.');
    for (const other of this.#waiting) {
      if (other.clientId === request.clientId) throw new Refusal(-4116, 'ClientOrderId is duplicated.');
      if (
        request.closePosition &&
        other.closePosition &&
        other.symbol.id === request.symbol.id &&
        other.side === request.side &&
        triggerSide(other) === triggerSide(request)
      )
        throw new Refusal(
          -4130,
          'An open stop or take profit order with GTE and closePosition in the direction is existing.',
        );
    }
    const price = this.#price(request, market);
    if (request.type !== 'TRAILING_STOP_MARKET' && (price - request.triggerTick) * triggerSide(request) >= 0)
      throw new Refusal(-2021, 'Order would immediately trigger.');
    const now = venue.now();
    const algo: AlgoOrder = {
      ...request,
      id: ++this.#lastId,
      time: now,
      updateTime: now,
      triggerTime: 0,
      status: 'NEW',
      childId: null,
      reason: '',
      extreme: 0,
    };
    this.#byId.set(algo.id, algo);
    this.#waiting.add(algo);
    venue.output.algo(algo);
    return algo;
  }

  find(id: bigint | null, clientId: string | null): AlgoOrder | undefined {
    if (id !== null) return this.#byId.get(id);
    return [...this.#byId.values()].findLast((algo) => algo.clientId === clientId);
  }

  open(symbolId?: string): AlgoOrder[] {
    return [...this.#waiting].filter((algo) => symbolId === undefined || algo.symbol.id === symbolId);
  }

  all(symbolId?: string): AlgoOrder[] {
    return [...this.#byId.values()].filter((algo) => symbolId === undefined || algo.symbol.id === symbolId);
  }

  /** Ends a waiting order. */
  end(algo: AlgoOrder, status: 'CANCELED' | 'EXPIRED' | 'REJECTED', reason = ''): void {
    if (!this.#waiting.delete(algo)) throw new Refusal(-2011, 'Unknown order sent.');
    this.#set(algo, status, reason);
  }

  onMarket(market: SymbolMarket): void {
    if (this.#waiting.size === 0) return;
    for (const algo of [...this.#waiting])
      if (algo.symbol.id === market.symbol.id && isTriggered(algo, this.#price(algo, market))) this.#fire(algo);
  }

  onChildClosed(child: ReplayOrder): void {
    const algo = child.algoId === null ? undefined : this.#byId.get(child.algoId);
    if (!algo || algo.childId !== child.id || algo.status === 'FINISHED') return;
    this.#set(algo, 'FINISHED', '');
  }

  #fire(algo: AlgoOrder): void {
    const venue = this.#venue;
    this.#waiting.delete(algo);
    algo.triggerTime = venue.now();
    this.#set(algo, 'TRIGGERING', '');
    const isLimit = algo.type === 'STOP' || algo.type === 'TAKE_PROFIT';
    const fate = this.childFate;
    this.childFate = null;
    try {
      const child = venue.place({
        symbol: algo.symbol,
        side: algo.side,
        type: isLimit || fate ? 'LIMIT' : 'MARKET',
        timeInForce: isLimit && !fate ? algo.timeInForce : 'GTC',
        tick: fate ? this.#farTick(algo) : isLimit ? algo.tick : 0,
        lots: algo.closePosition ? closable(venue.account, algo) || algo.symbol.minLots : algo.lots,
        reduceOnly: algo.reduceOnly || algo.closePosition,
        closePosition: algo.closePosition,
        positionSide: algo.positionSide,
        clientId: algo.clientId,
        stopTick: 0,
        stopText: '',
        origin: 'algo',
        algoId: algo.id,
      });
      algo.childId = child.id;
      this.#set(algo, 'TRIGGERED', '');
      if (child.status === 'FILLED' || child.status === 'EXPIRED') this.#set(algo, 'FINISHED', '');
      else if (fate === 'cancel') venue.cancel(child);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#set(
        algo,
        error.code === -2022 ? 'EXPIRED' : 'REJECTED',
        error.code === -2022 ? 'Reduce Only reject' : error.message,
      );
    }
  }

  /** A limit price that will not fill soon, inside the price band. */
  #farTick(algo: AlgoOrder): number {
    const { symbol } = algo;
    return Math.round(this.#venue.market(symbol.id).lastTick * (1 - algo.side * symbol.priceBand * 0.9));
  }

  #price(algo: AlgoRequest, market: SymbolMarket): number {
    return algo.isMark ? market.mark / algo.symbol.tickSize : market.lastTick;
  }

  #set(algo: AlgoOrder, status: AlgoOrder['status'], reason: string): void {
    algo.status = status;
    algo.reason = reason;
    algo.updateTime = this.#venue.now();
    this.#venue.output.algo(algo);
  }
}
