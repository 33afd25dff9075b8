import type { LookUp, Outcome } from '../../ports/exchange.ts';
import { intentRow } from './intent-rows.ts';
import type { LiveBroker } from './live-broker.ts';
import type { LiveBrokerParts } from './live-broker-parts.ts';
import { type Attempt, childRefOf, type LiveOrder, refOf } from './live-order.ts';
import type { TradeLoop } from './trade-loop.ts';

/** How long the venue must show nothing of what a trigger became, ms: it may lag. */
const MISSING_MS = 10_000;

/** Finds out what became of orders by asking the venue: nothing is taken for over without evidence. */
export class OrderSearch {
  readonly #broker: LiveBroker;
  readonly #parts: Pick<LiveBrokerParts, 'exchange' | 'clock' | 'onDoubt'>;
  readonly #loop: () => TradeLoop;

  constructor(
    broker: LiveBroker,
    parts: Pick<LiveBrokerParts, 'exchange' | 'clock' | 'onDoubt'>,
    loop: () => TradeLoop,
  ) {
    this.#broker = broker;
    this.#parts = parts;
    this.#loop = loop;
  }

  /** Looks after stops that went off and whose children are silent. Called every second or so. */
  care(): void {
    const silent = [...this.#broker.orders.values()].flatMap((live) => {
      const attempt = live.isBusy ? undefined : live.attempts.find((a) => a.state === 'triggered');
      return attempt === undefined ? [] : [{ live, attempt }];
    });
    if (silent.length === 0) return;
    this.#loop().turn(() => {
      for (const { live, attempt } of silent) this.#lookAtChild(live, attempt);
    });
  }

  /** Finds out what became of an attempt. */
  lookUp(live: LiveOrder, attempt: Attempt): void {
    const { exchange } = this.#parts;
    live.isBusy = true;
    this.#broker.requests.ask(
      () => exchange.lookUp(refOf(live, attempt), attempt.leftBy),
      (answer) => {
        live.isBusy = false;
        this.#onLookUp(live, attempt, answer);
        this.#broker.drive(live);
      },
    );
  }

  #lookAtChild(live: LiveOrder, attempt: Attempt): void {
    live.isBusy = true;
    this.#broker.requests.ask(
      () => this.#parts.exchange.lookUp(childRefOf(live, attempt), attempt.leftBy),
      (answer) => {
        live.isBusy = false;
        if (answer.found === 'order') {
          attempt.missingSince = null;
          this.#broker.onOrder(answer.order);
        } else if (answer.found === 'absent') this.#onChildMissing(live, attempt);
        this.#broker.drive(live);
      },
    );
  }

  /** The venue shows nothing of what a trigger became: after a while that is its end, and fills tell whether it traded. */
  #onChildMissing(live: LiveOrder, attempt: Attempt): void {
    const now = this.#parts.clock.now();
    attempt.missingSince ??= now;
    if (attempt.state !== 'triggered' || now - attempt.missingSince < MISSING_MS) return;
    attempt.state = 'ended';
    attempt.end = 'cancelled';
    this.#parts.onDoubt(live.order.slot.pair.pair, `what ${attempt.clientId} became has vanished`);
  }

  #onLookUp(live: LiveOrder, attempt: Attempt, answer: LookUp): void {
    if (answer.found === 'unknown') return this.#broker.backOff(live);
    const outcome: Outcome =
      answer.found === 'order'
        ? { outcome: 'confirmed', order: answer.order }
        : { outcome: 'refused', code: 'order-not-found', reason: 'the venue has no such order', venueCode: null };
    const { ticks, lots, of, list } = attempt;
    const [request, body] =
      of === null
        ? (['place', { ticks, lots, ...(list !== null && { list }) }] as const)
        : (['amend', { ticks, lots, of }] as const);
    const intent = intentRow(this.#parts.exchange.account, request, live.order.id, attempt, body);
    this.#broker.requests.settle(intent, outcome);
    live.failures = 0;
    if (answer.found === 'order') {
      attempt.state = 'placing';
      this.#broker.onOrder(answer.order);
      if (attempt.state === ('placing' as Attempt['state'])) attempt.state = 'working';
      this.#broker.fills.onNames();
      return;
    }
    attempt.state = 'ended';
    attempt.reason = 'not_placed';
    if (attempt.exchangeId !== null) {
      // It was there and is gone without a trace: fills tell whether it traded.
      attempt.end = 'cancelled';
      this.#parts.onDoubt(live.order.slot.pair.pair, `order ${attempt.clientId} vanished`);
      return;
    }
    attempt.end = 'rejected';
    // Never placed: an exit or a stop is sent anew, an entry has missed its moment.
    if (!live.isEntry) attempt.isWithdrawn = true;
  }
}
