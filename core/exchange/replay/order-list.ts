import { isOpen, type ReplayOrder } from './replay-order.ts';

/** Two orders of which one cancels the other (OCO), as a spot account has them: the same side, the same lots, one hold on the money for both. */
export interface ReplayOrderList {
  readonly id: number;
  readonly clientId: string;
  readonly symbolId: string;
  /** The one above the market first. */
  readonly legs: readonly [ReplayOrder, ReplayOrder];
  /** Market ms. */
  readonly time: number;
}

/** Some order of it can still fill. */
export function isListOpen(list: ReplayOrderList): boolean {
  return list.legs.some(isOpen);
}

/** The other order of a list. */
export function otherLeg({ legs }: ReplayOrderList, order: ReplayOrder): ReplayOrder {
  return legs[0] === order ? legs[1] : legs[0];
}

/** Order lists of an account, found by id and by client id. */
export class OrderLists {
  readonly #lists: ReplayOrderList[] = [];

  /** Gives two orders that were placed together their list. */
  add(clientId: string, legs: readonly [ReplayOrder, ReplayOrder], time: number): ReplayOrderList {
    const list = { id: this.#lists.length + 1, clientId, symbolId: legs[0].symbol.id, legs, time };
    this.#lists.push(list);
    for (const leg of legs) leg.list = list;
    return list;
  }

  /** By id, or the newest of a client id. */
  find(id: bigint | null, clientId: string | null): ReplayOrderList | undefined {
    if (id !== null) return this.#lists[Number(id) - 1];
    return this.#lists.findLast((list) => list.clientId === clientId);
  }

  /** Oldest first. */
  all(): readonly ReplayOrderList[] {
    return this.#lists;
  }
}
