import { timeframe } from '../../../domain/timeframe.ts';
import type { FreqtradeLock, Protection, ProtectionSpan } from './ports.ts';

const MINUTE_MS = 60_000;
const STOPS: ReadonlySet<string> = new Set(['stop_loss', 'trailing_stop_loss', 'liquidation']);

/** A closed trade as protections see it. */
interface PastTrade {
  readonly pair: string;
  readonly closeTime: number;
  readonly exitReason: string;
  readonly profitRatio: number;
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

/** The guard of a run; `onLock` hears of each new lock. Without protections it does nothing. */
export function guard(
  protections: readonly Protection[],
  timeframeName: string,
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

  const run = (rule: Protection, pair: string, now: number) => {
    if (pair === '*' && (rule.kind === 'cooldown' || rule.onlyPerPair)) return;
    const since = now - (rule.lookback ? spanMs(rule.lookback) : 60 * MINUTE_MS);
    let count = 0;
    let last = 0;
    for (let i = past.length - 1; i >= 0 && past[i]!.closeTime > since; i--) {
      const trade = past[i]!;
      if (pair !== '*' && trade.pair !== pair) continue;
      if (
        rule.kind === 'stoploss-guard' &&
        !(STOPS.has(trade.exitReason) && trade.profitRatio < (rule.requiredProfit ?? 0))
      )
        continue;
      count++;
      last = Math.max(last, trade.closeTime);
    }
    const needed = rule.kind === 'cooldown' ? 1 : rule.tradeLimit;
    if (count < needed || count === 0) return;
    lock(pair, last + spanMs(rule.duration), now, reasonOf(rule, frame.ms));
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

/** The reference engine's own words ("for for" included), so that lock lists can be compared. */
function reasonOf(rule: Protection, frameMs: number): string {
  if (rule.kind === 'cooldown') return `Cooldown period for for ${inWords(rule.duration)}.`;
  const { lookback } = rule;
  const minutes = 'candles' in lookback ? (lookback.candles * frameMs) / MINUTE_MS : lookback.minutes;
  return `${rule.tradeLimit} stoplosses in ${minutes} min, locking for ${inWords(rule.duration)}.`;
}

function inWords(span: ProtectionSpan): string {
  return 'candles' in span
    ? `${span.candles} ${span.candles === 1 ? 'candle' : 'candles'}`
    : `${span.minutes} ${span.minutes === 1 ? 'minute' : 'minutes'}`;
}
