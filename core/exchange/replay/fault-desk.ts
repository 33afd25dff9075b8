import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { drawAt } from '../../foundation/rng.ts';
import { FAULTS, type FaultKind } from './fault-catalogue.ts';
import { type FaultOptions, injectNow } from './inject.ts';
import { Refusal } from './refusal.ts';
import type { ReplayExchange } from './replay-exchange.ts';
import { isOpen, type ReplayOrder } from './replay-order.ts';
import { type RestAnswer, refused } from './rest.ts';

/** A fault that waits for its request. */
export interface Fault {
  readonly id: string;
  readonly variant: string;
  readonly stage: 'before' | 'after';
  readonly on: RegExp;
  readonly options: FaultOptions;
  skip: number;
  times: number;
}

/** A seeded storm: each matching request draws one of `faults` with probability `rate`. */
export interface FaultStorm {
  readonly seed: string | number;
  readonly rate: number;
  readonly faults: readonly string[];
  /** Stops after this many. */
  readonly most?: number;
}

/** Queues faults and applies them. Draws are keyed by (seed, request number): an extra request elsewhere shifts nothing before it. */
export class FaultDesk {
  readonly #exchange: ReplayExchange;
  readonly #waiting: Fault[] = [];
  readonly injected: { readonly name: string; readonly marketTime: number; readonly request: string | null }[] = [];
  #storm: FaultStorm | null = null;
  #stormLeft = 0;
  #requests = 0;
  #made = 0;
  readonly #unseenUntil = new Map<bigint, number>();
  readonly #stale = new Map<bigint, { readonly until: number; readonly json: object }>();
  readonly #countdowns = new Map<string, number>();
  unseen = { orders: 0, ms: 0 };
  stale = { cancels: 0, ms: 0 };
  races = 0;

  constructor(exchange: ReplayExchange) {
    this.#exchange = exchange;
  }

