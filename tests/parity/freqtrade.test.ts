import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { synthMarket } from '../../core/data/synth/synth-market.ts';
import type { CandleTable } from '../../core/domain/candles.ts';
import type { InstrumentSpec, LeverageTier } from '../../core/domain/instrument.ts';
import { fixedSlippage } from '../../core/engine/fills/slippage.ts';
import { type Rng, seeded } from '../../core/foundation/rng.ts';
import { backtest } from '../../core/runtime/backtest.ts';
import type { FreqtradeRunOutcome } from '../../core/runtime/freqtrade-run.ts';
import { testSpec } from '../../core/testing/trading-fakes.ts';
import { type MemoryPair, memoryMarket } from '../fixtures/memory-market.ts';
import { ASKS, drawnStrategy } from './drawn-strategy.ts';

const python = process.env.TIDEGATE_FREQTRADE;
const hasFreqtrade = python !== undefined && spawnSync(python, ['-c', 'import freqtrade']).status === 0;
if (!hasFreqtrade)
  process.stdout.write('freqtrade parity skipped: set TIDEGATE_FREQTRADE to a Python with freqtrade\n');

const SPOT = ['BTC/USDT', 'ETH/USDT', 'LTC/USDT'];
const PERPETUAL = SPOT.map((pair) => `${pair}:USDT`);
const FROM = Date.UTC(2024, 0, 1);
const CASES = Number(process.env.TIDEGATE_FREQTRADE_RUNS ?? 24);

/** A run with settings and answers drawn from a seed, in the words of both engines. */
function drawCase(rng: Rng) {
  const pick = <T>(...of: readonly T[]): T => of[rng.int(of.length)]!;
  const isPerpetual = rng.next() < 0.6;
  const all = isPerpetual ? PERPETUAL : SPOT;
  const pairs = all.slice(0, 1 + rng.int(all.length));
  const hasDetail = rng.next() < 0.4;
  const trailingStop = rng.next() < 0.5;
  const positive = trailingStop && rng.next() < 0.6 ? pick(0.005, 0.01, 0.02) : null;
  const hasOffset = positive !== null && rng.next() < 0.7;
  const theirs = {
    stoploss: -pick(0.01, 0.03, 0.1, 0.3),
    minimal_roi: pick<Record<string, number>>({ 0: 100 }, { 0: 0.03, 30: 0.015, 90: 0.005 }, { 0: 0.1, 45: -1 }),
    trailing_stop: trailingStop,
    trailing_stop_positive: positive,
    trailing_stop_positive_offset: hasOffset ? positive + pick(0.003, 0.01) : 0,
    trailing_only_offset_is_reached: hasOffset && rng.next() < 0.6,
    use_exit_signal: rng.next() < 0.8,
    exit_profit_only: rng.next() < 0.3,
    exit_profit_offset: pick(0, 0.005, -0.01),
    ignore_roi_if_entry_signal: rng.next() < 0.3,
  };
  return {
    pairs,
    timeframe: hasDetail ? '1h' : '5m',
    detail: hasDetail ? '5m' : null,
    maxOpenTrades: 1 + rng.int(pairs.length),
    stakeAmount: pick<number | 'unlimited'>('unlimited', 300, 900),
    startingBalance: pick(2000, 10_000),
    tradableBalanceRatio: pick(1, 1, 0.7),
    fee: pick(0, 0.0004, 0.001),
    leverage: isPerpetual ? pick(1, 2, 5, 20) : 1,
    unfilledTimeout: { entry: pick(5, 10, 30, 120), exit: pick(5, 10, 30, 120) },
    maxEntryPositionAdjustment: pick(-1, 1, 3),
    asks: ASKS.filter(() => rng.next() < 0.3),
    attributes: theirs,
  };
}

type Case = ReturnType<typeof drawCase>;

interface TheirRun {
  readonly trades: readonly Readonly<Record<string, unknown>>[];
  readonly finalBalance: number;
  readonly tiers: Readonly<Record<string, readonly LeverageTier[]>>;
}

const rowsOf = ({ length, time, open, high, low, close, volume }: CandleTable) =>
  Array.from({ length }, (_, i) => [time[i]!, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!]);

async function market(): Promise<Record<string, MemoryPair>> {
  const pairs = [...SPOT, ...PERPETUAL];
  const data = synthMarket({ seed: 3, pairs, from: FROM, days: 8, timeframe: '5m', tickMinutes: 0 });
  const made: Record<string, MemoryPair> = {};
  for (const pair of pairs) {
    const isPerpetual = pair.includes(':');
    const { exchange } = (await data.list()).find((series) => series.pair === pair)!;
    const candles = await data.candles(exchange, pair, '5m');
    const hours = await data.candles(exchange, pair, '1h');
    const kind = isPerpetual ? 'perpetual' : 'spot';
    const spec = testSpec({ pair, kind, base: pair.split('/')[0]!, priceTick: 0.01, amountStep: 0.001, minCost: 10 });
    const settled = [...hours.time].filter((time) => time % 28_800_000 === 0);
    const rates = seeded(pair);
    made[pair] = {
      spec,
      candles: { '5m': candles, '1h': hours },
      ...(isPerpetual && {
        mark: { '1h': hours },
        funding: {
          length: settled.length,
          time: Float64Array.from(settled),
          values: { rate: Float64Array.from(settled, () => Math.round(rates.normal() * 20) / 100_000) },
        },
      }),
    };
  }
  return made;
}

