import type { Attempt, LiveOrder } from './live-order.ts';

/** What a venue calls an order when it tells of it. */
export interface ToldNames {
  readonly clientOrderId: string | null;
  readonly exchangeId?: string;
  readonly isTrigger?: boolean;
}

/** An attempt and the order that it stands for. */
export interface NamedAttempt {
  readonly live: LiveOrder;
  readonly attempt: Attempt;
}

/** Names that are remembered beside those of attempts that are not over: late fills still find an order that is. */
const MOST_NAMES = 20_000;

/** Attempts by client id, by the venue's id (trigger orders have ids of their own), and by the id of what a trigger became. */
export class AttemptNames {
  readonly #byName = new Map<string, NamedAttempt>();

  set(live: LiveOrder, attempt: Attempt): void {
    const { clientId, exchangeId, childId, isTrigger } = attempt;
    const found = { live, attempt };
    this.#byName.set(`c:${clientId}`, found);
    if (exchangeId !== null) this.#byName.set(`${isTrigger ? 't' : 'o'}:${exchangeId}`, found);
    if (childId !== null) this.#byName.set(`o:${childId}`, found);
    for (const [name, old] of this.#byName) {
      if (this.#byName.size <= MOST_NAMES) return;
      if (old.attempt.state === 'ended') this.#byName.delete(name);
    }
  }

  find({ clientOrderId, exchangeId, isTrigger }: ToldNames): NamedAttempt | undefined {
    const byClient = clientOrderId === null ? undefined : this.#byName.get(`c:${clientOrderId}`);
    return byClient ?? this.#byName.get(`${isTrigger ? 't' : 'o'}:${exchangeId}`);
  }
}
