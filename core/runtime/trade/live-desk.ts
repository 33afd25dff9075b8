import type { Order } from '../../engine/order.ts';
import type { PairState, Slot } from '../../engine/slot.ts';
import { type ExchangeClock, pause } from '../../exchange/exchange-clock.ts';
import type { AccountEvent, ConnectionEvent, ExchangePort, Subscription } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { LiveBroker } from './live-broker.ts';
import { Reconciler } from './reconciler.ts';
import { resumeOrders } from './resume-orders.ts';
import { StopGuard } from './stop-guard.ts';
import { StrayOrders } from './stray-orders.ts';
import type { TradeLoop } from './trade-loop.ts';
import type { TradeLog, TradeSettings } from './trade-settings.ts';

/** Tries of a start-up reconciliation, and the wait after the first; the next ones take longer, up to four times. */
const START_TRIES = 25;
const AGAIN_MS = 500;
const AFTER_FAILURE_MS = 5_000;
/** A slot's refused exit is tried again after this, doubled each time. */
const EXIT_AGAIN_MS = 1_000;

interface LiveDeskParts {
  readonly exchange: ExchangePort;
  readonly store: TradeStore;
  readonly states: readonly PairState[];
  readonly slots: readonly Slot[];
  readonly settings: TradeSettings;
  readonly netting: boolean;
  readonly stakeCurrency: string;
  readonly clock: ExchangeClock;
  readonly log: TradeLog;
  readonly loop: () => TradeLoop;
  readonly block: (pair: string, source: string, reason: string | null) => void;
  readonly onKeyRefused: (reason: string) => void;
  /** Leverage of positions that quotes open; absent where only the engine opens any. */
  readonly oppositeLeverage?: (slot: Slot) => number;
}

/** Everything of a session that deals with a real account: broker, reconciliation, stops, the account's streams. */
export class LiveDesk {
  readonly broker: LiveBroker;
  readonly #parts: LiveDeskParts;
  #reconciler: Reconciler | null = null;
  #guard: StopGuard | null = null;
  #streams: { close(): void }[] = [];
  #doubt: (() => void) | null = null;
  #nextReconcile = 0;
  #nextSwitch = 0;
  readonly #exits = new Map<Slot, { readonly reason: string; readonly at: number; readonly tries: number }>();

  constructor(parts: LiveDeskParts) {
    this.#parts = parts;
    const { installId, epoch, next } = parts.store.recovered;
    this.broker = new LiveBroker(
      {
        exchange: parts.exchange,
        ids: { installId, epoch, next: next.intent },
        clock: parts.clock,
        log: parts.log,
        marginMode: parts.settings.marginMode,
        netting: parts.netting,
        onDoubt: (pair, why) => this.#onDoubt(pair, why),
        onStopPassed: (order) => this.#leaveLater(order.slot, 'stop_loss', 0),
        onProfitPassed: (order) => this.#leaveLater(order.slot, 'roi', 0),
        onExitRefused: (order, why) => this.#onExitRefused(order, why),
        ...(parts.oppositeLeverage && { oppositeLeverage: parts.oppositeLeverage }),
      },
      parts.states,
      parts.loop,
    );
    this.broker.fills.isStored = (pair, id) => parts.store.reader.hasFill(parts.exchange.account, pair, id);
  }

  get reconciler(): Reconciler {
    return this.#reconciler!;
  }

  get longestGapMs(): number {
    return this.#guard?.longestGapMs ?? 0;
  }

