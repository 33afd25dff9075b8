import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import type { ClosedTrade } from '../../domain/trade.ts';
import { EVENT } from '../../engine/events.ts';
import { fill, intent, order, trade } from '../../persistence/trade-store/sample-rows-fixture.ts';
import { SqliteTradeReader } from '../../persistence/trade-store/trade-reader.ts';
import { TradeWriter } from '../../persistence/trade-store/writer.ts';
import type { StoreBatch } from '../../ports/trade-store.ts';
import type { Bar } from '../../strategy/bar.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { testMarketData } from '../../testing/market-fake.ts';
import { backtest } from '../backtest.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { compareRun, spanOf } from './compare-run.ts';

const FROM = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
/** A saw between 100 and 105: up five hours, down five. */
const closes = Array.from({ length: 60 }, (_, h) => 100 + Math.min(h % 10, 10 - (h % 10)));
const data = testMarketData({ 'BTC/USDT': { closes } }, { frame: '1h', from: FROM });

class Saw extends Strategy {
  override timeframe = '1h';
  override stoploss = -1;
  override onCandle({ candle }: Bar<this>): void {
    if (candle.close === 100) this.enter.long();
    if (candle.close === 105) this.exit.long();
  }
}
const options: BacktestOptions = {
  ...PLAIN_RUN,
  strategies: [{ name: 'Saw', create: () => new Saw(), codeHash: 'x' }],
  data,
  pairs: ['BTC/USDT'],
  from: FROM + HOUR,
  startingBalance: 1000,
  stakeAmount: 100,
};

let folder: string;
let reader: SqliteTradeReader | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-compare-'));
  reader = null;
});
afterEach(() => {
  reader?.close();
  rmSync(folder, { recursive: true });
});

/** The store of a bot that ran from the first hour to the end and committed these batches. */
function stored(...batches: readonly StoreBatch[]): SqliteTradeReader {
  const path = join(folder, 'dry-run.sqlite');
  const inputs = { strategies: [['Saw', 'x']], pairs: ['BTC/USDT'] };
  const writer = new TradeWriter(path, { mode: 'dry-run', at: FROM + HOUR, inputs });
  writer.commit([
    { journal: [{ at: FROM + HOUR, body: { type: 'start', terms: { pairs: ['BTC/USDT'], startingBalance: 1000 } } }] },
  ]);
  for (const batch of batches) writer.commit([batch]);
  writer.commit([{ journal: [{ at: FROM + 60 * HOUR, body: null }] }]);
  writer.end(1);
  reader = new SqliteTradeReader(path);
  return reader;
}

/** A backtest's trade as a bot would have stored it, its entry changed. */
function asLive(
  id: number,
  test: ClosedTrade,
  over: { readonly rate?: number; readonly lateMs?: number; readonly isRetried?: boolean } = {},
): StoreBatch {
  const { rate = test.openRate, lateMs = 0, isRetried = false } = over;
  const common = {
    strategy: 'Saw',
    trade: id,
    state: 'filled' as const,
    filled: test.amount,
    amount: test.amount,
    filledLots: 1,
  };
  const [entry, exit] = [2 * id - 1, 2 * id];
  return {
    trades: [
      trade(id, {
        strategy: 'Saw',
        openedAt: test.openTime + lateMs,
        closedAt: test.closeTime,
        openRate: rate,
        closeRate: test.closeRate,
        peakAmount: test.amount,
        stake: test.stake,
        fees: test.fees,
        profitAbs: test.profitAbs - (rate - test.openRate) * test.amount,
        profitRatio: 0,
        exitReason: test.exitReason,
      }),
    ],
    orders: [
      order(entry, { ...common, createdAt: test.openTime }),
      order(exit, { ...common, purpose: 'exit', side: 'sell', createdAt: test.closeTime }),
    ],
    intents: [
      intent(entry, { at: test.openTime, outcome: isRetried ? 'unknown' : 'confirmed', settledAt: test.openTime }),
      ...(isRetried
        ? [
            intent(entry, {
              attempt: 2,
              clientId: 'again',
              at: test.openTime + lateMs,
              outcome: 'confirmed',
              settledAt: test.openTime + lateMs,
            }),
          ]
        : []),
    ],
    fills: [
      fill(entry, { trade: id, at: test.openTime + lateMs, price: rate, amount: test.amount }),
      fill(exit, { trade: id, side: 'sell', at: test.closeTime, price: test.closeRate, amount: test.amount }),
    ],
  };
}

