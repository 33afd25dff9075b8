import { timeframe } from '../../../domain/timeframe.ts';
import { fillExit, isInCandle } from './fills.ts';
import { makeWay } from './orders.ts';
import type { FreqtradeProfile, FreqtradeWiring } from './ports.ts';
import { roundTo } from './rounding.ts';
import { loadBar, type PairState, type RunState, removeTrade, runState } from './run-state.ts';
import { stepDetail, stepMain } from './scheduler.ts';
import { freeBalance, tiedStake } from './wallet.ts';

/**
 * The `freqtrade` fill profile: the rules of the reference engine, pair by pair, quirks included, for comparison with its results
 * (docs/assumptions/freqtrade-fills.md). It knows no files, clocks or strategy classes; whoever drives it hands over candles, signals
 * and callbacks, and calls `step` in order of time.
 */
export function freqtradeProfile(wiring: FreqtradeWiring): FreqtradeProfile {
  const run = runState(wiring);
  const { settings } = wiring;
  const frame = timeframe(settings.timeframe);
  const detailMs = settings.detailTimeframe ? timeframe(settings.detailTimeframe).ms : 0;
  let last = Number.NEGATIVE_INFINITY;
  let steps = 0;
  return {
    start() {
      let first = Number.POSITIVE_INFINITY;
      for (const { candles, startup } of wiring.pairs) {
        if (candles.length <= startup) continue;
        first = Math.min(first, candles.time[startup]!);
        last = Math.max(last, candles.time[candles.length - 1]!);
      }
      return { from: first + frame.ms, to: last };
    },
    step(time) {
      steps++;
      const mayEnter = time < last;
      if (detailMs > 0) stepDetail(run, time, mayEnter, frame.ms, detailMs);
      else stepMain(run, time, steps, mayEnter);
    },
    finish() {
      closeAll(run);
      // What could not be left: futures count its margin as theirs, spot has only the money.
      const margin = settings.market === 'futures' ? tiedStake(run.open) : 0;
      const left = run.pairs.flatMap(({ trade, source }) => (trade ? { pair: source.pair, stake: trade.stake } : []));
      return { finalBalance: freeBalance(run.wallet, run.open) + margin, counts: run.counts, left };
    },
    balance: () => ({ free: freeBalance(run.wallet, run.open), tied: tiedStake(run.open) }),
  };
}

/**
 * Leaves what is still open at the open of each pair's last candle, in the order in which the pairs' candles begin, those that begin together in
 * pair-list order; entries that never filled are dropped. Where the open, rounded
 * to tick, lies outside the candle, the exit does not fill: that trade stays open.
 */
function closeAll(run: RunState): void {
  const begins = ({ source }: PairState) => source.candles.time[source.startup + 1]!;
  for (const pair of run.pairs.toSorted((a, b) => begins(a) - begins(b))) {
    const { trade, source } = pair;
    if (!trade) continue;
    if (trade.filledEntries === 0) {
      removeTrade(run, pair, trade);
      continue;
    }
    const { candles } = source;
    loadBar(run.bar, candles, candles.length - 1);
    const price = roundTo(run.bar.open, trade.tick);
    if (!isInCandle(run, price)) continue;
    makeWay(run, trade, false, price, trade.amount);
    trade.exitReason = 'force_exit';
    const created = run.bar.time;
    fillExit(run, pair, trade, { isEntry: false, created, price, amount: trade.amount, tag: 'force_exit' });
  }
}
