import { timeframe } from '../../../domain/timeframe.ts';
import { quicksortOrder } from '../../../foundation/quicksort-order.ts';
import type { FreqtradeLock, Protection, ProtectionSpan } from './ports.ts';
import { lockReason } from './protection-reasons.ts';

const MINUTE_MS = 60_000;
const STOPS: ReadonlySet<string> = new Set(['stop_loss', 'trailing_stop_loss', 'liquidation']);

/** A closed trade as protections see it. */
interface PastTrade {
  readonly pair: string;
  readonly closeTime: number;
  readonly exitReason: string;
  readonly profitRatio: number;
  readonly profitAbs: number;
}

/** Locks of a run and the history they follow from. */
export interface Guard {
  /** Remembers a closed trade; call before `afterExit` of the same fill. */
  remember(trade: PastTrade): void;
  /** Runs all protections after an exit fill, first for the pair, then for all pairs. */
  afterExit(pair: string, now: number): void;
  /** Whether a pair may not be entered at `time`: a candle is free once its time reaches the lock's end. */
  isLocked(pair: string, time: number): boolean;
}

/** The guard of a run; `onLock` hears of each new lock. Without protections it does nothing. `startingBalance` in stake currency. */
export function guard(
  protections: readonly Protection[],
  timeframeName: string,
  startingBalance: number,
  onLock: (lock: FreqtradeLock) => void,
): Guard {
  const frame = timeframe(timeframeName);
  const past: PastTrade[] = [];
  const ends = new Map<string, number>();
  const isLocked = (pair: string, time: number) =>
    (ends.get('*') ?? 0) > time || (pair !== '*' && (ends.get(pair) ?? 0) > time);
  const spanMs = (span: ProtectionSpan) => ('candles' in span ? span.candles * frame.ms : span.minutes * MINUTE_MS);

  const lock = (pair: string, until: number, from: number, reason: string) => {
    if (isLocked(pair, until)) return;
    // To the next candle boundary strictly after: an end already on one moves a whole candle on.
    const end = frame.closeOf(frame.openOf(until));
    ends.set(pair, Math.max(ends.get(pair) ?? 0, end));
    onLock({ pair, from, until: end, reason });
  };

  /** Trades that a rule looks at, in the order in which they were closed, and the balance without them. */
  const seenBy = (rule: Protection, pair: string, now: number) => {
    const since = now - (rule.lookback ? spanMs(rule.lookback) : 60 * MINUTE_MS);
    const trades: PastTrade[] = [];
    // Profits first, as the reference engine adds them up: its locks print all digits.
    let profit = 0;
    for (const trade of past) {
      if (trade.closeTime <= since) profit += trade.profitAbs;
      else if (counts(rule, trade, pair)) trades.push(trade);
    }
    return { trades, balance: startingBalance + profit };
  };

  const run = (rule: Protection, pair: string, now: number) => {
    if (!appliesTo(rule, pair)) return;
    const { trades, balance } = seenBy(rule, pair, now);
    if (trades.length === 0) return;
    const value = breach(rule, trades, balance);
    if (value === null) return;
    const last = Math.max(...trades.map(({ closeTime }) => closeTime));
    lock(pair, last + spanMs(rule.duration), now, lockReason(rule, value, frame.ms / MINUTE_MS));
  };

  return {
    remember: (trade) => {
      if (protections.length > 0) past.push(trade);
    },
    afterExit: (pair, now) => {
      for (const rule of protections) run(rule, pair, now);
      for (const rule of protections) run(rule, '*', now);
    },
    isLocked,
  };
}

/** Whether a rule is asked for single pairs, or for all (`*`). */
function appliesTo(rule: Protection, pair: string): boolean {
  if (rule.kind === 'stoploss-guard') return pair !== '*' || !rule.onlyPerPair;
  return (rule.kind === 'max-drawdown') === (pair === '*');
}

function counts(rule: Protection, trade: PastTrade, pair: string): boolean {
  if (pair !== '*' && trade.pair !== pair) return false;
  return (
    rule.kind !== 'stoploss-guard' || (STOPS.has(trade.exitReason) && trade.profitRatio < (rule.requiredProfit ?? 0))
  );
}

/** What breaches a rule: a count, a sum of profit ratios or a drawdown; null where it holds. */
function breach(rule: Protection, trades: readonly PastTrade[], balance: number): number | null {
  if (rule.kind === 'cooldown') return trades.length;
  if (trades.length < rule.tradeLimit) return null;
  if (rule.kind === 'stoploss-guard') return trades.length;
  if (rule.kind === 'low-profit-pairs') {
    const profit = trades.reduce((sum, trade) => sum + trade.profitRatio, 0);
    return profit < rule.requiredProfit ? profit : null;
  }
  // The reference engine sorts what it has in order of closing once more, which moves trades that closed at the same time.
  const sorted = Array.from(quicksortOrder(trades.map(({ closeTime }) => closeTime)), (k) => trades[k]!);
  const drawdown = rule.calculation === 'equity' ? accountDrawdown(sorted, balance) : ratioDrawdown(sorted);
  return drawdown > rule.maxDrawdown ? drawdown : null;
}

/** Largest fall of the running sum of profit ratios from its peak, which is at least 0. */
function ratioDrawdown(trades: readonly PastTrade[]): number {
  let sum = 0;
  let peak = 0;
  let worst = 0;
  for (const { profitRatio } of trades) {
    sum += profitRatio;
    peak = Math.max(peak, sum);
    worst = Math.max(worst, peak - sum);
  }
  return worst;
}

/** Largest fall of the balance from its peak as a fraction of that peak. */
function accountDrawdown(trades: readonly PastTrade[], before: number): number {
  let sum = 0;
  let top = 0;
  let worst = 0;
  for (const { profitAbs } of trades) {
    sum += profitAbs;
    top = Math.max(top, sum);
    const peak = before + top;
    worst = Math.max(worst, (peak - (before + sum)) / peak);
  }
  return worst;
}
