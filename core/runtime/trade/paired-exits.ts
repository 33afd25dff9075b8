import { PURPOSE } from '../../engine/order.ts';
import { clientOrderId } from '../../exchange/client-order-id.ts';
import type { Outcome, RefusalCode } from '../../ports/exchange.ts';
import type { PlainData } from '../../ports/stored-rows.ts';
import { intentRow } from './intent-rows.ts';
import type { LiveBroker } from './live-broker.ts';
import type { LiveBrokerParts } from './live-broker-parts.ts';
import { type Attempt, type LiveOrder, meets, newAttempt, requestOf } from './live-order.ts';

/** Refusals after which the same may be asked for again. */
const PASSING: readonly RefusalCode[] = ['duplicate-id', 'rate-limit', 'maintenance', 'too-many-orders', 'key'];
/** What does not leave for reasons of the order itself. */
const NEVER: readonly RefusalCode[] = ['below-minimum', 'precision', 'unsupported', 'market-closed'];

type Target = NonNullable<LiveOrder['target']>;

/**
 * Spot: a position's stop and its resting profit hold the same coins, so they are placed by one request, and end together. What moves one of them takes
 * both off and places them anew. Where the venue refuses the pair, the stop rests by itself, and the profit is refused to the engine.
 */
export class PairedExits {
  readonly #broker: LiveBroker;
  readonly #parts: LiveBrokerParts;

  constructor(broker: LiveBroker, parts: LiveBrokerParts) {
    this.#broker = broker;
    this.#parts = parts;
  }

  /** The profit of a stop, or the stop of a profit, that should rest beside it; undefined: the order stands by itself. */
  mateOf(live: LiveOrder): LiveOrder | undefined {
    if (!this.#parts.exchange.capabilities.pairedExits) return undefined;
    const { purpose, slot } = live.order;
    if (purpose !== PURPOSE.stop && purpose !== PURPOSE.roi) return undefined;
    const wanted = purpose === PURPOSE.stop ? PURPOSE.roi : PURPOSE.stop;
    for (const one of this.#broker.orders.values())
      if (one.order.slot === slot && one.order.purpose === wanted && one.target !== null) return one;
    return undefined;
  }

  /** The other half of an attempt's pair. */
  other({ order }: LiveOrder, { list, clientId }: Attempt): { live: LiveOrder; attempt: Attempt } | undefined {
    if (list === null) return undefined;
    for (const live of this.#broker.orders.values()) {
      if (live.order.slot !== order.slot) continue;
      const attempt = live.attempts.find((a) => a.list === list && a.clientId !== clientId);
      if (attempt) return { live, attempt };
    }
    return undefined;
  }

  /** One of a pair is being cancelled: the other goes with it. */
  onCancelling(live: LiveOrder, attempt: Attempt): void {
    const other = this.other(live, attempt);
    if (other) other.attempt.isWithdrawn = true;
  }

  /** One of a pair has ended, or should have: what became of the other is to be looked up. Inside a turn. */
  onEnded(live: LiveOrder, attempt: Attempt): void {
    const other = this.other(live, attempt);
    if (other === undefined) return;
    // The venue ends one because of the other, or both for a reason of its own: neither is news for the engine.
    if (attempt.end !== null && attempt.end !== 'filled') attempt.isWithdrawn = true;
    if (other.attempt.state === 'working') {
      other.attempt.state = 'unknown';
      other.attempt.leftBy = this.#parts.clock.now();
    }
    this.#broker.drive(other.live);
  }

  /** Takes the next step towards both at rest. Inside a turn; neither is to have attempts that are not known. */
  drive(live: LiveOrder, mate: LiveOrder): void {
    const isPending = mate.isBusy || mate.notBefore > this.#parts.clock.now();
    // Its own answer, or its own timer, drives this one on.
    if (isPending || mate.attempts.some((a) => a.state === 'unknown')) return this.#broker.drive(mate);
    const [stop, limit] = live.isStop ? [live, mate] : [mate, live];
    const first = stop.openAttempts.at(-1);
    const second = limit.openAttempts.at(-1);
    const wanted = { stop: stop.target!, limit: limit.target! };
    const isPair = first !== undefined && second !== undefined && first.list !== null && first.list === second.list;
    if (isPair && !first.isWithdrawn && meets(first, wanted.stop) && meets(second, wanted.limit)) return;
    if (first) return this.#broker.cancel(stop, first);
    if (second) return this.#broker.cancel(limit, second);
    const unbooked = [stop, limit].find((one) => one.unbooked > 0);
    if (unbooked) return this.#broker.finish(unbooked);
    if (stop.refused === wanted.stop.key) return;
    if (wanted.stop.lots !== wanted.limit.lots) return this.#refuse(stop, limit, 'amounts of stop and profit differ');
    this.#place(stop, limit, wanted);
  }

  #place(stop: LiveOrder, limit: LiveOrder, wanted: { readonly stop: Target; readonly limit: Target }): void {
    const { exchange, ids, clock } = this.#parts;
    const made = [stop, limit].map((live) => {
      const intent = ids.next++;
      const attempt = live.attempts.length + 1;
      const clientId = clientOrderId({ ...ids, intent, attempt });
      const { ticks, lots } = live === stop ? wanted.stop : wanted.limit;
      return newAttempt(live, { intent, attempt, clientId, ticks, lots, sentAt: clock.now() });
    }) as [Attempt, Attempt];
    const requests = [requestOf(stop, made[0], false), requestOf(limit, made[1], false)] as const;
    let sent: Promise<readonly [Outcome, Outcome]> | null = null;
    const send = () => {
      sent ??= exchange.submitPair(...requests);
      return sent;
    };
    for (const [k, live] of [stop, limit].entries()) {
      const attempt = made[k]!;
      attempt.list = made[0].clientId;
      live.attempts.push(attempt);
      live.isBusy = true;
      this.#broker.name(live, attempt);
      const body = { ...requests[k], list: attempt.list } as unknown as PlainData;
      this.#broker.requests.send(
        intentRow(exchange.account, 'place', live.order.id, attempt, body),
        async () => (await send())[k]!,
        (outcome) => this.#onPlaced(live, attempt, outcome, stop, limit),
      );
    }
  }

  #onPlaced(live: LiveOrder, attempt: Attempt, outcome: Outcome, stop: LiveOrder, limit: LiveOrder): void {
    live.isBusy = false;
    if (!isRefusal(outcome)) return this.#broker.onPlaced(live, attempt, outcome);
    // Nothing was placed. Which of the two is at fault the venue does not say: the stop is tried by itself.
    attempt.state = 'ended';
    attempt.end = 'rejected';
    attempt.reason = outcome.reason;
    attempt.isWithdrawn = true;
    if (live === limit) this.#refuse(stop, limit, outcome.reason);
  }

  /** The profit cannot rest. Where its price has been reached already, the position is left at once. */
  #refuse(stop: LiveOrder, limit: LiveOrder, reason: string): void {
    const { log, onProfitPassed } = this.#parts;
    const { order } = limit;
    const { pair, last } = order.slot.pair;
    log('warn', 'pair.refused', { order: order.id, pair, reason });
    const isReached = (last - order.price) * -order.sign >= 0;
    this.#broker.reject(limit, reason);
    if (isReached) onProfitPassed(order);
    this.#broker.drive(stop);
  }
}

/** The venue will not have the pair as it is. */
function isRefusal(outcome: Outcome): outcome is Extract<Outcome, { readonly code: RefusalCode }> {
  if (outcome.outcome === 'refused') return !PASSING.includes(outcome.code);
  return outcome.outcome === 'denied' && NEVER.includes(outcome.code);
}
