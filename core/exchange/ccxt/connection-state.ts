import type { ConnectionEvent } from '../../ports/exchange.ts';
import type { ExchangeClock } from '../exchange-clock.ts';
import type { Failure } from './failure.ts';

/** A refused key or maintenance is told once per this time, ms, not with every request that meets it. */
const AGAIN_MS = 60_000;
/** After a private socket is open again its subscription needs a moment: what is fetched before may miss what comes between. */
const RESYNC_MS = 500;

/** Tells the listeners of a connection what changes: once, in order. */
export class ConnectionState {
  readonly #clock: ExchangeClock;
  readonly #sinks = new Set<(event: ConnectionEvent) => void>();
  #keyToldAt = Number.NEGATIVE_INFINITY;
  #isInMaintenance = false;
  #isConnected = false;
  #cancelResync: (() => void) | null = null;

  constructor(clock: ExchangeClock) {
    this.#clock = clock;
  }

  watch(sink: (event: ConnectionEvent) => void): { close(): void } {
    this.#sinks.add(sink);
    return { close: () => void this.#sinks.delete(sink) };
  }

  connected(): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.#tell({ kind: 'connected', at: this.#clock.now() });
  }

  disconnected(reason: string): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#tell({ kind: 'disconnected', at: this.#clock.now(), reason });
  }

  /** The account's events may have been missed: told once the stream has had time to subscribe. */
  resyncSoon(reason: string): void {
    this.#cancelResync?.();
    this.#cancelResync = this.#clock.after(RESYNC_MS, () => {
      this.#cancelResync = null;
      this.#tell({ kind: 'resync', at: this.#clock.now(), reason });
    });
  }

  banned(until: number, reason: string): void {
    this.#tell({ kind: 'banned', at: this.#clock.now(), until, reason });
  }

  clockOff(offsetMs: number): void {
    this.#tell({ kind: 'clock', at: this.#clock.now(), offsetMs });
  }

  failed(failure: Failure): void {
    const at = this.#clock.now();
    if (failure.code === 'key' && failure.kind === 'refused' && at - this.#keyToldAt >= AGAIN_MS) {
      this.#keyToldAt = at;
      this.#tell({ kind: 'key-refused', at, reason: failure.reason });
    }
    if (failure.code === 'maintenance' && !this.#isInMaintenance) {
      this.#isInMaintenance = true;
      this.#tell({ kind: 'maintenance', at, isOver: false });
    }
  }

  /** A request was answered as it should be. */
  answered(): void {
    if (!this.#isInMaintenance) return;
    this.#isInMaintenance = false;
    this.#tell({ kind: 'maintenance', at: this.#clock.now(), isOver: true });
    this.resyncSoon('maintenance is over');
  }

  close(): void {
    this.#cancelResync?.();
    this.#sinks.clear();
  }

  #tell(event: ConnectionEvent): void {
    for (const sink of this.#sinks) sink(event);
  }
}
