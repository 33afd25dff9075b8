import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { randomCandles } from '../../core/exchange/replay/price-walk.ts';
import { ReplayExchange } from '../../core/exchange/replay/replay-exchange.ts';
import { replaySymbol } from '../../core/exchange/replay/replay-symbol.ts';
import { serveReplay } from '../../core/exchange/replay/serve-replay.ts';
import { BTC, ETH, FROM, KEY } from '../e2e/bot-fixture.ts';
import { BotProcess, whimsFile } from '../fixtures/bot-process.ts';
import { bookDifferences, truthOf } from '../fixtures/exchange-books.ts';

// TIDEGATE_ENDURANCE_SECONDS of wall time at TIDEGATE_ENDURANCE_SPEED times its pace: 600 s at 3,000 are three weeks.
const SECONDS = Number(process.env.TIDEGATE_ENDURANCE_SECONDS ?? 20);
const SPEED = Number(process.env.TIDEGATE_ENDURANCE_SPEED ?? 3_000);
/** Below this the slope is that of warming up. */
const LONG_S = 300;

const megabytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
const handles = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

it(`a bot of its own process trades ${SECONDS} s at ${SPEED} times wall speed in bounded memory, with bounded handles`, async () => {
  const days = Math.ceil((SECONDS * SPEED) / 86_400) + 2;
  const listing = (base: string, price: number, tickSize: number, minNotional: number) => ({
    symbol: replaySymbol({ venue: 'futures', base, tickSize, stepSize: 0.001, minNotional }),
    candles: randomCandles({ seed: 1, name: base, from: FROM - 86_400_000, length: days * 1_440, price }),
  });
  const exchange = new ReplayExchange({
    seed: 1,
    startTime: FROM,
    keys: [KEY],
    sessionClock: () => Date.now(),
    stepMs: 15_000,
    futuresDeposit: 10_000,
    listings: [listing('BTC', 42_000, 0.1, 100), listing('ETH', 2_300, 0.01, 20)],
  });
  const server = await serveReplay(exchange);
  const pairs = [BTC, ETH];
  const config = { exchange: 'binance', pairs, timeframe: '5m', stakeAmount: 1_000, maxOpenTrades: 3 };
  const bot = new BotProcess(
    server.url,
    { ...config, trade: { reconcileSeconds: 20, deadMansSwitchSeconds: 0 } },
    { name: 'Whims', text: whimsFile(1).replace("'1m'", "'5m'") },
  );
  try {
    bot.start();
    while (!bot.isReady) {
      if (!bot.isAlive) throw new Error(bot.errors);
      await wait(50);
    }
    const { pid } = JSON.parse(readFileSync(`${bot.userdir}/trade.json`, 'utf8')) as { readonly pid: number };
    server.pace.start(SPEED);
    const memory: number[] = [];
    const open: number[] = [];
    const samples = 40;
    for (let k = 0; k < samples; k++) {
      await wait((SECONDS * 1_000) / samples);
      if (!bot.isAlive) throw new Error(bot.errors);
      memory.push(megabytes(pid));
      open.push(handles(pid));
    }
    server.pace.stop();
    const played = exchange.now - FROM;
    bot.flatten();
    expect(await bot.ended(), bot.errors).toEqual({ code: 0, signal: null });
    const reader = bot.reader();
    const state = reader.values('engine').find((v) => v.key === 'state')!.value as unknown as {
      readonly assets: readonly (readonly [string, number, number])[];
    };
    const [, free, locked] = state.assets.find(([asset]) => asset === 'USDT')!;
    const account = 'binanceusdm:perpetual';
    const truth = truthOf(exchange);
    expect(bookDifferences(truth, { account, pairs, reader, position: () => 0, cash: free + locked })).toEqual([]);
    const trades = reader.trades({ state: 'closed' }).length;
    reader.close();
    const late = memory.slice(Math.floor(samples / 3));
    const middle = (late.length - 1) / 2;
    const mean = late.reduce((a, b) => a + b, 0) / late.length;
    const perSample =
      late.reduce((sum, mb, k) => sum + (k - middle) * (mb - mean), 0) /
      late.reduce((sum, _, k) => sum + (k - middle) ** 2, 0);
    const perDay = (perSample * samples) / (played / 86_400_000);
    process.stdout.write(
      `${(played / 86_400_000).toFixed(1)} days of market in ${SECONDS} s, ${trades} trades, ${truth.futures.orders.length} orders: resident ${memory[0]!.toFixed(0)} -> ${memory.at(-1)!.toFixed(0)} MB (most ${Math.max(...memory).toFixed(0)}), ${perDay.toFixed(2)} MB a day; handles ${open[0]} -> ${open.at(-1)}\n`,
    );
    expect(trades).toBeGreaterThan(played / 86_400_000);
    expect(open.at(-1)!).toBeLessThanOrEqual(Math.max(...open.slice(0, 10)) + 3);
    if (SECONDS >= LONG_S) expect(perDay).toBeLessThan(5);
  } finally {
    await bot.kill();
    await server.close();
  }
});
