import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawAt } from '../core/foundation/rng.ts';
import { START, TestBot, testOptions } from '../core/runtime/trade/session-fixture.ts';
import type { TurnTiming } from '../core/runtime/trade/trade-loop.ts';
import { TestVenue } from '../core/runtime/trade/venue-fixture.ts';
import { installHooks } from '../core/runtime/user-code.ts';
import { type Figure, figure } from './figure.ts';

installHooks();
const t = await import('../index.ts');

const PAIRS = Array.from({ length: 50 }, (_, k) => `P${k}/USDT:USDT`);
const CANDLES = 300;

/** Twenty features, and a few entries and exits at every close: the loop under load. */
class Busy extends t.Strategy {
  override timeframe = '5m';
  override canShort = true;
  override stoploss = -0.2;
  override features(m: Parameters<InstanceType<typeof t.Strategy>['features']>[0]) {
    const { close } = m.candles;
    return {
      ...Object.fromEntries([5, 10, 20, 50, 100, 200].map((n) => [`ema${n}`, t.ema(close, n)])),
      ...Object.fromEntries([10, 20, 50, 100].map((n) => [`sma${n}`, t.sma(close, n)])),
      ...Object.fromEntries([7, 14, 21].map((n) => [`rsi${n}`, t.rsi(close, n)])),
      ...Object.fromEntries([14, 28].map((n) => [`atr${n}`, t.atr(m.candles, n)])),
      macd: t.macd(close),
      bands: t.bbands(close, 20),
      obv: t.obv(m.candles),
    };
  }
  override onCandle(bar: { readonly pair: string; readonly candle: { readonly time: number } }): void {
    const x = drawAt(bar.pair, Math.round(bar.candle.time / 300_000));
    if (x < 0.05) this.enter.long();
    else if (x > 0.9) this.exit.long();
  }
}

/** What Freqtrade does for one pair at each new candle, CPU µs: the same features over all candles it keeps, and with its signals. */
interface FreqtradeCost {
  readonly version: string;
  readonly analyzeUs: number;
  readonly indicatorsUs: number;
}

/** Measured on candles like those here, where TIDEGATE_FREQTRADE names a Python that has it. */
function freqtradeCost(): FreqtradeCost | null {
  const python = process.env.TIDEGATE_FREQTRADE;
  if (!python) return null;
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
  try {
    const csv = join(folder, 'candles.csv');
    const rows = Array.from({ length: 1_300 }, (_, i) => {
      const [open, close] = [drawAt('price', i), drawAt('price', i + 1)].map((x) => 100 + 5 * x);
      return [START + i * 300_000, open, 106, 99, close, 1e6 * drawAt('volume', i)].join(',');
    });
    writeFileSync(csv, `${rows.join('\n')}\n`);
    const script = fileURLToPath(new URL('freqtrade-analyze.py', import.meta.url));
    return JSON.parse(String(execFileSync(python, [script, csv]))) as FreqtradeCost;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `npm run bench bot`: from a batch of 50 closed candles to its orders leaving, and what one pair's update costs. */
export async function benches(): Promise<readonly Figure[]> {
  const venue = new TestVenue(START - 500 * 300_000, PAIRS, 1e6);
  const price = (pair: string, i: number) => Math.round((100 + 5 * drawAt(`price-${pair}`, i)) * 10) / 10;
  const rows = (i: number) =>
    Object.fromEntries(PAIRS.map((pair) => [pair, [price(pair, i), 106, 99, price(pair, i + 1)] as const]));
  for (let i = 0; i < 500; i++) venue.close('5m', rows(i));
  const strategy = { name: 'Busy', create: () => new Busy(), codeHash: '' };
  const options = { ...testOptions(strategy as never, PAIRS), maxOpenTrades: 50, startingBalance: 1e6 };
  const bot = new TestBot(venue, options, { reconcileMs: 1e9 });
  await bot.start();
  const timings: TurnTiming[] = [];
  const cpu: number[] = [];
  let began = process.threadCpuUsage();
  let isClosing = false;
  bot.session.loop.onTiming = (timing) => {
    // The first turn after a close is the batch's own.
    if (isClosing) {
      timings.push(timing);
      const { user, system } = process.threadCpuUsage(began);
      cpu.push((user + system) / 1_000);
    }
    isClosing = false;
  };
  for (let i = 500; i < 500 + CANDLES; i++) {
    isClosing = true;
    began = process.threadCpuUsage();
    await bot.candle(rows(i));
  }
  const { grids } = bot.session.wiring;
  const updates: number[] = [];
  for (let chunk = 0; chunk < 9; chunk++) {
    const from = process.threadCpuUsage();
    for (let i = 400 * chunk; i < 400 * (chunk + 1); i++) {
      const row = [venue.now + i * 300_000, 100 + (i % 7), 108, 99, 100 + (i % 5), 1 + i] as const;
      for (const pair of PAIRS) grids.append(pair, row);
      grids.advance();
    }
    const { user, system } = process.threadCpuUsage(from);
    updates.push((user + system) / (400 * PAIRS.length));
  }
  updates.sort((a, b) => a - b);
  const freqtrade = freqtradeCost();
  await bot.stop();
  const sorted = timings.map(({ totalMs, commitMs }) => totalMs - commitMs).sort((a, b) => a - b);
  cpu.sort((a, b) => a - b);
  const disk = timings.map(({ commitMs }) => commitMs).sort((a, b) => a - b);
  const at = (list: readonly number[], share: number) => list[Math.floor(share * (list.length - 1))]!;
  return [
    figure('bot: candle close to orders leaving, median, disk apart', at(sorted, 0.5), 'ms', 5),
    figure('bot: candle close to orders leaving, 99th percentile, disk apart', at(sorted, 0.99), 'ms', 20),
    figure('bot: the same, of the processor alone, median', at(cpu, 0.5), 'ms', 5),
    figure('bot: the same, of the processor alone, 99th percentile', at(cpu, 0.99), 'ms', 20),
    figure("bot: the disk's share, median", at(disk, 0.5), 'ms'),
    figure('bot: batches with orders', sorted.length, 'batches'),
    figure('bot: 20 features of one pair, one candle, CPU', at(updates, 0.5), 'µs', freqtrade?.indicatorsUs),
    figure(
      'bot: all of a candle for one pair, orders included, CPU',
      (at(cpu, 0.5) / PAIRS.length) * 1_000,
      'µs',
      freqtrade?.analyzeUs,
    ),
  ];
}
