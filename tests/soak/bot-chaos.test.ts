import { describe, expect, it } from 'vitest';
import { drawAt, seeded } from '../../core/foundation/rng.ts';
import { botServer, decided, fastClock, ReplayBot } from '../e2e/bot-fixture.ts';
import { ExchangeWatch } from '../fixtures/exchange-books.ts';

// TIDEGATE_SOAK_RUNS runs from TIDEGATE_SOAK_SEED on; a failure names its seed.
const RUNS = Number(process.env.TIDEGATE_SOAK_RUNS ?? 10);
const FIRST = Number(process.env.TIDEGATE_SOAK_SEED ?? 1);
const MINUTES = Number(process.env.TIDEGATE_SOAK_MINUTES ?? 16);

const STAKE = 1_000;

/** Request faults that a storm draws from. */
const STORM = [
  'F1.limit',
  'F2.placed',
  'F2.lost',
  'F3.reset',
  'F3.reset-before',
  'F3.502',
  'F3.504',
  'F3.504-before',
  'F3.hang',
  'F4.overload',
  'F4.disconnected',
  'F5.cut',
  'F5.empty',
  'F5.object',
  'F6.duplicate',
  'F12.margin',
  'F12.percent',
  'F13.immediate',
];
/** Faults that happen at once. */
const NOW: readonly (readonly [string, object])[] = [
  ['F8.unseen', { times: 2 }],
  ['F8.stale', { times: 2 }],
  ['F9.race', {}],
  ['F10.thin', { factor: 0.001, ms: 45_000 }],
  ['F14.canceled', { symbol: 'BTCUSDT' }],
  ['F14.expired', { symbol: 'ETHUSDT' }],
  ['F15.cancel', {}],
  ['F16.closed', { symbol: 'BTCUSDT' }],
  ['F19.close', {}],
  ['F21.silent', {}],
  ['F23.duplicate', {}],
  ['F23.reorder', { times: 2 }],
  ['F23.merge', { times: 2 }],
];

/** Faults that a spot account cannot meet. */
const PERPETUAL_ONLY = /^F(14|15|16|21)\./;

/** Signals that depend on pair and time alone, so that a restart changes none. */
const whims = (seed: number) =>
  decided(
    (act, pair, time) => {
      const x = drawAt(`whims-${seed}-${pair}`, Math.round(time / 60_000));
      if (x < 0.25) act.enter.long();
      else if (x < 0.5 && act.canShort) act.enter.short();
      else if (x < 0.65) act.exit.long();
      else if (x < 0.8) act.exit.short();
    },
    {
      canShort: !isSpot(seed),
      stoploss: -0.004,
      trailingStop: seed % 2 === 0,
      minimalRoi: seed % 3 === 0 ? { 0: 0.006 } : {},
      orderTypes: seed % 5 === 0 ? { entry: 'limit', exit: 'market' } : { entry: 'market', exit: 'market' },
      unfilledTimeout: { entry: 2, exit: 2 },
    },
  );

/** Every fourth run is on spot. */
const isSpot = (seed: number) => seed % 4 === 3;

async function chaos(
  seed: number,
): Promise<{ readonly faults: number; readonly trades: number; readonly kills: number }> {
  const rng = seeded(`chaos-${seed}`);
  const clock = fastClock(10);
  const spot = isSpot(seed);
  const server = await botServer(seed, spot ? 'spot' : 'futures');
  const bot = new ReplayBot(server, {
    strategy: whims(seed),
    pairs: spot ? ['BTC/USDT', 'ETH/USDT'] : ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
    stake: STAKE,
    clock,
    timeoutMs: 300,
    settings: { stopGraceMs: 30_000, reconcileMs: 10_000 },
  });
  let kills = 0;
  let isAlive = false;
  const start = async () => {
    await bot.start();
    isAlive = true;
  };
  const watch = new ExchangeWatch(server.exchange, clock.now, () => isAlive);
  try {
    await start();
    for (let minute = 0; minute < MINUTES; minute++) {
      server.exchange.faults.storm({ seed: `${seed}-${minute}`, rate: 0.06, faults: STORM });
      if (rng.next() < 0.5) {
        const [name, options] = NOW[rng.int(NOW.length)]!;
        if (!spot || !PERPETUAL_ONLY.test(name))
          server.exchange.faults.inject(name, { ...options, venue: spot ? 'spot' : 'futures' });
      }
      const isKilled = rng.next() < 0.25;
      if (isKilled) {
        kills++;
        // Somewhere between the close of a candle and all that follows from it.
        const life = bot.minute().catch(() => {});
        await new Promise((done) => setTimeout(done, rng.next() * 60));
        isAlive = false;
        await bot.kill();
        void life;
        server.exchange.faults.storm(null);
        await start();
      } else await bot.minute();
    }
    server.exchange.faults.storm(null);
    server.exchange.faults.clear();
    await bot.session.halt(true, 'end of the run', 400_000);
    await bot.idle();
    expect(bot.differences().join('; '), `seed ${seed}`).toBe('');
    expect(
      bot.truth().futures.algoOrders.filter((a) => a.algoStatus === 'NEW'),
      `seed ${seed}`,
    ).toEqual([]);
    const { futures, spot: onSpot } = bot.truth();
    expect(
      [...futures.orders, ...onSpot.orders].filter((o) => o.status === 'NEW'),
      `seed ${seed}`,
    ).toEqual([]);
    expect(watch.longestMs, `seed ${seed}: without a stop`).toBeLessThanOrEqual(45_000);
    // A second entry for one signal would show as twice the stake.
    expect(watch.largestCost, `seed ${seed}`).toBeLessThan(1.1 * STAKE);
    expect(
      bot.ended.filter((e) => e !== null),
      `seed ${seed}`,
    ).toEqual([]);
    return {
      faults: server.exchange.faults.injected.length,
      trades: bot.store.reader.trades({ state: 'closed' }).length,
      kills,
    };
  } catch (error) {
    const last = bot.lines.slice(RUNS === 1 ? 0 : -60).map((l) => `${l.level} ${l.event} ${JSON.stringify(l.fields)}`);
    if (process.env.TIDEGATE_SOAK_DEBUG) process.stderr.write(`${last.join('\n')}\n`);
    throw error;
  } finally {
    watch.close();
    await bot.stop().catch(() => {});
    await server.close();
  }
}

describe('a bot under random faults and kills', () => {
  it(`${RUNS} runs end with the books of the exchange, no order twice, no position without its stop`, async () => {
    const sum = { faults: 0, trades: 0, kills: 0 };
    const failed: string[] = [];
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      try {
        const run = await chaos(seed);
        sum.faults += run.faults;
        sum.trades += run.trades;
        sum.kills += run.kills;
        if (process.env.TIDEGATE_SOAK_DEBUG) process.stdout.write(`seed ${seed}: ${JSON.stringify(run)}\n`);
      } catch (error) {
        failed.push(`seed ${seed}: ${(error as Error).message}`);
        process.stdout.write(`${failed.at(-1)}\n`);
      }
    }
    process.stdout.write(`${RUNS} runs: ${sum.trades} trades, ${sum.faults} faults, ${sum.kills} kills\n`);
    expect(failed).toEqual([]);
    expect(sum.trades).toBeGreaterThan(RUNS);
    expect(sum.kills).toBeGreaterThan(0);
  });
});
