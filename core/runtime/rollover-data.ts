import { newYorkOffsetHours } from '../data/synth/forex-session.ts';
import type { PairFeed } from '../engine/fills/honest/pair-feed.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { fundingWithMarks } from './load-market.ts';
import type { PreparedPair } from './prepare.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A roll-over: when (ms UTC), and for how many nights it pays. */
interface Rollover {
  readonly time: number;
  readonly nights: number;
}

/**
 * Roll-overs of spot forex in [from, to), ms UTC: 17:00 New York time from Monday to Friday. Deals settle after two working days, so that
 * what is held over Wednesday's pays for the weekend as well: three nights. Bank holidays are not known.
 */
export function rollovers(from: number, to: number): readonly Rollover[] {
  const found: Rollover[] = [];
  for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) {
    const time = day + (17 + newYorkOffsetHours(day + 17 * HOUR)) * HOUR;
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && time >= from && time < to)
      found.push({ time, nights: weekday === 3 ? 3 : 1 });
  }
  return found;
}

/** The financing of a forex pair as settlements on its price, and a note of what was assumed; nothing for other instruments. */
export function rolloverData(prep: PreparedPair, options: BacktestOptions, notes: string[]): Pick<PairFeed, 'funding'> {
  const { rollover } = options.costs;
  if (prep.spec.kind !== 'forex' || !rollover) return {};
  const { candles, startRow, pair } = prep;
  const { long, short } = rollover;
  notes.push(`${pair}: roll-over assumed at ${percent(long)} a year for longs and ${percent(short)} for shorts`);
  const all = rollovers(candles.time[startRow]!, candles.time[candles.length - 1]! + 1);
  const nightly = (yearly: number) => Float64Array.from(all, ({ nights }) => (yearly * nights) / 365);
  const events = {
    length: all.length,
    time: Float64Array.from(all, ({ time }) => time),
    // Longs pay rate + markup, shorts markup - rate.
    values: { rate: nightly((long - short) / 2) },
  };
  const { missing: _, ...funding } = fundingWithMarks(events, undefined, candles);
  return { funding: { ...funding, markup: nightly((long + short) / 2) } };
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))} %`;
}
