import type { ClosedTrade } from '../../domain/trade.ts';

/** Why a live trade came out otherwise than in the backtest. */
export type GapCause = 'latency' | 'data' | 'fill' | 'api';

/** A part of a gap: stake currency, negative where the live run did worse, and why in words. */
export interface GapPart {
  readonly cause: GapCause;
  readonly amount: number;
  readonly detail: string;
}

/** What is known of one leg (entry or exit) of a live trade. Times ms UTC. */
export interface LegEvidence {
  /** When the engine decided. */
  readonly decidedAt: number;
  readonly filledAt: number;
  /** From the first request to the one that the exchange took: above 0 where one failed or was unknown. */
  readonly apiDelayMs: number;
  /** What went wrong with the requests, in words; null where nothing did. */
  readonly apiTrouble: string | null;
  /** It waited at the market (stop, profit target): when exactly it filled inside a candle says nothing. */
  readonly isResting: boolean;
  /** Less was filled than was asked for. */
  readonly isPartial: boolean;
  /** What the bot saw of the candle that differs from the stored one, in words; null where nothing does. */
  readonly dataDifference: string | null;
}

/** The evidence of both legs, and what both runs are reckoned on. */
export interface GapContext {
  readonly entry: LegEvidence;
  readonly exit: LegEvidence;
  /** Opening time of the candle that contains a moment: legs decided in one candle are the same decision. */
  readonly candleOf: (time: number) => number;
  /** The market's price at a moment; NaN where it is not known. */
  readonly priceAt: (time: number) => number;
}

/**
 * Splits the gap between a live trade and its backtest into parts that sum to it. Size and fees first; then each leg's price difference: decided at
 * another candle or for another reason, it is data (or the API, where requests failed); decided alike, what the market moved between the two fills is
 * latency, or the API in the share of the delay that its failures took, and the rest is how the order filled.
 */
export function attributeGap(live: ClosedTrade, test: ClosedTrade, context: GapContext): readonly GapPart[] {
  const sign = live.side === 'long' ? 1 : -1;
  const parts: GapPart[] = [];
  const put = (cause: GapCause, amount: number, detail: string) => {
    if (amount !== 0) parts.push({ cause, amount, detail });
  };
  const size = (live.amount - test.amount) * (test.profitAbs / test.amount);
  const sizes = `${figure(live.amount)} instead of ${figure(test.amount)}`;
  put(
    context.entry.isPartial ? 'fill' : 'data',
    size,
    context.entry.isPartial ? `filled in part: ${sizes}` : `sized otherwise: ${sizes}`,
  );
  const legs = [
    {
      name: 'entry',
      evidence: context.entry,
      live: live.openRate,
      test: test.openRate,
      at: test.openTime,
      sign: -sign,
      isSame: true,
    },
    {
      name: 'exit',
      evidence: context.exit,
      live: live.closeRate,
      test: test.closeRate,
      at: test.closeTime,
      sign,
      isSame: live.exitReason === test.exitReason,
    },
  ];
  let explained = size;
  for (const leg of legs) {
    const { evidence, name } = leg;
    const gap = leg.sign * (leg.live - leg.test) * live.amount;
    explained += gap;
    const isSameCandle = context.candleOf(evidence.decidedAt) === context.candleOf(leg.at);
    if (!isSameCandle || !leg.isSame) {
      const why = leg.isSame ? 'at another candle' : `${live.exitReason} instead of ${test.exitReason}`;
      if (evidence.apiTrouble !== null) put('api', gap, `${name} ${why}: ${evidence.apiTrouble}`);
      else put('data', gap, `${name} ${why}${evidence.dataDifference ? `: ${evidence.dataDifference}` : ''}`);
      continue;
    }
    const moved = context.priceAt(evidence.filledAt) - context.priceAt(leg.at);
    const drift = Number.isFinite(moved) && !evidence.isResting ? leg.sign * moved * live.amount : 0;
    const delay = evidence.filledAt - leg.at;
    const share = evidence.apiTrouble === null || delay <= 0 ? 0 : Math.min(1, evidence.apiDelayMs / delay);
    put('api', share * drift, `${name} ${seconds(evidence.apiDelayMs)} late: ${evidence.apiTrouble ?? ''}`);
    put(
      'latency',
      (1 - share) * drift,
      `${name} filled ${delay >= 0 ? `${seconds(delay)} later` : `${seconds(-delay)} earlier`}`,
    );
    put(
      'fill',
      gap - share * drift - (1 - share) * drift,
      `${name} at ${figure(leg.live)} instead of ${figure(leg.test)}`,
    );
  }
  // What prices and sizes do not explain is fees and funding; rounding alone is no part.
  const rest = live.profitAbs - test.profitAbs - explained;
  if (Math.abs(rest) > 1e-9 * (Math.abs(live.profitAbs) + Math.abs(test.profitAbs) + live.stake))
    put('fill', rest, 'fees and funding');
  return parts;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Without the noise of the last bits. */
function figure(value: number): string {
  return String(Number(value.toPrecision(9)));
}