  /** Takes up what was open: before the first turn, since what a turn stores is what the broker holds. */
  resume(orders: Iterable<Order>): void {
    for (const live of resumeOrders(orders, this.#parts.store.reader, this.#parts.clock.now()))
      this.broker.resume(live);
  }

  /** Takes off orders that no position and no slot needs. Inside a turn. */
  withdrawOrphans(): void {
    const { works = [] } = this.#parts.loop().engine.parts.execution ?? {};
    const needed = new Set(works.flatMap(({ children }) => [...children.values()]));
    for (const { entry, exit, position } of this.#parts.slots)
      for (const order of [entry, exit, position?.stopOrder, position?.roiOrder]) if (order) needed.add(order);
    for (const live of this.broker.orders.values())
      if (!live.isCancelled && live.order.isOpen && !needed.has(live.order)) this.broker.withdraw(live);
  }

  /**
   * Start-up is recovery: after `resume`, the account's streams opened, and books and venue held against each other until they agree.
   * @throws TidegateError EXCHANGE_UNAVAILABLE and the like when the venue cannot be asked
   */
  async recover(since: Map<string, number>, offset: { value: number }): Promise<void> {
    const { exchange, store, states, slots, settings, stakeCurrency, clock, log, loop, block } = this.#parts;
    const strays = new StrayOrders({ exchange, broker: this.broker, reader: store.reader, log });
    const payments = store.recovered.values.find((v) => v.scope === 'engine' && v.key === 'payments')?.value;
    const common = { exchange, broker: this.broker, loop: loop(), states, clock, log };
    this.#reconciler = new Reconciler(
      { ...common, stakeCurrency, since, offset, block, strays },
      (payments as string[]) ?? [],
    );
    this.#guard = new StopGuard({ ...common, slots, graceMs: settings.stopGraceMs });
    this.#streams = [
      exchange.watchAccount((event) => this.#onAccount(event)) as Subscription,
      exchange.watchConnection((event) => this.#onConnection(event)),
    ];
    for (let tries = 1; ; tries++) {
      await this.#reconciler.run();
      loop().turn(() => {
        this.withdrawOrphans();
        for (const live of this.broker.orders.values()) this.broker.drive(live);
      });
      await loop().settled();
      const isOpen = [...this.broker.orders.values()].some(
        (live) =>
          live.isBusy || live.unbooked > 0 || live.attempts.some((a) => a.state === 'unknown' || a.state === 'placing'),
      );
      if (!isOpen && !this.#reconciler.isUnsure) break;
      if (tries === START_TRIES) {
        log('warn', 'recovery.unsure', { tries });
        break;
      }
      await pause(clock, AGAIN_MS * Math.min(4, tries));
    }
    this.#nextReconcile = clock.now() + settings.reconcileMs;
    this.#guard.check();
  }

  /** Once a second: stops, silent children, refused exits, due reconciliations, the dead-man's switch. */
  care(): void {
    const { clock, settings, exchange, states, log } = this.#parts;
    const now = clock.now();
    this.#guard?.check();
    this.broker.search.care();
    this.#tryExits(now);
    // While one is going on, the next would only be queued behind it, time and again.
    if (this.#reconciler?.isRunning === false && (now >= this.#nextReconcile || this.#reconciler.isUnsure))
      this.reconcile();
    if (settings.deadMansSwitchMs > 0 && now >= this.#nextSwitch) {
      this.#nextSwitch = now + settings.deadMansSwitchMs / 3;
      exchange
        .deadMansSwitch(
          settings.deadMansSwitchMs,
          states.map((s) => s.pair),
        )
        .catch((error: Error) => log('warn', 'dead-mans-switch', { error: error.message }));
    }
  }

  /** A whole look at the venue, for a halt: true when it answered, and nothing waits to be explained. */
  async look(): Promise<boolean> {
    const { loop, log } = this.#parts;
    loop().turn(() => this.withdrawOrphans());
    this.broker.search.care();
    try {
      await this.reconciler.run();
    } catch (error) {
      log('warn', 'reconcile.failed', { error: (error as Error).message });
      return false;
    }
    await loop().settled();
    return !this.reconciler.isUnsure;
  }

  /** Reconciles now; failures are tried again with the next care. */
  reconcile(): void {
    const { clock, settings, log } = this.#parts;
    this.reconciler.run().then(
      () => {
        this.#nextReconcile = clock.now() + settings.reconcileMs;
      },
      (error: Error) => {
        log('warn', 'reconcile.failed', { error: error.message });
        this.#nextReconcile = clock.now() + AFTER_FAILURE_MS;
      },
    );
  }

  close(): void {
    this.broker.isStopped = true;
    this.#doubt?.();
    for (const stream of this.#streams.splice(0)) stream.close();
  }

  #onAccount(event: AccountEvent): void {
    const { loop } = this.#parts;
    if (event.kind === 'order') loop().turn(() => void this.broker.onOrder(event.order));
    else if (event.kind === 'fill') {
      loop().turn(() => this.broker.fills.take(event.fill));
      if (this.broker.fills.hasStrays) this.#onDoubt(event.fill.pair, 'a fill without its order');
    }
  }

  #onConnection(event: ConnectionEvent): void {
    const { log, onKeyRefused } = this.#parts;
    log(event.kind === 'connected' || event.kind === 'clock' ? 'debug' : 'warn', `connection.${event.kind}`, {
      ...event,
    });
    if (event.kind === 'resync' || (event.kind === 'maintenance' && event.isOver)) this.reconcile();
    if (event.kind === 'key-refused') onKeyRefused(event.reason);
  }

  #onDoubt(pair: string, why: string): void {
    this.#parts.log('info', 'reconcile.wanted', { pair, why });
    this.#doubt ??= this.#parts.clock.after(100, () => {
      this.#doubt = null;
      this.reconcile();
    });
  }

  /** An exit was refused: the books are held against the venue, and what is still there is left again. */
  #onExitRefused(order: Order, why: string): void {
    const { slot } = order;
    const { position } = slot;
    if (position === null) return;
    const { instrument } = position;
    const isDust = position.lots < instrument.minLots || position.amount * slot.pair.last < instrument.minCost;
    if (why === 'below-minimum' && isDust) return this.broker.fills.writeOff(slot, position.lots, 0, 'dust');
    this.#leaveLater(slot, order.reason, this.#exits.get(slot)?.tries ?? 0);
  }

  #leaveLater(slot: Slot, reason: string, tries: number): void {
    const wait = tries === 0 ? 0 : Math.min(60_000, EXIT_AGAIN_MS * 2 ** (tries - 1));
    this.#exits.set(slot, { reason, at: this.#parts.clock.now() + wait, tries: tries + 1 });
    if (wait === 0) this.#parts.clock.after(0, () => this.#tryExits(this.#parts.clock.now()));
  }

  #tryExits(now: number): void {
    for (const [slot, { reason, at }] of this.#exits) {
      if (slot.position === null) this.#exits.delete(slot);
      else if (slot.exit === null && now >= at) {
        this.#exits.set(slot, { ...this.#exits.get(slot)!, at: now + EXIT_AGAIN_MS });
        this.#parts.loop().command({ name: 'force-exit', slot, reason });
      }
    }
  }
}
