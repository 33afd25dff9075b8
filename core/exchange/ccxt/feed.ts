import { messageOf } from '../../foundation/message-of.ts';
import type { Rng } from '../../foundation/rng.ts';
import type { StreamSink, StreamState, Subscription } from '../../ports/exchange.ts';
import { backoffMs } from '../backoff.ts';
import { type ExchangeClock, pause } from '../exchange-clock.ts';

const RECONNECT = { firstMs: 500, mostMs: 30_000 } as const;
/** A stream gets this long to begin or come back before REST stands in, ms. */
const POLL_AFTER_MS = 3_000;
/** A quiet market is not a dead socket: each reset that brought no news doubles the silence that the next one takes, up to this factor. */
const MOST_PATIENCE = 16;
/** ccxt's promises only tell that a subscription lives: looking again at once would cost time at every message. */
const LOOK_AGAIN_MS = 100;

export interface FeedParts<Event> {
  /** `candles 5m`. */
  readonly name: string;
  readonly clock: ExchangeClock;
  readonly rng: Rng;
  /** Silence of a pair after which it is stale, ms. Infinity: silence says nothing. */
  readonly staleMs: number;
  /** Subscribes and resolves at some news; rejects when the socket is lost. Null: there is no stream, only `poll`. */
  readonly watch: ((pairs: readonly string[]) => Promise<unknown>) | null;
  /** Pairs that one `watch` takes. */
  readonly groupSize: number;
  /** Asks REST while a pair is stale or the stream is down; passes what it gets to `news`. */
  readonly poll: ((pair: string) => Promise<void>) | null;
  readonly pollMs: number;
  /** Closes the sockets that serve these pairs, so that they are opened anew. */
  readonly reset: (pairs: readonly string[], reason: string) => void;
  readonly sink: StreamSink<Event>;
  /** A pair was added or left. */
  readonly follow?: (pair: string, isFollowed: boolean) => void;
  /** The stream of these pairs was cut. */
  readonly interrupted?: (pairs: readonly string[]) => void;
}

interface PairState {
  state: StreamState['state'];
  heardAt: number;
  /** Since when silence counts. */
  since: number;
  isPolling: boolean;
}

/**
 * One kind of stream for a set of pairs: keeps its subscriptions, reconnects with jittered back-off, says when a pair is stale, and lets REST stand in.
 */
export class Feed<Event> implements Subscription {
  readonly #parts: FeedParts<Event>;
  readonly #states = new Map<string, PairState>();
  readonly #end = new AbortController();
  #patience = 1;
  #cancelTick: () => void = () => {};

  constructor(parts: FeedParts<Event>, pairs: readonly string[]) {
    this.#parts = parts;
    this.setPairs(pairs);
    this.#tick();
  }

  get pairs(): readonly string[] {
    return [...this.#states.keys()];
  }

  follows(pair: string): boolean {
    return this.#states.has(pair);
  }

  setPairs(pairs: readonly string[]): void {
    const wanted = new Set(pairs);
    for (const pair of this.#states.keys())
      if (!wanted.has(pair)) {
        this.#states.delete(pair);
        this.#parts.follow?.(pair, false);
      }
    const now = this.#parts.clock.now();
    const added = [...wanted].filter((pair) => !this.#states.has(pair));
    for (const pair of added) {
      this.#states.set(pair, { state: 'stale', heardAt: Number.NEGATIVE_INFINITY, since: now, isPolling: false });
      this.#parts.follow?.(pair, true);
      this.#parts.sink.state?.({ pair, state: 'stale', at: now, reason: 'nothing heard yet' });
    }
    for (let i = 0; i < added.length; i += this.#parts.groupSize)
      void this.#keep(added.slice(i, i + this.#parts.groupSize));
  }

  /** The stream told something of a pair. */
  heard(pair: string): void {
    const found = this.#states.get(pair);
    if (!found) return;
    found.heardAt = this.#parts.clock.now();
    this.#patience = 1;
    if (found.state !== 'live') this.#say(pair, 'live', 'the stream tells');
  }

  /** What the stream told is unusable: a crossed or unsynced book. */
  spoiled(pair: string, reason: string): void {
    if (this.#states.get(pair)?.state === 'live') this.#say(pair, 'stale', reason);
  }

  /** REST answered for a pair. */
  polled(pair: string): void {
    if (this.#states.get(pair)?.state === 'stale') this.#say(pair, 'polled', 'REST stands in for the stream');
  }

  close(): void {
    this.#end.abort();
    this.#cancelTick();
    for (const pair of this.#states.keys()) this.#parts.follow?.(pair, false);
    this.#states.clear();
  }

  async #keep(group: readonly string[]): Promise<void> {
    const { watch, clock, rng } = this.#parts;
    if (!watch) return;
    const { signal } = this.#end;
    let failures = 0;
    for (;;) {
      const pairs = group.filter((pair) => this.#states.has(pair));
      if (signal.aborted || pairs.length === 0) return;
      try {
        await watch(pairs);
        failures = 0;
        await pause(clock, LOOK_AGAIN_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        this.#lost(pairs, messageOf(error));
        await pause(clock, backoffMs(RECONNECT, failures, rng), signal);
      }
    }
  }

  #lost(pairs: readonly string[], reason: string): void {
    this.#parts.interrupted?.(pairs);
    const now = this.#parts.clock.now();
    for (const pair of pairs) {
      const found = this.#states.get(pair);
      if (!found) continue;
      found.since = now;
      if (found.state === 'live') this.#say(pair, 'stale', reason);
    }
  }

  #tick(): void {
    const { clock, staleMs, pollMs, watch } = this.#parts;
    const now = clock.now();
    const silent: string[] = [];
    for (const [pair, found] of this.#states) {
      const silence = now - Math.max(found.heardAt, found.since);
      if (silence >= staleMs * this.#patience) silent.push(pair);
      if (silence >= staleMs && found.state === 'live')
        this.#say(pair, 'stale', `nothing heard for ${Math.round(silence)} ms`);
      if (!watch || (found.state !== 'live' && silence >= Math.min(POLL_AFTER_MS, staleMs))) this.#poll(pair, found);
    }
    // One quiet pair may be a quiet market; when all are, the socket is half open.
    if (watch && silent.length > 0 && silent.length === this.#states.size) {
      for (const pair of silent) this.#states.get(pair)!.since = now;
      this.#patience = Math.min(MOST_PATIENCE, this.#patience * 2);
      this.#parts.reset(silent, `no news for ${staleMs} ms`);
    }
    this.#cancelTick = clock.after(Math.min(pollMs, Math.max(20, staleMs / 3)), () => this.#tick());
  }

  #poll(pair: string, found: PairState): void {
    const { poll } = this.#parts;
    if (!poll || found.isPolling) return;
    found.isPolling = true;
    // REST is down too: the pair stays stale, the next tick asks again.
    void poll(pair)
      .catch(() => {})
      .finally(() => {
        found.isPolling = false;
      });
  }

  #say(pair: string, state: StreamState['state'], reason: string): void {
    this.#states.get(pair)!.state = state;
    this.#parts.sink.state?.({ pair, state, at: this.#parts.clock.now(), reason });
  }
}
