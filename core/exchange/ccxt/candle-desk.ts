import { timeframe as timeframeOf } from '../../domain/timeframe.ts';
import type { CandleEvent, StreamSink, Subscription } from '../../ports/exchange.ts';
import { CandleCloser, type CandleRow } from '../candle-closer.ts';
import { Feed } from './feed.ts';
import { STALE_INTERVALS, type StreamDeskParts } from './stream-desk.ts';

const PAIRS_PER_SUBSCRIPTION = 50;
/** Market time after a close at which REST is asked for the candle, ms. */
const GRACE_MS = 2_000;
/** How often candles that are due are looked for, ms. */
const CHECK_MS = 500;

interface Channel {
  readonly timeframe: string;
  readonly feed: Feed<CandleEvent>;
  readonly closers: Map<string, CandleCloser>;
  close(): void;
}

/** Candle streams: each pair has a closer that decides when its candles are final. */
export class CandleDesk {
  readonly #parts: StreamDeskParts & { readonly graceMs?: number };
  readonly #channels = new Set<Channel>();

  constructor(parts: StreamDeskParts & { readonly graceMs?: number }) {
    this.#parts = parts;
  }

  watch(pairs: readonly string[], timeframe: string, sink: StreamSink<CandleEvent>): Subscription {
    const {
      client,
      clock,
      rng,
      reset,
      expected,
      reads,
      marketClock,
      profile,
      capabilities,
      graceMs = GRACE_MS,
    } = this.#parts;
    const isGrouped = client.has.watchOHLCVForSymbols === true;
    const isStreamed = capabilities.streams.candles;
    const closers = new Map<string, CandleCloser>();
    const frame = timeframeOf(timeframe);
    const closerOf = (pair: string) =>
      new CandleCloser({
        pair,
        timeframe,
        graceMs,
        hasFlag: profile.closedFlag !== undefined,
        fetchRows: (since) => reads.rows(pair, timeframe, since),
        marketNow: () => marketClock.now(),
        wallNow: () => clock.now(),
        deliver: (candle) => sink.event(candle),
        revised: (before, later) => sink.revised?.(before, later),
      });
    const feed = new Feed<CandleEvent>(
      {
        name: `candles ${timeframe}`,
        clock,
        rng: rng.fork(`candles ${timeframe}`),
        sink,
        reset,
        staleMs: expected.candles * STALE_INTERVALS,
        groupSize: isGrouped ? PAIRS_PER_SUBSCRIPTION : 1,
        watch: isStreamed
          ? (some) =>
              isGrouped
                ? client.watchOHLCVForSymbols(some.map((pair) => [pair, timeframe] as const))
                : client.watchOHLCV(some[0]!, timeframe)
          : null,
        pollMs: CHECK_MS * 4,
        poll: async (pair) => {
          // Without news the closer asks REST for what is due; it only has to know where to begin.
          closers.get(pair)?.startAt(frame.openOf(marketClock.now()));
          if (await closers.get(pair)?.check()) feed.polled(pair);
        },
        follow: (pair, isFollowed) => {
          if (isFollowed) closers.set(pair, closerOf(pair));
          else closers.delete(pair);
        },
        interrupted: (some) => {
          for (const pair of some) closers.get(pair)?.interrupted();
        },
      },
      pairs,
    );
    let cancel = () => {};
    const check = () => {
      for (const closer of closers.values()) void closer.check();
      cancel = clock.after(CHECK_MS, check);
    };
    check();
    const channel = {
      timeframe,
      feed,
      closers,
      close: () => {
        cancel();
        this.#channels.delete(channel);
        feed.close();
      },
    };
    this.#channels.add(channel);
    return {
      get pairs() {
        return feed.pairs;
      },
      setPairs: (next) => feed.setPairs(next),
      close: channel.close,
    };
  }

  /** News of a candle from the stream. */
  candle(pair: string, timeframe: string, row: CandleRow, message: unknown): void {
    const { profile, marketClock } = this.#parts;
    const isClosed = profile.closedFlag?.(message, row[0]) ?? null;
    const told = profile.eventTime?.(message);
    if (told !== undefined && told !== null) marketClock.heard(told);
    const exchangeTime = told ?? marketClock.now();
    for (const channel of this.#channels) {
      if (channel.timeframe !== timeframe || !channel.feed.follows(pair)) continue;
      channel.feed.heard(pair);
      channel.closers.get(pair)?.update(row, isClosed, exchangeTime);
    }
  }

  close(): void {
    for (const channel of this.#channels) channel.close();
  }
}
