import { expect, it } from 'vitest';
import { type BookEvents, EVENT, EventBuilder } from '../../book/book-events.ts';
import { PriceLadder } from '../../book/ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from '../../book/ladder-side.ts';
import { randomMarket } from '../../book/random-market.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import type { BookStreamEvent, StreamSink, TradeStreamEvent } from '../../ports/exchange.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { LiveParts } from './live-parts.ts';
import { PaperTicks, type TickStreams } from './paper-ticks.ts';
import { runTicks } from './tick-run.ts';

const pair = 'BTC/USDT:USDT';
const grid = { tickSize: 0.1, lotSize: 0.001 };
const recorded = randomMarket({ seed: 9, length: 5000 });
const startMs = recorded.originMs + 1000;

/** A recorded day played as streams: each row an event, books as all their levels. */
class Player implements TickStreams {
  #trades: StreamSink<TradeStreamEvent> | null = null;
  #books: StreamSink<BookStreamEvent> | null = null;

  watchTrades(_pairs: readonly string[], sink: StreamSink<TradeStreamEvent>) {
    this.#trades = sink;
    return { pairs: [pair], setPairs() {}, close: () => undefined };
  }
  watchBook(_pairs: readonly string[], _levels: number, sink: StreamSink<BookStreamEvent>) {
    this.#books = sink;
    return { pairs: [pair], setPairs() {}, close: () => undefined };
  }
  stale(at: number) {
    this.#books!.state!({ pair, state: 'stale', at, reason: 'silence' });
  }
  play(between: (ms: number) => void) {
    const ladder = new PriceLadder();
    for (let i = 0; i < recorded.length; i++) {
      const receivedAt = startMs + recorded.localTime[i]! / 1e6;
      const stamp = { pair, exchangeTime: receivedAt - 2, receivedAt };
      const [tick, lots, side] = [recorded.price[i]!, recorded.lots[i]!, recorded.side[i]!];
      if (recorded.kind[i] === EVENT.trade)
        this.#trades!.event({
          ...stamp,
          id: null,
          price: tick * 0.1,
          amount: lots * 0.001,
          side: side > 0 ? 'buy' : 'sell',
        });
      else {
        ladder.set(side, tick, lots);
        this.#books!.event({ ...stamp, ...levelsOf(ladder) });
      }
      // Somewhere between this row and the next.
      if (i % 3 === 0 && i + 1 < recorded.length)
        between(receivedAt + (0.5 * (recorded.localTime[i + 1]! - recorded.localTime[i]!)) / 1e6);
    }
  }
}

function levelsOf({ bids: bidSide, asks: askSide, bestBid, bestAsk }: PriceLadder) {
  const bids: [number, number][] = [];
  const asks: [number, number][] = [];
  for (let t = bestBid; t !== NO_LEVEL_BELOW; t = bidSide.next(t)) bids.push([t * 0.1, bidSide.get(t) * 0.001]);
  for (let t = bestAsk; t !== NO_LEVEL_ABOVE; t = askSide.next(t)) asks.push([t * 0.1, askSide.get(t) * 0.001]);
  return { bids, asks };
}

class Timed extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override ticks() {
    return { timerMs: 100 };
  }
  override onTimer() {
    const { book } = this;
    if (!book) return this.quote({ bids: [], asks: [] });
    this.quote({ bids: [{ price: book.bid, amount: 0.01 }], asks: [{ price: book.ask, amount: 0.01 }] });
  }
}

const options = {
  strategies: [{ name: 'Timed', create: () => new Timed(), codeHash: '' }],
  exchange: 'binance',
  venue: { quoteLeverage: 5 },
  stakeCurrency: 'USDT',
  startingBalance: 100_000,
  stakeAmount: 1000,
};
const market = { pair, spec: defaultSpec('binance', pair), grid };

async function dryRun() {
  const paper = await PaperTicks.make({ ...options, markets: [market], startMs });
  const player = new Player();
  paper.follow(player, 500);
  player.play((ms) => paper.advanceTo(ms));
  return { paper, player };
}

it('trades a live book as a backtest trades its recording: the same fills, however the clock ticks', async () => {
  const { paper } = await dryRun();
  const live = paper.finish();
  const feed = new LiveParts(grid, startMs - 1000);
  const recorder = new Player();
  recorder.watchTrades([pair], { event: (event) => feed.trade(event) });
  recorder.watchBook([pair], 500, { event: (event) => feed.book(event) });
  recorder.play(() => undefined);
  const parts = [joined([...feed])];
  const { result } = await runTicks({ ...options, markets: [{ ...market, parts }], originMs: startMs - 1000 });
  // The last second apart: a recording ends, a clock goes on.
  const end = startMs + recorded.localTime[recorded.length - 1]! / 1e6 - 1000;
  const before = (fills: typeof live.fills) => fills.filter((fill) => fill.time < end);
  expect(before(result.fills).length).toBeGreaterThan(50);
  expect(before(live.fills)).toEqual(before(result.fills));
  expect(live.finalBalance).toBeCloseTo(100_000 + live.split.total, 6);
});

it('leaves the market when its stream goes stale', async () => {
  const { paper, player } = await dryRun();
  const { session } = paper;
  const end = startMs + recorded.localTime[recorded.length - 1]! / 1e6;
  expect(session.desks[0]!.own.open.size).toBeGreaterThan(0);
  player.stale(end + 10);
  paper.advanceTo(end + 1000);
  expect(session.desks[0]!.own.open.size).toBe(0);
  expect(session.named[0]!.strategy.book).toBeNull();
});

function joined(parts: readonly BookEvents[]): BookEvents {
  const builder = new EventBuilder(startMs - 1000);
  for (const { length, see, kind, side, exchangeTime, localTime, price, lots } of parts)
    for (let i = 0; i < length; i++)
      builder.push(see[i]!, kind[i]!, side[i]!, exchangeTime[i]!, localTime[i]!, price[i]!, lots[i]!);
  return builder.events();
}
