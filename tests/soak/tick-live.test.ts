import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { type BookTop, Strategy } from '../../core/strategy/strategy.ts';
import { recordedStretch, TickBot, type TickBotOptions, TouchQuoter, tickServer } from '../e2e/tick-bot-fixture.ts';
import { SPOT_DEPOSITS } from '../fixtures/exchange-books.ts';

// TIDEGATE_SOAK_RUNS runs from TIDEGATE_SOAK_SEED on, each of TIDEGATE_SOAK_STEPS steps of the market; a failure names its seed. TIDEGATE_SOAK_NOW:
// of the faults that happen at once only those whose names it matches. TIDEGATE_SOAK_MARKET: `perpetual` or `spot` alone.
const RUNS = Number(process.env.TIDEGATE_SOAK_RUNS ?? 2);
const FIRST = Number(process.env.TIDEGATE_SOAK_SEED ?? 1);
const STEPS = Number(process.env.TIDEGATE_SOAK_STEPS ?? 700);

/** Faults of requests that a storm draws from. */
const STORM = [
  'F1.limit',
  'F2.placed',
  'F2.lost',
  'F3.reset',
  'F3.reset-before',
  'F3.502',
  'F3.504',
  'F3.504-before',
  'F4.overload',
  'F4.disconnected',
  'F5.cut',
  'F5.empty',
  'F5.object',
  'F6.duplicate',
  'F12.margin',
  'F12.percent',
  'F13.immediate',
  'F31.taker',
];

/** Faults that happen at once. */
const ALL_NOW: readonly (readonly [string, object])[] = [
  ['F8.unseen', { times: 2 }],
  ['F8.stale', { times: 2 }],
  ['F9.race', {}],
  ['F14.canceled', { symbol: 'BTCUSDT' }],
  ['F15.cancel', {}],
  ['F16.closed', { symbol: 'BTCUSDT' }],
  ['F19.close', {}],
  ['F21.silent', {}],
  ['F22.gap', {}],
  ['F22.crossed', {}],
  ['F22.repeat', {}],
  ['F23.duplicate', {}],
  ['F23.reorder', { times: 2 }],
  ['F23.merge', { times: 2 }],
];

const NOW = ALL_NOW.filter(([name]) => new RegExp(process.env.TIDEGATE_SOAK_NOW ?? '').test(name));

/** Faults that a spot account cannot meet. */
const PERPETUAL_ONLY = /^F1[4-7]/;

/** Quotes both sides of a spot market within what there is, with orders by hand and signals at random. */
class SpotMaker extends Strategy {
  override stoploss = -1;
  readonly #rng = seeded('spot maker');
  override onBook({ bid, ask }: BookTop) {
    const amount = 0.01;
    this.quote({ bids: this.inventory < 0.035 ? [{ price: bid, amount }] : [], asks: [{ price: ask, amount }] });
    const at = this.#rng.next();
    const { open } = this.orders;
    if (at < 0.02) this.orders.submit({ side: 'buy', amount, price: bid - 0.1 });
    else if (at < 0.04) this.orders.submit({ side: 'sell', amount: amount / 2, price: ask + 0.1 });
    else if (at < 0.045) this.orders.submit({ side: at < 0.0425 ? 'buy' : 'sell', amount: amount / 2 });
    else if (at < 0.08 && open.length > 0) this.orders.amend(open[0]!, { price: at < 0.06 ? bid : ask });
    else if (at < 0.1 && open.length > 0) this.orders.cancel(open[0]!);
    else if (at < 0.11) this.enter.long();
    else if (at < 0.13) this.exit.long();
  }
}

/** Where a storm blows. */
const MARKETS = {
  perpetual: { venue: 'futures', options: { strategy: () => new TouchQuoter() } },
  spot: { venue: 'spot', options: { isSpot: true, maxLossRatio: 0.9, strategy: () => new SpotMaker() } },
} as const satisfies Record<string, { readonly venue: 'futures' | 'spot'; readonly options: TickBotOptions }>;
type Market = keyof typeof MARKETS;
const CHOSEN = (Object.keys(MARKETS) as Market[]).filter((m) => m === (process.env.TIDEGATE_SOAK_MARKET ?? m));

interface Sum {
  readonly faults: number;
  readonly fills: number;
  readonly orders: number;
  readonly kills: number;
  /** Of its recorded sessions, replayed. */
  readonly again: { readonly sessions: number; readonly fills: number; readonly sent: number };
}

