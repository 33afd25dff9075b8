import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { BTC, botServer, ETH } from '../e2e/bot-fixture.ts';
import { BotProcess, whimsFile } from '../fixtures/bot-process.ts';
import { bookDifferences, ExchangeWatch, truthOf } from '../fixtures/exchange-books.ts';

// TIDEGATE_KILL_RUNS runs of TIDEGATE_KILL_LIVES killed lives each, from TIDEGATE_KILL_SEED on; a failure names its seed and folder.
const RUNS = Number(process.env.TIDEGATE_KILL_RUNS ?? 2);
const FIRST = Number(process.env.TIDEGATE_KILL_SEED ?? 1);
const LIVES = Number(process.env.TIDEGATE_KILL_LIVES ?? 5);
const STAKE = 1_000;
/** trade.stopGraceSeconds is 10 by default; then the position is left at the market, which takes a moment. */
const MOST_BARE_MS = 15_000;

/** Request faults beside the kills: a kill while an outcome is unknown is the worst of all. */
const STORM = [
  'F2.placed',
  'F2.lost',
  'F3.reset',
  'F3.502',
  'F3.504',
  'F4.overload',
  'F5.cut',
  'F5.object',
  'F12.margin',
];

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));
async function until(isSo: () => boolean, what: string, ms = 120_000): Promise<void> {
  const end = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`${what}: not after ${ms / 1000} s`);
    await wait(20);
  }
}

interface Sum {
  readonly trades: number;
  readonly orders: number;
  readonly faults: number;
  readonly kills: number;
  readonly startUpKills: number;
  readonly bareMs: number;
}

async function runOf(seed: number): Promise<Sum> {
  const rng = seeded(`kills-${seed}`);
  const server = await botServer(seed);
  const { exchange } = server;
  const pairs = [BTC, ETH];
  const config = { exchange: 'binance', pairs, stakeAmount: STAKE, maxOpenTrades: 3, trade: { reconcileSeconds: 20 } };
  const bot = new BotProcess(server.url, config, { name: 'Whims', text: whimsFile(seed) });
  const watch = new ExchangeWatch(
    exchange,
    () => performance.now(),
    () => bot.isReady,
    25,
  );
  const ready = () =>
    until(() => {
      if (!bot.isAlive) throw new Error(`the bot ended by itself: ${bot.errors}`);
      return bot.isReady;
    }, 'the bot starts');
  const minute = async () => {
    for (let step = 0; step < 4; step++) {
      exchange.advance(15_000);
      await wait(40);
    }
    await wait(100);
  };
  let startUpKills = 0;
  try {
    for (let life = 0; life < LIVES; life++) {
      bot.start();
      exchange.faults.storm({ seed: `${seed}-${life}`, rate: 0.2, faults: STORM });
      // Some kills fall into a start, which is recovery; most somewhere between the close of a candle and all that follows from it.
      if (life > 0 && rng.next() < 0.3) {
        startUpKills++;
        await wait(500 + rng.next() * 2_000);
      } else {
        await ready();
        for (let k = 2 + rng.int(6); k > 0; k--) await minute();
        exchange.advance(60_000 - (exchange.now % 60_000) + exchange.stepMs);
        await wait(rng.next() * 80);
      }
      await bot.kill();
      exchange.faults.storm(null);
      // The market goes on without it.
      if (rng.next() < 0.4) exchange.advance(60_000 * (1 + rng.int(4)));
    }
    bot.start();
    await ready();
    for (let k = 0; k < 3; k++) await minute();
    bot.flatten();
    const end = await bot.ended();
    expect(end, bot.errors).toEqual({ code: 0, signal: null });
    watch.look();
    const truth = truthOf(exchange);
    const reader = bot.reader();
    try {
      const state = reader.values('engine').find((v) => v.key === 'state')!.value as unknown as {
        readonly assets: readonly (readonly [string, number, number])[];
        readonly positions: readonly unknown[];
      };
      const [, free, locked] = state.assets.find(([asset]) => asset === 'USDT')!;
      expect(state.positions).toEqual([]);
      expect(
        bookDifferences(truth, {
          account: 'binanceusdm:perpetual',
          pairs,
          reader,
          position: () => 0,
          cash: free + locked,
        }),
      ).toEqual([]);
      expect(truth.futures.orders.filter((o) => o.status === 'NEW' || o.status === 'PARTIALLY_FILLED')).toEqual([]);
      expect(truth.futures.algoOrders.filter((a) => a.algoStatus === 'NEW')).toEqual([]);
      expect(watch.longestMs, 'ms without a stop').toBeLessThanOrEqual(MOST_BARE_MS);
      // A second entry for one signal would show as twice the stake.
      expect(watch.largestCost).toBeLessThan(1.1 * STAKE);
      return {
        trades: reader.trades({ state: 'closed' }).length,
        orders: truth.futures.orders.length,
        faults: exchange.faults.injected.length,
        kills: LIVES,
        startUpKills,
        bareMs: Math.round(watch.longestMs),
      };
    } finally {
      reader.close();
    }
  } catch (error) {
    throw new Error(`seed ${seed}, ${bot.userdir}: ${(error as Error).message}`);
  } finally {
    watch.close();
    await bot.kill();
    await server.close();
  }
}

describe('tidegate trade, a process of its own, killed with SIGKILL at random instants', () => {
  it(`${RUNS} runs end with the books of the exchange to the cent, no order twice, no position without its stop`, async () => {
    const sum = { trades: 0, orders: 0, faults: 0, kills: 0, startUpKills: 0, bareMs: 0 };
    const failed: string[] = [];
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      try {
        const run = await runOf(seed);
        for (const key of ['trades', 'orders', 'faults', 'kills', 'startUpKills'] as const) sum[key] += run[key];
        sum.bareMs = Math.max(sum.bareMs, run.bareMs);
        if (process.env.TIDEGATE_SOAK_DEBUG) process.stdout.write(`seed ${seed}: ${JSON.stringify(run)}\n`);
      } catch (error) {
        failed.push((error as Error).message);
        process.stdout.write(`${failed.at(-1)}\n`);
      }
    }
    process.stdout.write(
      `${RUNS} runs: ${sum.kills} kills, ${sum.startUpKills} of them during a start; ${sum.trades} trades, ${sum.orders} orders, ${sum.faults} faults; longest without a stop ${sum.bareMs.toFixed(0)} ms\n`,
    );
    expect(failed).toEqual([]);
    expect(sum.trades).toBeGreaterThan(RUNS);
  });
});
