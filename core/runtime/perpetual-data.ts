import type { CandleTable, EventTable } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import type { PairFeed } from '../engine/fills/honest/pair-feed.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { fundingWithMarks, markCandles } from './load-market.ts';
import { markRange } from './mark-range.ts';
import type { PreparedPair } from './prepare.ts';

const HOUR = 3_600_000;

/**
 * Funding settlements and mark prices of a perpetual; nothing for other instruments. What is missing is an error, or, with a stated rate to
 * assume, replaced and noted.
 * @throws TidegateError DATA_MISSING
 */
export async function perpetualData(
  prep: PreparedPair,
  options: BacktestOptions,
  frameName: string,
  notes: string[],
): Promise<Pick<PairFeed, 'funding' | 'markHigh' | 'markLow'>> {
  if (prep.spec.kind !== 'perpetual') return {};
  const { data, exchange, assumeFunding } = options;
  const range = { from: prep.candles.time[prep.startRow]!, to: prep.candles.time[prep.candles.length - 1]! + 1 };
  const events = await fundingEvents(prep, options, range, notes);
  let mark: { readonly table: CandleTable; readonly frame: string } | undefined;
  try {
    mark = await markCandles(data, exchange, prep.pair, range);
  } catch (error) {
    if (!(error instanceof TidegateError) || assumeFunding === undefined) throw error;
  }
  const funding = fundingWithMarks(events, mark, prep.candles);
  if (funding.missing > 0) {
    if (assumeFunding === undefined)
      throw new TidegateError(
        'DATA_MISSING',
        `${funding.missing} of ${funding.time.length} funding settlements of ${prep.pair} have no mark price`,
        {
          where: data.root,
          remedy: `Run "tidegate download --type mark --pairs ${prep.pair}", or give --assume-funding to settle on the last price.`,
        },
      );
    notes.push(`${prep.pair}: ${funding.missing} funding settlements use the last price for want of a mark price`);
  }
  return { funding, ...marksOf(prep, options, frameName, mark, notes) };
}

/** The range of the mark price in each manage candle, where mark candles are short enough to tell. */
function marksOf(
  prep: PreparedPair,
  options: BacktestOptions,
  frameName: string,
  mark: { readonly table: CandleTable; readonly frame: string } | undefined,
  notes: string[],
): Pick<PairFeed, 'markHigh' | 'markLow'> {
  const candles = prep.detail ?? prep.candles;
  const { ms } = timeframe(prep.detail ? options.detailTimeframe! : frameName);
  if (mark === undefined || timeframe(mark.frame).ms > ms) {
    const why = mark === undefined ? 'no mark prices are stored' : `mark prices are stored at ${mark.frame} only`;
    notes.push(`${prep.pair}: liquidation is judged on traded prices, since ${why}`);
    return {};
  }
  const { high, low, missing } = markRange(mark.table, timeframe(mark.frame).ms, candles, ms);
  if (missing > 0)
    notes.push(`${prep.pair}: liquidation is judged on traded prices in ${missing} candles without mark prices`);
  return { markHigh: high, markLow: low };
}

async function fundingEvents(
  prep: PreparedPair,
  options: BacktestOptions,
  range: { readonly from: number; readonly to: number },
  notes: string[],
): Promise<EventTable> {
  const { data, exchange, assumeFunding } = options;
  let events: EventTable | undefined;
  try {
    events = await data.events(exchange, prep.pair, 'funding', range);
  } catch (error) {
    if (!(error instanceof TidegateError) || assumeFunding === undefined) throw error;
  }
  const hours = prep.spec.fundingIntervalHours || 8;
  const hole = events ? firstHole(events.time, range.from, range.to, (hours + 1) * HOUR) : range;
  if (events && !hole) return events;
  if (assumeFunding === undefined)
    throw new TidegateError('DATA_MISSING', `no funding of ${prep.pair} from ${iso(hole!.from)} to ${iso(hole!.to)}`, {
      where: data.root,
      remedy: `Run "tidegate download --type funding --pairs ${prep.pair}", or state a rate: --assume-funding 0.0001.`,
    });
  notes.push(`${prep.pair}: funding assumed at ${assumeFunding} every ${hours} h where none is stored`);
  return assumed(events, range, hours * HOUR, assumeFunding);
}

/** The first stretch longer than `most` ms without a settlement. */
function firstHole(
  times: Float64Array,
  from: number,
  to: number,
  most: number,
): { readonly from: number; readonly to: number } | null {
  let previous = from;
  for (const time of [...times, to]) {
    if (time - previous > most) return { from: previous, to: time };
    previous = time;
  }
  return null;
}

/** Stored settlements, and assumed ones at whole intervals where none is near. */
function assumed(
  events: EventTable | undefined,
  range: { readonly from: number; readonly to: number },
  interval: number,
  rate: number,
): EventTable {
  const rows = events ? Array.from(events.time, (time, k) => [time, events.values.rate![k]!] as const) : [];
  const stored = rows.map(([time]) => time);
  for (let time = Math.ceil(range.from / interval) * interval, k = 0; time < range.to; time += interval) {
    while (k < stored.length && stored[k]! <= time - interval / 2) k++;
    if (!(k < stored.length && stored[k]! < time + interval / 2)) rows.push([time, rate]);
  }
  rows.sort((a, b) => a[0] - b[0]);
  return {
    length: rows.length,
    time: Float64Array.from(rows, (r) => r[0]),
    values: { rate: Float64Array.from(rows, (r) => r[1]) },
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}