/** Says what there is, whole: an assertion would cut it short. */
function none(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${what}: ${found.join('; ')}`);
}

async function chaos(seed: number, market: Market): Promise<Sum> {
  const { venue, options } = MARKETS[market];
  const rng = seeded(`tick-chaos-${seed}`);
  // Longer than the steps take: starts and the end take their time of the market, too, and a book that has ended is stale.
  const recorded = recordedStretch(seed, 36 * STEPS, venue);
  const server = await tickServer(recorded, seed, venue);
  const { exchange } = server;
  const bot = new TickBot(server, recorded, options);
  let kills = 0;
  try {
    await bot.start();
    for (let step = 0; step < STEPS && bot.left > 0; step += 25) {
      exchange.faults.storm({ seed: `${seed}-${step}`, rate: 0.08, faults: STORM });
      if (rng.next() < 0.4) {
        const [name, how] = NOW[rng.int(NOW.length)]!;
        if (venue !== 'spot' || !PERPETUAL_ONLY.test(name)) exchange.faults.inject(name, { ...how, venue });
      }
      await bot.play(rng.int(25));
      if (rng.next() < 0.12) {
        kills++;
        // Somewhere between an event and all that follows from it.
        const life = bot.play(1).catch(() => {});
        await new Promise((done) => setTimeout(done, rng.next() * 20));
        await bot.kill();
        void life;
        exchange.faults.storm(null);
        await bot.start();
      }
    }
    exchange.faults.storm(null);
    exchange.faults.clear();
    await bot.halt();
    none('differs', bot.differences());
    const stops = bot.truth().futures.algoOrders.filter((order) => order.algoStatus === 'NEW');
    const left = [...bot.resting.map(({ clientId }) => clientId), ...stops.map(({ clientAlgoId }) => clientAlgoId)];
    none('rests', left);
    none(
      'ended',
      bot.ended.map((error) => inspect(error)),
    );
    if (venue === 'spot') {
      // The owner's coins are never sold.
      const { free, locked } = bot.truth().spot.balances.find(({ asset }) => asset === 'BTC')!;
      expect([Number(free) >= SPOT_DEPOSITS.BTC!, Number(locked)], `seed ${seed}: ${free}`).toEqual([true, 0]);
    }
    const { fills, orders } = bot.truth()[venue];
    await bot.stop();
    const again = await bot.replayed();
    return { faults: exchange.faults.injected.length, fills: fills.length, orders: orders.length, kills, again };
  } catch (error) {
    const last = bot.lines.slice(-60).map((l) => `${l.level} ${l.event} ${JSON.stringify(l.fields)}`);
    const { orders, fills } = bot.truth()[venue];
    const intents = [...new Set(bot.store.reader.orders().map(({ id }) => id))].flatMap((id) =>
      bot.store.reader.intents(id),
    );
    const seen = [...orders, ...fills, ...intents, ...bot.store.reader.fills()].map((row) =>
      inspect(row, { breakLength: Number.POSITIVE_INFINITY }),
    );
    if (process.env.TIDEGATE_SOAK_DEBUG) process.stderr.write(`${[...last, ...seen].join('\n')}\n`);
    throw error;
  } finally {
    await bot.stop().catch(() => {});
    await server.close();
  }
}

describe.each(CHOSEN)('a market maker on %s with real orders under random faults and kills', (market) => {
  it(`${RUNS} runs end with the books of the exchange, and nothing of theirs rests`, async () => {
    const sum = { faults: 0, fills: 0, orders: 0, kills: 0 };
    const failed: string[] = [];
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      try {
        const run = await chaos(seed, market);
        for (const key of ['faults', 'fills', 'orders', 'kills'] as const) sum[key] += run[key];
        process.stdout.write(`${market}, seed ${seed}: ${JSON.stringify(run)}\n`);
      } catch (error) {
        failed.push(`seed ${seed}: ${(error as Error).message}`);
        process.stdout.write(`${failed.at(-1)}\n`);
      }
    }
    process.stdout.write(`${RUNS} runs: ${JSON.stringify(sum)}\n`);
    expect(failed).toEqual([]);
    expect(sum.fills).toBeGreaterThan(RUNS);
    expect(sum.faults).toBeGreaterThan(RUNS);
  });
});
