import { ORDER_KIND } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import type { LiveBroker } from './live-broker.ts';
import type { TradeLoop } from './trade-loop.ts';
import type { TradeLog } from './trade-settings.ts';

interface StopGuardParts {
  readonly loop: TradeLoop;
  readonly broker: LiveBroker;
  readonly slots: readonly Slot[];
  readonly clock: ExchangeClock;
  readonly log: TradeLog;
  readonly graceMs: number;
}

/** Sees to it that every position which should have a stop has one at the venue: placed anew within seconds, else the position is left. */
export class StopGuard {
  readonly #parts: StopGuardParts;
  readonly #since = new Map<Slot, number>();
  readonly #asked = new Map<Slot, number>();
  /** The longest time that a position was without its stop, ms of machine time. */
  longestGapMs = 0;

  constructor(parts: StopGuardParts) {
    this.#parts = parts;
  }

  /** Looks at every position; called every second or so. */
  check(): void {
    const { slots, clock } = this.#parts;
    const now = clock.now();
    for (const slot of slots) {
      if (this.#isSafe(slot)) {
        this.#clear(slot, now);
        continue;
      }
      const since = this.#since.get(slot);
      if (since === undefined) {
        this.#since.set(slot, now);
        if (!slot.position!.stopOrder?.isOpen) this.#protect(slot, now);
      } else if (now - since >= this.#parts.graceMs) this.#leave(slot, now);
      else if (!slot.position!.stopOrder?.isOpen && now - (this.#asked.get(slot) ?? 0) >= 2_000)
        this.#protect(slot, now);
    }
  }

  #isSafe({ position, exit }: Slot): boolean {
    if (position === null || position.stopTicks <= 0) return true;
    if (exit?.kind === ORDER_KIND.market && exit.isOpen) return true;
    const live = position.stopOrder === null ? undefined : this.#parts.broker.orders.get(position.stopOrder.id);
    return live?.attempts.some((a) => a.state === 'working' || a.state === 'triggered') ?? false;
  }

  #clear(slot: Slot, now: number): void {
    const since = this.#since.get(slot);
    if (since === undefined) return;
    this.#since.delete(slot);
    this.longestGapMs = Math.max(this.longestGapMs, now - since);
    this.#parts.loop.turn(() =>
      this.#parts.loop.decide({
        kind: 'stop',
        strategy: slot.strategyName,
        pair: slot.pair.pair,
        trade: slot.position?.id ?? null,
        reason: `without a stop at the venue for ${now - since} ms`,
      }),
    );
  }

  #protect(slot: Slot, now: number): void {
    this.#asked.set(slot, now);
    this.#parts.log('warn', 'stop.missing', { pair: slot.pair.pair, trade: slot.position!.id });
    this.#parts.loop.command({ name: 'protect', slot });
  }

  #leave(slot: Slot, now: number): void {
    this.#since.set(slot, now);
    this.#parts.log('error', 'stop.given-up', { pair: slot.pair.pair, trade: slot.position!.id });
    this.#parts.loop.turn(() => {
      this.#parts.loop.decide({
        kind: 'alert',
        pair: slot.pair.pair,
        reason: 'no stop can be placed: leaving at the market',
      });
      this.#parts.loop.command({ name: 'force-exit', slot, reason: 'stop_missing' });
    });
  }
}
