import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { recordedStretch, TickBot, tickServer } from '../e2e/tick-bot-fixture.ts';

// TIDEGATE_SOAK_RUNS runs from TIDEGATE_SOAK_SEED on, each of TIDEGATE_SOAK_STEPS steps of the market; a failure names its seed. TIDEGATE_SOAK_NOW:
// of the faults that happen at once only those whose names it matches.
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

interface Sum {
  readonly faults: number;
  readonly fills: number;
  readonly orders: number;
  readonly kills: number;
  /** Of its recorded sessions, replayed. */
  readonly again: { readonly sessions: number; readonly fills: number; readonly sent: number };
}

async function chaos(seed: number): Promise<Sum> {
  const rng = seeded(`tick-chaos-${seed}`);
  // Longer than the steps take: starts and the end take their time of the market, too, and a book that has ended is stale.
  const recorded = recordedStretch(seed, 36 * STEPS);
  const server = await tickServer(recorded, seed);
  const { exchange } = server;
  const bot = new TickBot(server, recorded);
  let kills = 0;
  try {
    await bot.start();
    for (let step = 0; step < STEPS && bot.left > 0; step += 25) {
      exchange.faults.storm({ seed: `${seed}-${step}`, rate: 0.08, faults: STORM });
      if (rng.next() < 0.4) {
        const [name, options] = NOW[rng.int(NOW.length)]!;
        exchange.faults.inject(name, { ...options, venue: 'futures' });
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
    expect(bot.differences().join('; '), `seed ${seed}`).toBe('');
    const stops = bot.truth().futures.algoOrders.filter((order) => order.algoStatus === 'NEW');
    // As text: a failure says what it was.
    const left = [...bot.resting.map(({ clientId }) => clientId), ...stops.map(({ clientAlgoId }) => clientAlgoId)];
    expect(left.join('; '), `seed ${seed}: rests`).toBe('');
    expect(bot.ended.map((error) => error?.stack).join('; '), `seed ${seed}: ended`).toBe('');
    const { fills, orders } = bot.truth().futures;
    await bot.stop();
    const again = await bot.replayed();
    return { faults: exchange.faults.injected.length, fills: fills.length, orders: orders.length, kills, again };
  } catch (error) {
    const last = bot.lines.slice(-60).map((l) => `${l.level} ${l.event} ${JSON.stringify(l.fields)}`);
    const { orders, fills } = bot.truth().futures;
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

describe('a market maker with real orders under random faults and kills', () => {
  it(`${RUNS} runs end with the books of the exchange, and nothing of theirs rests`, async () => {
    const sum = { faults: 0, fills: 0, orders: 0, kills: 0 };
    const failed: string[] = [];
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      try {
        const run = await chaos(seed);
        for (const key of ['faults', 'fills', 'orders', 'kills'] as const) sum[key] += run[key];
        process.stdout.write(`seed ${seed}: ${JSON.stringify(run)}\n`);
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
