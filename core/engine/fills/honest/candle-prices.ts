import type { Instrument } from '../../../domain/tradable.ts';
import type { Quotes } from '../../quotes.ts';

/** The candle that orders are held against: prices in quote. */
export interface CandleRange {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The candle as those meet it who buy (`sign` 1) or sell (-1): its ask or its bid where the data has them. */
export function sideOf(sign: number, pair: CandleRange & { readonly quotes: Quotes | null }): CandleRange {
  if (pair.quotes === null) return pair;
  return sign > 0 ? pair.quotes.ask : pair.quotes.bid;
}

/** Half of what lies between bid and ask, where the data has them. */
export function halfOf({ quotes }: { readonly quotes: Quotes | null }): number {
  return quotes === null ? 0 : quotes.half;
}

/** True when the market opens beyond a limit: strictly better than it asks. `sign` 1 buys, -1 sells. */
export function gapsLimit(sign: number, limit: number, open: number): boolean {
  return sign > 0 ? open < limit : open > limit;
}

/** True when the market opens at or beyond a stop's trigger. */
export function gapsStop(sign: number, trigger: number, open: number): boolean {
  return sign > 0 ? open >= trigger : open <= trigger;
}

/** True when a candle trades through a limit by at least one tick: a limit that the market merely touches stays unfilled. */
export function tradesThrough(sign: number, ticks: number, instrument: Instrument, candle: CandleRange): boolean {
  const through = instrument.price(ticks - sign);
  return sign > 0 ? candle.low <= through : candle.high >= through;
}

/** True when a candle reaches a stop's trigger. */
export function reachesStop(sign: number, trigger: number, candle: CandleRange): boolean {
  return sign > 0 ? candle.high >= trigger : candle.low <= trigger;
}

/**
 * Price at which an order that arrives `late` ns after the open of a candle of `length` ns meets the market. A candle tells only its two ends:
 * the price is taken to move straight from one to the other, and never to have become better than the open.
 */
export function arrivalPrice(sign: number, candle: CandleRange, late: number, length: number): number {
  const { open } = candle;
  if (!(late > 0)) return open;
  const moved = placeAt(candle, late, length);
  return sign > 0 ? Math.max(open, moved) : Math.min(open, moved);
}

/** The first `until` ns of a candle of `length` ns: the straight way from its open towards its close. */
export function wayTo(candle: CandleRange, until: number, length: number): CandleRange {
  return straight(candle.open, placeAt(candle, until, length));
}

/** An order that arrives in the first part of a candle is taken to have been there from its open. */
const EARLY = 0.25;

/**
 * What an order that arrives `late` ns after the open of a candle of `length` ns, and is gone `until` ns after it, meets of it: all, where it comes
 * early on and stays; else the straight way from the one to the other, since the rest may have been before or after.
 */
export function metBetween(candle: CandleRange, late: number, until: number, length: number): CandleRange {
  const isEarly = late <= EARLY * length;
  if (isEarly && until >= length) return candle;
  return straight(isEarly ? candle.open : placeAt(candle, late, length), placeAt(candle, until, length));
}

/** Where the straight way from open to close is `late` ns after the open. */
function placeAt({ open, close }: CandleRange, late: number, length: number): number {
  return open + (close - open) * Math.min(1, Math.max(0, late / length));
}

function straight(open: number, close: number): CandleRange {
  return { open, high: Math.max(open, close), low: Math.min(open, close), close };
}

/** The worse of two prices for a taker. */
export function worseOf(sign: number, a: number, b: number): number {
  return sign > 0 ? Math.max(a, b) : Math.min(a, b);
}