it('finds no gap where the bot did what the backtest does, and says what it has seen', async () => {
  const { result } = await backtest(options);
  expect(result.trades.length).toBe(5);
  const candle = (h: number, close: number) => ({
    pair: 0,
    row: h,
    open: closes[h]!,
    high: closes[h]!,
    low: closes[h]!,
    close,
    // A sum in another order.
    volume: 1 + 2e-16,
  });
  const event = (h: number, close: number) => ({
    at: FROM + h * HOUR,
    body: {
      type: 'event',
      entry: { kind: EVENT.candles, time: 0, manages: true, candles: [candle(h, close)] },
      opens: [FROM + h * HOUR],
    },
  });
  const finished = result.trades.filter((t) => t.exitReason !== 'force_exit');
  const store = stored({ journal: [event(5, closes[5]!), event(6, 7)] }, ...finished.map((t, k) => asLive(k + 1, t)));
  const comparison = await compareRun(store, options, spanOf(store));
  expect(comparison).toMatchObject({ gap: 0, open: 0, byCause: { latency: 0, data: 0, fill: 0, api: 0 } });
  expect(comparison.trades).toHaveLength(finished.length);
  expect(comparison.trades.every((t) => t.live !== null && t.test !== null && t.parts.length === 0)).toBe(true);
  expect(comparison.candles).toEqual({ seen: 2, differing: 1 });
  expect(spanOf(store)).toEqual({
    from: FROM + HOUR,
    to: FROM + 60 * HOUR,
    pairs: ['BTC/USDT'],
    strategies: ['Saw'],
    startingBalance: 1000,
  });
});

it('says when the bot was not running', async () => {
  const store = stored();
  const { result } = await backtest(options);
  const late = {
    ...options,
    data: testMarketData({ 'BTC/USDT': { closes: [...closes, ...closes, ...closes] } }, { frame: '1h', from: FROM }),
  };
  const { trades } = await compareRun(store, late, { ...spanOf(store), to: FROM + 200 * HOUR });
  const whys = trades.map((t) => t.parts[0]!.detail);
  expect(whys.slice(0, result.trades.length - 1).every((why) => why === 'the bot saw no signal')).toBe(true);
  expect(whys.at(-1)).toBe('the bot was not running');
});

it('attributes a late entry, a failed request, a trade too many and one that was missed', async () => {
  const { result } = await backtest(options);
  const [first, second, third, fourth] = result.trades;
  const batches = [
    asLive(1, first!, { rate: first!.openRate + 0.5, lateMs: 30_000 }),
    asLive(2, second!, { rate: second!.openRate + 1, lateMs: 60_000, isRetried: true }),
    { ...asLive(3, { ...third!, openTime: third!.openTime + 4 * HOUR }), intents: [] },
    { orders: [order(99, { strategy: 'Saw', createdAt: fourth!.openTime, state: 'expired' })] },
  ];
  const store = stored(...batches);
  const { trades, gap, byCause } = await compareRun(store, options, spanOf(store));
  const parts = trades.slice(0, 5).map((t) => [t.live, t.test, ...t.parts.map((p) => [p.cause, p.detail])]);
  expect(parts).toEqual([
    [1, 1, ['fill', `entry at ${first!.openRate + 0.5} instead of ${first!.openRate}`]],
    // Flat candles say that the market did not move: what the retry cost shows in the fill.
    [2, 2, ['fill', `entry at ${second!.openRate + 1} instead of ${second!.openRate}`]],
    [null, 3, ['data', 'the bot saw no signal']],
    [3, null, ['data', 'the backtest sees no signal']],
    [null, 4, ['fill', 'the entry did not fill']],
  ]);
  expect(byCause.latency + byCause.data + byCause.fill + byCause.api).toBeCloseTo(gap, 9);
});
