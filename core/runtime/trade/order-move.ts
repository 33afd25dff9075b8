import { clientOrderId } from '../../exchange/client-order-id.ts';
import type { ExchangeOrder, Outcome } from '../../ports/exchange.ts';
import { intentRow } from './intent-rows.ts';
import type { LiveBroker } from './live-broker.ts';
import type { LiveBrokerParts } from './live-broker-parts.ts';
import { type Attempt, type LiveOrder, newAttempt, refOf, requestOf } from './live-order.ts';
import { refusalLevel } from './refusal-level.ts';

/**
 * Moves an order that rests at the venue by one request. A stop moves in place, or by another that takes its place: the position is never without one,
 * unless the venue says no; then the stop is taken off and placed anew. A quote moves in place; one that may not go where it was wanted is withdrawn.
 * What the venue did is what its orders say, whatever became of the answer.
 */
export class OrderMove {
  readonly #broker: LiveBroker;
  readonly #parts: Pick<LiveBrokerParts, 'exchange' | 'ids' | 'clock' | 'log' | 'onStopPassed'>;

  constructor(broker: LiveBroker, parts: LiveBrokerParts) {
    this.#broker = broker;
    this.#parts = parts;
  }

  /** Inside a turn. `mayReduceOnly`: the venue's position on the pair is this order's own. */
  move(
    live: LiveOrder,
    from: Attempt,
    target: { readonly ticks: number; readonly lots: number },
    mayReduceOnly: boolean,
  ): void {
    const { ids, exchange, clock } = this.#parts;
    const { ticks } = target;
    // The venue counts what it has filled of a limit order.
    const lots = target.lots + (live.isStop ? 0 : Math.max(from.booked, from.claimed));
    const intent = ids.next++;
    const number = live.attempts.length + 1;
    const clientId = clientOrderId({ ...ids, intent, attempt: number });
    const made = newAttempt(live, { intent, attempt: number, clientId, ticks, lots, sentAt: clock.now() });
    const to: Attempt = { ...made, of: from.clientId };
    live.attempts.push(to);
    this.#broker.name(live, to);
    live.isBusy = true;
    const row = intentRow(exchange.account, 'amend', live.order.id, to, { ticks, lots, of: from.clientId });
    const request = requestOf(live, to, mayReduceOnly);
    this.#broker.requests.send(
      row,
      () => exchange.amend(refOf(live, from), request),
      (outcome) => {
        live.isBusy = false;
        this.#onMoved(live, from, to, outcome);
        this.#broker.drive(live);
      },
    );
  }

  #onMoved(live: LiveOrder, from: Attempt, to: Attempt, outcome: Outcome): void {
    const { clock, log, onStopPassed } = this.#parts;
    const { order } = live;
    switch (outcome.outcome) {
      case 'confirmed': {
        live.failures = 0;
        if (isSame(from, outcome.order)) {
          drop(live, to);
          Object.assign(from, { ticks: to.ticks, lots: to.lots });
          this.#broker.onOrder(outcome.order);
          return;
        }
        this.#broker.onOrder(outcome.order);
        if (to.state === 'placing') to.state = 'working';
        from.isWithdrawn = true;
        this.#doubt(from);
        return this.#broker.fills.onNames();
      }
      case 'unknown':
        log('warn', 'order.unknown', { order: order.id, clientId: to.clientId, cause: outcome.cause });
        // What is moved in place never is another order: where it rests says what was done.
        if (live.terms !== null) drop(live, to);
        to.state = 'unknown';
        to.leftBy = clock.now();
        from.moved = { ticks: to.ticks, lots: to.lots };
        this.#doubt(from);
        return this.#broker.backOff(live);
      case 'refused':
      case 'denied': {
        const { code, reason } = outcome;
        log(refusalLevel(code), `order.${outcome.outcome}`, {
          order: order.id,
          pair: order.slot.pair.pair,
          code,
          reason,
        });
        drop(live, to);
        // It may have been taken off on the way.
        if (outcome.outcome === 'refused') this.#doubt(from);
        if (code === 'would-trigger') return onStopPassed(order);
        const isPassing = ['rate-limit', 'maintenance', 'too-many-orders'].includes(code);
        if (!isPassing && live.terms !== null) {
          live.code = code;
          live.isCancelled = true;
          return;
        }
        if (!isPassing) live.needsGap = true;
        return this.#broker.backOff(live);
      }
    }
  }

  /** Its standing is to be looked up before anything else is sent. */
  #doubt(attempt: Attempt): void {
    if (attempt.state !== 'working') return;
    attempt.state = 'unknown';
    attempt.leftBy = this.#parts.clock.now();
  }
}

/** The venue moved the order itself, it did not make another. */
function isSame({ exchangeId, clientId }: Attempt, told: ExchangeOrder): boolean {
  return exchangeId === null ? told.clientOrderId === clientId : told.exchangeId === exchangeId;
}

function drop(live: LiveOrder, attempt: Attempt): void {
  live.attempts.splice(live.attempts.indexOf(attempt), 1);
}
