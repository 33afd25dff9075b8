import { type BookEvents, EVENT, EventBuilder, SEE } from '../core/book/book-events.ts';
import { defaultSpec } from '../core/data/specs/default-spec.ts';
import { seeded } from '../core/foundation/rng.ts';
import type { TickVenueSettings } from '../core/runtime/ticks/tick-options.ts';
import { runTicks } from '../core/runtime/ticks/tick-run.ts';
import { type BookTop, Strategy } from '../core/strategy/strategy.ts';
import { recordedDay } from './book.ts';
import { type Figure, figure } from './figure.ts';
import { hftbacktestOn } from './hftbacktest.ts';

const LENGTH = 1_000_000;
const GRID = { tickSize: 0.1, lotSize: 0.001 };
const PAIR = 'BTC/USDT:USDT';

/** The market of the peer's own bench: ten levels a side, one event in five a trade, about 10 ms between events. */
function walkingMarket(length: number): BookEvents {
  const rng = seeded('walk');
  const builder = new EventBuilder(Date.UTC(2024, 0, 1));
  let time = 1e9;
  let best = 200_000;
  const push = (kind: number, side: number, tick: number, lots: number) =>
    builder.push(SEE.both, kind, side, time, time + 5e6, tick, lots);
  for (let k = 0; k < 10; k++) {
    push(EVENT.depth, 1, best - k, 2000);
    push(EVENT.depth, -1, best + 1 + k, 2000);
  }
  while (builder.length < length) {
    time += Math.floor(-Math.log(1 - rng.next()) * 1e7) + 1;
    const u = rng.next();
    const isUp = rng.next() < 0.5;
    const side = isUp ? 1 : -1;
    const k = Math.floor(rng.next() * 10);
    if (u < 0.2) push(EVENT.trade, side, isUp ? best + 1 : best, 1 + Math.floor(rng.next() * 999));
    else if (u < 0.95) push(EVENT.depth, side, isUp ? best - k : best + 1 + k, 500 + Math.floor(rng.next() * 5000));
    else {
      push(EVENT.depth, -side, isUp ? best + 1 : best, 0);
      push(EVENT.depth, side, isUp ? best + 1 : best, 1000 + Math.floor(rng.next() * 4000));
      best += side;
    }
  }
  return builder.events();
}

class Idle extends Strategy {}

/** Both quotes anew at the best prices, ten times a second. */
class TimedQuoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override ticks() {
    return { timerMs: 100 };
  }
  override onTimer() {
    const book = this.book;
    if (book === null) return;
    const amount = 0.01;
    this.quote({
      bids: this.inventory < 1 ? [{ price: book.bid, amount }] : [],
      asks: this.inventory > -1 ? [{ price: book.ask, amount }] : [],
    });
  }
}

/** The same at every change of the best prices or sizes. */
class BookQuoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override onBook({ bid, ask }: BookTop) {
    const amount = 0.01;
    this.quote({
      bids: this.inventory < 1 ? [{ price: bid, amount }] : [],
      asks: this.inventory > -1 ? [{ price: ask, amount }] : [],
    });
  }
}

class Featured extends TimedQuoter {
  override ticks() {
    return { timerMs: 100, micro: {} };
  }
}

/** Events per CPU second of one whole run: wiring, engine, ledger, broker and result. */
async function once(Made: new () => Strategy, market: BookEvents, venue: TickVenueSettings): Promise<number> {
  const before = process.cpuUsage();
  await runTicks({
    strategies: [{ name: Made.name, create: () => new Made(), codeHash: '' }],
    exchange: 'binance',
    markets: [{ pair: PAIR, spec: defaultSpec('binance', PAIR), grid: GRID, parts: [market] }],
    originMs: market.originMs,
    venue: { limits: { messagesPerSecond: 1e9 }, ...venue },
    stakeCurrency: 'USDT',
    startingBalance: 1e6,
    stakeAmount: 1000,
    sampleMs: 60_000,
  });
  const { user, system } = process.cpuUsage(before);
  return market.length / ((user + system) / 1e6);
}

async function median(Made: new () => Strategy, market: BookEvents, venue: TickVenueSettings = {}): Promise<number> {
  await once(Made, market, venue);
  const speeds: number[] = [];
  for (let k = 0; k < 7; k++) speeds.push(await once(Made, market, venue));
  return speeds.sort((a, b) => a - b)[3]!;
}

/** The same quotes, interval, latencies, queue model and rule of fills on both sides: what hftbacktest can run without an error on both markets. */
async function besidePeer(name: string, market: BookEvents): Promise<readonly Figure[]> {
  const { quoting, idle } = hftbacktestOn(market, {
    grid: GRID,
    queue: 'powerProb3',
    exchange: 'whole',
    latencyNs: 5e6,
    stepNs: 1e8,
    lots: 10,
    maxLots: 1000,
  });
  const quoter = await median(TimedQuoter, market, { fills: 'whole' });
  return [
    figure(`ticks/Idle ${name}`, await median(Idle, market), 'events/CPU s', idle),
    figure(`ticks/TimedQuoter ${name}`, quoter, 'events/CPU s', quoting),
    figure(`ticks/TimedQuoter ${name}, partial fills`, await median(TimedQuoter, market), 'events/CPU s'),
    figure(
      `ticks/TimedQuoter ${name}, 500 ms as one`,
      await median(TimedQuoter, market, { conflateMs: 500 }),
      'events/CPU s',
    ),
  ];
}

/** Measures strategies on ticks through engine, ledger and book broker, with latency and queue: events per CPU second, medians. */
export async function benches(): Promise<readonly Figure[]> {
  const market = walkingMarket(LENGTH);
  const figures = [...(await besidePeer('walking market', market))];
  const recorded = recordedDay();
  if (recorded) figures.push(...(await besidePeer('BTC 2024-08-08, ten times', recorded)));
  for (const Made of [BookQuoter, Featured])
    figures.push(figure(`ticks/${Made.name} walking market`, await median(Made, market), 'events/CPU s'));
  return figures;
}