  /** Injects a fault by name, `F2.placed`. @throws TidegateError REPLAY_FAULT_UNKNOWN */
  inject(name: string, options: FaultOptions = {}): void {
    const kind = kindOf(name);
    if (kind.stage === 'now') {
      this.injected.push({ name, marketTime: this.#exchange.now, request: null });
      injectNow(this.#exchange, kind, options);
      return;
    }
    this.#waiting.push({
      id: kind.id,
      variant: kind.variant,
      stage: kind.stage,
      on: new RegExp(options.on ?? kind.on ?? '.'),
      options,
      skip: options.skip ?? 0,
      times: options.times ?? 1,
    });
  }

  /** Starts a storm, or ends it. */
  storm(storm: FaultStorm | null): void {
    for (const name of storm?.faults ?? []) kindOf(name);
    this.#storm = storm;
    this.#stormLeft = storm?.most ?? Number.POSITIVE_INFINITY;
  }

  /** How many faults still wait for their request. */
  get pending(): number {
    return this.#waiting.length;
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#storm = null;
  }

  /** The fault that this request meets, if any. */
  take(request: string, stage: 'before' | 'after'): Fault | null {
    if (stage === 'before') this.#draw(request);
    const at = this.#waiting.findIndex((f) => f.stage === stage && f.on.test(request) && f.skip-- <= 0);
    if (at < 0) return null;
    const fault = this.#waiting[at]!;
    if (--fault.times <= 0) this.#waiting.splice(at, 1);
    this.injected.push({ name: `${fault.id}.${fault.variant}`, marketTime: this.#exchange.now, request });
    return fault;
  }

  #draw(request: string): void {
    const n = ++this.#requests;
    const storm = this.#storm;
    if (!storm || this.#stormLeft <= 0 || drawAt(storm.seed, 'fault', n) >= storm.rate) return;
    const fitting = storm.faults.filter((name) => {
      const kind = kindOf(name);
      return kind.stage === 'now' || new RegExp(kind.on ?? '.').test(request);
    });
    if (fitting.length === 0) return;
    this.#stormLeft--;
    this.inject(fitting[Math.floor(drawAt(storm.seed, 'which', n) * fitting.length)]!);
  }

  /** What a request fault answers; `real` is the answer it hides. */
  answer(fault: Fault, request: string, real?: RestAnswer): RestAnswer | null {
    const plain = (status: number, body: string, type = 'application/json'): RestAnswer => ({
      status,
      headers: { 'content-type': type },
      body,
      transport: 'answer',
    });
    const refuse = (code: number, msg: string, status = 400) => refused(new Refusal(code, msg, status));
    const html = (status: number, text: string) =>
      plain(
        status,
        `<html><head><title>${status} ${text}</title></head><body><h1>${status} ${text}</h1></body></html>`,
        'text/html',
      );
    const isSpot = /\/api\/v3/.test(request);
    const filter = (code: number, msg: string, spot: string) =>
      isSpot ? refuse(-1013, `Filter failure: ${spot}`) : refuse(code, msg);
    const limits = this.#exchange.limits[/ \/(fapi|futures)\//.test(request) ? 'futures' : 'spot'];
    switch (`${fault.id}.${fault.variant}`) {
      case 'F1.limit':
        return refused(limits.tooMany(fault.options.retryAfterS ?? 5));
      case 'F1.ban':
        return refused(limits.ban(this.#exchange.session.now() + (fault.options.banMs ?? 30_000)));
      case 'F2.placed':
      case 'F2.lost':
        return refuse(
          -1007,
          'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
          408,
        );
      case 'F3.reset':
      case 'F3.reset-before':
        return { status: 0, headers: {}, body: '', transport: 'reset' };
      case 'F3.502':
        return html(502, 'Bad Gateway');
      case 'F3.503':
        return html(503, 'Service Unavailable');
      case 'F3.504':
      case 'F3.504-before':
        return html(504, 'Gateway Time-out');
      case 'F3.hang':
      case 'F7.before':
      case 'F7.after':
        return { status: 0, headers: {}, body: '', transport: 'hold' };
      case 'F4.overload':
        return refuse(
          -1008,
          'Server is currently overloaded with other requests. Please try again in a few minutes.',
          503,
        );
      case 'F4.disconnected':
        return refuse(-1001, 'Internal error; unable to process your request. Please try again.', 500);
      case 'F5.cut':
        return real ? { ...real, body: real.body.slice(0, Math.floor(real.body.length / 2)) } : null;
      case 'F5.empty':
        return plain(200, '');
      case 'F5.object':
        return plain(200, '{}');
      case 'F6.duplicate':
        return isSpot ? refuse(-2010, 'Duplicate order sent.') : refuse(-4116, 'ClientOrderId is duplicated.');
      case 'F12.margin':
        return isSpot
          ? refuse(-2010, 'Account has insufficient balance for requested action.')
          : refuse(-2019, 'Margin is insufficient.');
      case 'F12.notional':
        return filter(-4164, "Order's notional must be no smaller than 5 (unless you choose reduce only).", 'NOTIONAL');
      case 'F12.precision':
        return refuse(-1111, 'Precision is over the maximum defined for this asset.');
      case 'F12.lot':
        return filter(-4023, 'Quantity not increased by step size.', 'LOT_SIZE');
      case 'F12.price':
        return filter(-4014, 'Price not increased by tick size.', 'PRICE_FILTER');
      case 'F12.percent':
        return filter(
          -4131,
          "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
          'PERCENT_PRICE_BY_SIDE',
        );
      case 'F13.immediate':
        return refuse(-2021, 'Order would immediately trigger.');
      case 'F25.mismatch':
        return refuse(-4061, "Order's position side does not match user's setting.");
      case 'F26.refused':
        return refuse(-2027, 'Exceeded the maximum allowable position at current leverage.');
      case 'F28.message':
        return refuse(-1000, 'System is under maintenance.', 503);
      case 'F31.taker':
        return isSpot
          ? refuse(-2010, 'Order would immediately match and take.')
          : refuse(-5022, 'Due to the order could not be executed as maker, the Post Only order will be rejected.');
    }
    throw new Error(`fault ${fault.id}.${fault.variant} has no answer`);
  }

  /** An id for an order whose client gave none. */
  madeId(): string {
    return `replay${String(++this.#made).padStart(10, '0')}`;
  }

  onPlaced(id: bigint): void {
    if (this.unseen.orders <= 0) return;
    this.unseen.orders--;
    this.#unseenUntil.set(id, this.#exchange.session.now() + this.unseen.ms);
  }

  isUnseen(id: bigint): boolean {
    return this.#exchange.session.now() < (this.#unseenUntil.get(id) ?? 0);
  }

  /** Fault F9: the order fills before its cancel arrives. */
  onCancelling(order: ReplayOrder): void {
    if (this.races <= 0 || !isOpen(order)) return;
    this.races--;
    const venue = order.symbol.venue === 'spot' ? this.#exchange.spot : this.#exchange.futures;
    // A stop at the market has no price of its own.
    const tick = order.tick || venue.market(order.symbol.id).lastTick;
    venue.fill(order, tick, order.lots - order.filled, true);
  }

  onCancelled(id: bigint, before: object): void {
    if (this.stale.cancels <= 0) return;
    this.stale.cancels--;
    this.#stale.set(id, { until: this.#exchange.session.now() + this.stale.ms, json: before });
  }

  staleOrder(id: bigint): object | null {
    const found = this.#stale.get(id);
    return found && this.#exchange.session.now() < found.until ? found.json : null;
  }

  /** The exchange's dead-man's switch: without a new call within `ms` of market time all orders of the symbol are cancelled. */
  armCountdown(symbolId: string, ms: number): void {
    const due = ms > 0 ? this.#exchange.now + ms : 0;
    this.#countdowns.set(symbolId, due);
    if (due === 0) return;
    this.#exchange.at(due, () => {
      if (this.#countdowns.get(symbolId) !== due) return;
      for (const order of this.#exchange.futures.orders.open(symbolId))
        if (isOpen(order)) this.#exchange.futures.cancel(order);
    });
  }
}

function kindOf(name: string): FaultKind {
  const kind = FAULTS.find((f) => `${f.id}.${f.variant}` === name);
  if (kind) return kind;
  const names = FAULTS.map((f) => `${f.id}.${f.variant}`);
  throw new TidegateError('REPLAY_FAULT_UNKNOWN', `there is no fault "${name}"`, {
    remedy: didYouMean(name, names) || 'See "tidegate replay --faults".',
  });
}
