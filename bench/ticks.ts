import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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
const AMOUNT = 0.01;

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

/** The peer's quoter, request for request: ten times a second an order a side at the best price, moved where it stands elsewhere. */
class StepQuoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  readonly #own: { readonly side: 'buy' | 'sell'; readonly sign: 1 | -1; id: number; price: number }[] = [
    { side: 'buy', sign: 1, id: 0, price: 0 },
    { side: 'sell', sign: -1, id: 0, price: 0 },
  ];
  override ticks() {
    return { timerMs: 100 };
  }
  override onTimer() {
    const { book, orders, inventory } = this;
    if (book === null) return;
    for (const own of this.#own) {
      const price = own.sign > 0 ? book.bid : book.ask;
      const isWanted = own.sign * inventory + AMOUNT <= 1 + 1e-9;
      const isOpen = orders.isOpen(own.id);
      if (isOpen && isWanted && own.price === price) continue;
      if (isOpen && isWanted) orders.amend(own.id, { price });
      else if (isOpen) orders.cancel(own.id);
      else if (isWanted) own.id = orders.submit({ side: own.side, amount: AMOUNT, price, postOnly: true });
      own.price = price;
    }
  }
}

/** Both quotes anew at the best prices, ten times a second, and again at once where one was filled: a wish stands until the next. */
class TimedQuoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override ticks() {
    return { timerMs: 100 };
  }
  override onTimer() {
    const book = this.book;
    if (book === null) return;
    this.quote({
      bids: this.inventory < 1 ? [{ price: book.bid, amount: AMOUNT }] : [],
      asks: this.inventory > -1 ? [{ price: book.ask, amount: AMOUNT }] : [],
    });
  }
}

/** The same at every change of the best prices or sizes. */
class BookQuoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override onBook({ bid, ask }: BookTop) {
    this.quote({
      bids: this.inventory < 1 ? [{ price: bid, amount: AMOUNT }] : [],
      asks: this.inventory > -1 ? [{ price: ask, amount: AMOUNT }] : [],
    });
  }
}

class Featured extends TimedQuoter {
  override ticks() {
    return { timerMs: 100, micro: {} };
  }
}

/** Events per CPU second of one whole run, wiring, engine, ledger, broker and result; and its fills. */
async function once(Made: new () => Strategy, market: BookEvents, venue: TickVenueSettings) {
  const before = process.cpuUsage();
  const { result } = await runTicks({
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
  return { speed: market.length / ((user + system) / 1e6), fills: result.counts.fills! - result.counts.orders! };
}

const STRATEGIES = { Idle, StepQuoter, TimedQuoter, BookQuoter, Featured };
const MARKETS = { walking: () => walkingMarket(LENGTH), recorded: recordedDay };

/** What is run in a process: a strategy on a market. */
interface Case {
  readonly strategy: keyof typeof STRATEGIES;
  readonly market: keyof typeof MARKETS;
  readonly venue?: TickVenueSettings;
}

type Measured = Awaited<ReturnType<typeof once>>;

/** The median, after enough runs for the compiler to have settled. */
async function measure({ strategy, market, venue = {} }: Case): Promise<Measured> {
  const events = MARKETS[market]()!;
  const runs: Measured[] = [];
  for (let k = 0; k < 12; k++) runs.push(await once(STRATEGIES[strategy], events, venue));
  return runs.slice(5).sort((a, b) => a.speed - b.speed)[3]!;
}

const file = fileURLToPath(import.meta.url);

/** `measure` in a process of its own: what ran before leaves code of another shape to what runs after. The peer has one, too. */
const apart = (one: Case) =>
  JSON.parse(
    execFileSync(process.execPath, [...process.execArgv, file, JSON.stringify(one)], { encoding: 'utf8' }),
  ) as Measured;

/** The same quotes, interval, latencies, queue model and rule of fills on both sides: what hftbacktest can run without an error on both markets. */
function besidePeer(name: string, market: Case['market'], events: BookEvents): readonly Figure[] {
  const peer = hftbacktestOn(events, {
    grid: GRID,
    queue: 'powerProb3',
    exchange: 'whole',
    latencyNs: 5e6,
    stepNs: 1e8,
    lots: 10,
    maxLots: 1000,
  });
  const speed = (what: string, one: Measured, reference?: number) =>
    figure(`ticks/${what}`, one.speed, 'events/CPU s', reference);
  const venue = { fills: 'whole' } as const;
  const stepped = apart({ strategy: 'StepQuoter', market, venue });
  const timed = (settings: TickVenueSettings) => apart({ strategy: 'TimedQuoter', market, venue: settings });
  const wished = timed(venue);
  return [
    speed(`Idle ${name}`, apart({ strategy: 'Idle', market }), peer.idle),
    speed(`StepQuoter ${name}`, stepped, peer.quoting),
    // The engine closes what is left at the end, which is taken off.
    figure(`ticks/StepQuoter ${name}`, stepped.fills, 'fills', Number.isNaN(peer.fills) ? undefined : peer.fills),
    speed(`TimedQuoter ${name}`, wished, peer.quoting),
    // The same wish the way the peer's own bench goes about it: it cancels everything and places it anew, where an engine that knows the wish moves orders.
    speed(`TimedQuoter ${name}, all placed anew by the peer`, wished, peer.anew),
    speed(`TimedQuoter ${name}, partial fills`, timed({})),
    speed(`TimedQuoter ${name}, 500 ms as one`, timed({ conflateMs: 500 })),
  ];
}

/** Measures strategies on ticks through engine, ledger and book broker, with latency and queue: events per CPU second, medians. */
export async function benches(): Promise<readonly Figure[]> {
  const figures = [...besidePeer('walking market', 'walking', walkingMarket(LENGTH))];
  const recorded = recordedDay();
  if (recorded) figures.push(...besidePeer('BTC 2024-08-08, ten times', 'recorded', recorded));
  for (const strategy of ['BookQuoter', 'Featured'] as const)
    figures.push(
      figure(`ticks/${strategy} walking market`, apart({ strategy, market: 'walking' }).speed, 'events/CPU s'),
    );
  return figures;
}

if (process.argv[1] === file) console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]!) as Case)));
