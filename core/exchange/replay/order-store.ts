import { isOpen, type ReplayFill, type ReplayOrder } from './replay-order.ts';

/** Orders and fills of one market, found by id, by client id, and by being open. Ids rise; nothing is ever forgotten. */
export class OrderStore {
  readonly #byId = new Map<bigint, ReplayOrder>();
  readonly #byClientId = new Map<string, ReplayOrder>();
  readonly #open = new Map<string, Set<ReplayOrder>>();
  readonly fills: ReplayFill[] = [];
  #lastId: bigint;
  #lastTrade = 0;

  /** @param firstId ids start above it; Binance's lie above 2^53 */
  constructor(firstId: bigint) {
    this.#lastId = firstId;
  }

  nextId(): bigint {
    return ++this.#lastId;
  }

  nextTradeId(): number {
    return ++this.#lastTrade;
  }

  add(order: ReplayOrder): void {
    this.#byId.set(order.id, order);
    this.#byClientId.set(`${order.symbol.id} ${order.clientId}`, order);
    let open = this.#open.get(order.symbol.id);
    if (!open) {
      open = new Set();
      this.#open.set(order.symbol.id, open);
    }
    open.add(order);
  }

  /** Call after a change of status: closed orders leave the open set. */
  settle(order: ReplayOrder): void {
    if (!isOpen(order)) this.#open.get(order.symbol.id)?.delete(order);
  }

  find(symbolId: string, id: bigint | null, clientId: string | null): ReplayOrder | undefined {
    const order = id !== null ? this.#byId.get(id) : this.#byClientId.get(`${symbolId} ${clientId}`);
    return order?.symbol.id === symbolId ? order : undefined;
  }

  /** Open orders of one symbol, or of all, oldest first. */
  open(symbolId?: string): ReplayOrder[] {
    if (symbolId !== undefined) return [...(this.#open.get(symbolId) ?? [])];
    return [...this.#open.values()].flatMap((set) => [...set]).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  hasOpen(symbolId: string): boolean {
    return (this.#open.get(symbolId)?.size ?? 0) > 0;
  }

  all(symbolId?: string): ReplayOrder[] {
    const orders = [...this.#byId.values()];
    return symbolId === undefined ? orders : orders.filter((order) => order.symbol.id === symbolId);
  }
}
