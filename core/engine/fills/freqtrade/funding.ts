import { type CandleTable, type EventTable, lowerBound } from '../../../domain/candles.ts';
import type { TradeState } from './trade-state.ts';

/** Funding events that count: their times (ms UTC) and rate × mark open, quote per base unit held long, paid when positive. */
export interface FundingCosts {
  readonly time: Float64Array;
  readonly cost: Float64Array;
}

const HOUR_MS = 3_600_000;

/** Events that have a mark candle of exactly their time; others are ignored, as the reference engine does. */
export function fundingCosts(funding: EventTable, mark: CandleTable): FundingCosts {
  const rates = funding.values.rate;
  const time: number[] = [];
  const cost: number[] = [];
  for (let i = 0, m = 0; rates && i < funding.length; i++) {
    m = lowerBound(mark.time, funding.time[i]!, m, mark.length);
    if (m >= mark.length || mark.time[m] !== funding.time[i]) continue;
    time.push(funding.time[i]!);
    cost.push(rates[i]! * mark.open[m]!);
  }
  return { time: Float64Array.from(time), cost: Float64Array.from(cost) };
}

/**
 * Recomputes the running segment's funding: events from the last fill to `now`, both ends included. So an addition exactly at an event pays
 * it twice: with the old amount in the ended segment, with the new one in the next.
 */
export function refreshFunding(trade: TradeState, costs: FundingCosts | null, now: number): void {
  if (!costs) return;
  const { time, cost } = costs;
  let sum = 0;
  for (let i = lowerBound(time, trade.lastFillTime); i < time.length && time[i]! <= now; i++)
    sum += cost[i]! * trade.amount;
  trade.fundingRunning = sum === 0 ? 0 : -trade.direction * sum;
  trade.fundingSeen = trade.fundingStored + trade.fundingRunning;
}

/** On candles the running funding is refreshed at whole hours only. */
export function isFundingTime(now: number): boolean {
  return now % HOUR_MS === 0;
}

/** Ends the running segment at a fill and returns its funding as it was last refreshed. */
export function endFundingSegment(trade: TradeState, now: number): number {
  const ended = trade.fundingRunning;
  trade.fundingStored += ended;
  trade.fundingRunning = 0;
  trade.lastFillTime = now;
  return ended;
}