function runTheirs(pairs: Readonly<Record<string, MemoryPair>>, cases: readonly Case[]): TheirRun[] {
  const folder = mkdtempSync(join(tmpdir(), 'freqtrade-'));
  const given = Object.entries(pairs).map(([pair, { spec, candles, mark, funding }]) => [
    pair,
    {
      spec,
      candles: Object.fromEntries(Object.entries(candles).map(([frame, table]) => [frame, rowsOf(table)])),
      ...(mark && { mark: rowsOf(mark['1h']!) }),
      ...(funding && { funding: Array.from(funding.time, (time, k) => [time, funding.values.rate![k]]) }),
    },
  ]);
  writeFileSync(join(folder, 'cases.json'), JSON.stringify({ pairs: Object.fromEntries(given), cases }));
  const script = fileURLToPath(new URL('run-freqtrade.py', import.meta.url));
  const { stdout, stderr } = spawnSync(python!, [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  rmSync(folder, { recursive: true });
  const lines = stdout.split('\n').filter((line) => line.startsWith('CASE '));
  expect(lines.length, stderr.slice(-2000)).toBe(cases.length);
  return lines.map((line) => JSON.parse(line.slice('CASE '.length)) as TheirRun);
}

async function runOurs(pairs: Readonly<Record<string, MemoryPair>>, of: Case, tiers: TheirRun['tiers']) {
  const { attributes: a } = of;
  const attributes = {
    canShort: of.pairs[0]!.includes(':'),
    stoploss: a.stoploss,
    minimalRoi: a.minimal_roi,
    trailingStop: a.trailing_stop,
    trailingStopPositive: a.trailing_stop_positive,
    trailingStopPositiveOffset: a.trailing_stop_positive_offset,
    trailingOnlyOffsetIsReached: a.trailing_only_offset_is_reached,
    useExitSignal: a.use_exit_signal,
    exitProfitOnly: a.exit_profit_only,
    exitProfitOffset: a.exit_profit_offset,
    ignoreRoiIfEntrySignal: a.ignore_roi_if_entry_signal,
    unfilledTimeout: of.unfilledTimeout,
    maxEntryPositionAdjustment: of.maxEntryPositionAdjustment,
  };
  const specOf = (pair: string): InstrumentSpec => ({
    ...pairs[pair]!.spec,
    makerFee: of.fee,
    takerFee: of.fee,
    tiers: tiers[pair] ?? [],
    maxLeverage: tiers[pair]?.[0]?.maxLeverage ?? 1,
  });
  const traded = of.pairs.map((pair) => [pair, { ...pairs[pair]!, spec: specOf(pair) }] as const);
  const { outcome } = await backtest({
    strategies: [
      { name: 'Drawn', create: () => drawnStrategy(of.pairs, of.asks, of.leverage, attributes), codeHash: '' },
    ],
    data: memoryMarket(Object.fromEntries(traded)),
    exchange: 'test',
    pairs: of.pairs,
    timeframe: of.timeframe,
    ...(of.detail && { detailTimeframe: of.detail }),
    fills: 'freqtrade',
    stakeCurrency: 'USDT',
    startingBalance: of.startingBalance,
    stakeAmount: of.stakeAmount,
    tradableBalanceRatio: of.tradableBalanceRatio,
    maxOpenTrades: of.maxOpenTrades,
    fee: of.fee,
    costs: { latencyMs: 0, spreadBps: 0, slippage: fixedSlippage({ bps: 0 }), volumeShare: 1, roiRests: true },
    liquidationBuffer: 0.05,
    enableProtections: false,
  });
  return outcome as FreqtradeRunOutcome;
}

describe.skipIf(!hasFreqtrade)('the freqtrade profile against Freqtrade itself', () => {
  it(`${CASES} runs with random settings and answers have the same trades`, { timeout: 600_000 }, async () => {
    const pairs = await market();
    const rng = seeded('freqtrade');
    const cases = Array.from({ length: CASES }, (_, k) => drawCase(rng.fork(k)));
    const theirs = runTheirs(pairs, cases);
    let trades = 0;
    for (const [k, of] of cases.entries()) {
      const { closed, finalBalance } = await runOurs(pairs, of, theirs[k]!.tiers);
      const key = (t: { readonly pair?: unknown; readonly openTime?: unknown }) => `${t.openTime} ${t.pair}`;
      const sorted = <T extends object>(rows: readonly T[]) => rows.toSorted((x, y) => (key(x) < key(y) ? -1 : 1));
      // Profits are sums of decimals that both engines round to 8 digits.
      const near = (x: number) => Math.round(x * 1e6) / 1e6;
      const ours = closed.map((t) => ({
        pair: t.pair,
        side: t.side,
        openTime: t.openTime,
        closeTime: t.closeTime,
        openRate: t.openRate,
        closeRate: t.closeRate,
        amount: t.amount,
        exitReason: t.exitReason,
        profitAbs: near(t.profitAbs),
        leverage: t.leverage,
        orders: t.orders.map(({ side, price, amount, time }) => [side, price, amount, time]),
      }));
      const expected = theirs[k]!.trades.map((t) => ({ ...t, profitAbs: near(t.profitAbs as number) }));
      expect(sorted(ours), JSON.stringify(of)).toEqual(sorted(expected));
      expect(finalBalance).toBeCloseTo(theirs[k]!.finalBalance, 6);
      trades += ours.length;
    }
    process.stdout.write(`freqtrade: ${CASES} runs, ${trades} trades the same\n`);
    expect(trades).toBeGreaterThan(CASES * 10);
  });
});
