import type { Protection, ProtectionSpan } from './ports.ts';

/** The reference engine's own words for a lock ("for for" included), so that lock lists can be compared. `value` is what breached the rule. */
export function lockReason(rule: Protection, value: number, candleMinutes: number): string {
  const duration = inWords(rule.duration);
  if (rule.kind === 'cooldown') return `Cooldown period for for ${duration}.`;
  const within = inWords(rule.lookback);
  switch (rule.kind) {
    case 'stoploss-guard':
      return `${rule.tradeLimit} stoplosses in ${minutesOf(rule.lookback, candleMinutes)} min, locking for ${duration}.`;
    case 'low-profit-pairs':
      return `${printed(value)} < ${rule.requiredProfit} in ${within}, locking for ${duration}.`;
    case 'max-drawdown':
      return `${printed(value)} passed ${rule.maxDrawdown} in ${within}, locking for ${duration}.`;
  }
}

function minutesOf(span: ProtectionSpan, candleMinutes: number): number {
  return 'candles' in span ? span.candles * candleMinutes : span.minutes;
}

function inWords(span: ProtectionSpan): string {
  return 'candles' in span
    ? `${span.candles} ${span.candles === 1 ? 'candle' : 'candles'}`
    : `${span.minutes} ${span.minutes === 1 ? 'minute' : 'minutes'}`;
}

/** A float as the reference engine prints it: small ones with an exponent of two digits, whole ones with a point. */
function printed(x: number): string {
  if (Number.isInteger(x)) return `${x}.0`;
  return Math.abs(x) >= 1e-4 ? String(x) : x.toExponential().replace(/e-(\d)$/, 'e-0$1');
}
