import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { GatheredRows } from '../learning/gathered-market.ts';
import { KNOWN_BEFORE_MS } from '../load-market.ts';
import { type CandleRow, STREAMED, type StreamedRow, type StreamedSeries } from './live-grids.ts';
import type { StoredMarket } from './load-history.ts';
import type { SessionParts } from './trade-session.ts';
import type { TradeWiring } from './trade-wiring.ts';

/** Rows per request. */
const PAGE = 500;
/** What was known at the start, as in a backtest; the mark candle of the first candle closes with it. */
const BEFORE = { funding: KNOWN_BEFORE_MS, oi: KNOWN_BEFORE_MS, mark: 0 } as const;

/**
 * What a streamed series said from `from` to `now` (ms UTC), and what was known before: from stored data as far as that reaches, the rest from the
 * exchange.
 * @throws TidegateError as the exchange does where it cannot be asked
 */
export async function loadStreamed(
  exchange: ExchangePort,
  stored: StoredMarket | null,
  series: StreamedSeries,
  frameName: string,
  from: number,
  now: number,
): Promise<StreamedRow[]> {
  const frame = timeframe(frameName);
  const rows: StreamedRow[] = [];
  const since = from - BEFORE[series.type];
  /** Earliest time of the next row. */
  const after = () => (rows.at(-1)?.row[0] ?? since - 1) + 1;
  const add = (row: readonly number[]) => {
    const time = row[0]!;
    if (!(time >= after())) return;
    const available = series.type === 'mark' ? frame.closeOf(time) : time;
    if (available <= now) rows.push({ ...series, row, available });
  };
  for (const row of await storedRows(stored, series, frameName, since)) add(row);
  for (;;) {
    const before = rows.length;
    const page = await pageOf(exchange, series, frameName, after());
    for (const row of page) add(row);
    if (page.length < PAGE || rows.length === before) return rows;
  }
}

/**
 * What streamed series said since the first candle of a session's history. What cannot be asked for is told, and begins with the stream.
 * @throws TidegateError TRADE_DATA for what this account has no stream of
 */
export async function pastStreamed(
  { exchange, stored, log }: Pick<SessionParts, 'exchange' | 'stored' | 'log'>,
  { grids: { streamed }, timeframe: frameName }: Pick<TradeWiring, 'grids' | 'timeframe'>,
  history: ReadonlyMap<string, readonly CandleRow[]>,
  now: number,
): Promise<StreamedRow[]> {
  const past: StreamedRow[] = [];
  for (const series of streamed) {
    const { pair, type } = series;
    if (exchange.kind === 'spot' || (type === 'oi' && !exchange.capabilities.openInterest))
      throw new TidegateError(
        'TRADE_DATA',
        `a feature reads ${NAMES[type]} of ${pair}, which ${exchange.account} has none of`,
        {
          remedy: 'Trade a perpetual of an exchange that tells it, or replace this feature.',
        },
      );
    try {
      const from = history.get(pair)?.[0]?.[0] ?? now;
      past.push(...(await loadStreamed(exchange, stored, series, frameName, from, now)));
    } catch (error) {
      log('warn', 'history.missing', { pair, type, reason: (error as Error).message });
    }
  }
  return past;
}

const NAMES = { funding: 'funding', oi: 'open interest', mark: 'mark prices' } as const;

async function pageOf(
  exchange: ExchangePort,
  { pair, type }: StreamedSeries,
  frameName: string,
  since: number,
): Promise<readonly (readonly number[])[]> {
  if (type === 'funding') return (await exchange.fetchFundingRates(pair, since)).map(({ at, rate }) => [at, rate]);
  if (type === 'oi') {
    const told = await exchange.fetchOpenInterestHistory(pair, since, PAGE);
    return told.map(({ exchangeTime, amount, value }) => [exchangeTime, amount, value]);
  }
  const candles = await exchange.fetchMarkCandles(pair, frameName, since, PAGE);
  return candles.map(({ openTime, open, high, low, close }) => [openTime, open, high, low, close, 0]);
}

async function storedRows(
  stored: StoredMarket | null,
  { pair, type }: StreamedSeries,
  frameName: string,
  from: number,
): Promise<readonly (readonly number[])[]> {
  if (stored === null) return [];
  try {
    const { data, exchange } = stored;
    const table =
      type === 'mark'
        ? await data.candles(exchange, pair, frameName, { from, type: 'mark' })
        : await data.events(exchange, pair, type, { from });
    const columns: Readonly<Record<string, Float64Array | undefined>> =
      'values' in table ? { time: table.time, ...table.values } : (table as unknown as Record<string, Float64Array>);
    return Array.from({ length: table.length }, (_, i) =>
      STREAMED[type].map((field) => columns[field]?.[i] ?? Number.NaN),
    );
  } catch (error) {
    // Nothing stored: the exchange gives all of it.
    if (error instanceof TidegateError && error.code.startsWith('DATA_')) return [];
    throw error;
  }
}

/** Rows of a streamed series as they are gathered to learn from. */
export function gatheredStreamed(
  { pair, type }: StreamedSeries,
  rows: readonly StreamedRow[],
  frameName: string,
): GatheredRows {
  const columns = STREAMED[type].map((field, k) => [field, Float64Array.from(rows, ({ row }) => row[k]!)] as const);
  return { pair, type, timeframe: type === 'mark' ? frameName : null, columns: Object.fromEntries(columns) };
}
