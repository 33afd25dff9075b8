import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { SynthOptions } from '../data/synth/synth-market.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData, SeriesInfo } from '../ports/market-data.ts';
import { progressBar } from './progress-bar.ts';
import type { DataOrigin } from './stored-run.ts';

/** The market that the demonstration runs on, and the words for it. */
export interface DemoMarket {
  readonly data: MarketData;
  readonly origin: DataOrigin;
  /** One line for screen and page. */
  readonly words: string;
}

/** Pairs, timeframe and currency for one kind of market. */
export interface DemoSelection {
  readonly exchange: string;
  readonly pairs: readonly string[];
  readonly timeframe: string;
  /** Timeframe of the stored candles that those are made of. */
  readonly stored: string;
  readonly stakeCurrency: string;
}

const PAIRS = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT:USDT', 'ETH/USDT:USDT'] as const;
const DAYS = 45;
const TIMEFRAME = '5m';
const SYNTHETIC: SynthOptions = {
  seed: 7,
  pairs: PAIRS,
  from: Date.UTC(2024, 0, 1),
  days: 90,
  timeframe: TIMEFRAME,
  tickMinutes: 0,
};
/** An exchange that was named gets longer to answer than one that may not be in reach. */
const NAMED_MS = 30_000;
/** More pairs than these make a table, not a demonstration. */
const MOST_PAIRS = 3;

/**
 * The folder given; else recent real candles and funding, where the exchange answers within three seconds; else a market from a seed.
 * @param given folder of real data, from `--data` or `TIDEGATE_DATA`
 */
export async function demoMarket(
  given: string | undefined,
  userdir: string,
  isOffline: boolean,
  url: string | undefined,
  say: (text: string) => void,
): Promise<DemoMarket> {
  if (given !== undefined) {
    const { openData } = await import('../data/open-data.ts');
    const data = await openData(given);
    const kind = data.dataKind === 'real' ? 'market data' : 'synthetic market data';
    return { data, origin: { folder: given }, words: `${kind} of ${given}` };
  }
  const folder = join(userdir, 'data');
  if (!isOffline) {
    say('asking the exchange for recent candles …');
    const { quickDownload } = await import('../data/download/quick-download.ts');
    const bar = progressBar('download');
    const share = (pair: string, done: number, total: number) =>
      bar.update(
        Math.max(0, (PAIRS.indexOf(pair as (typeof PAIRS)[number]) + Math.min(1, done / total)) / PAIRS.length),
      );
    let failure = '';
    const onFailure = (reason: string) => {
      failure = reason;
    };
    const wanted = {
      folder,
      pairs: PAIRS,
      timeframe: TIMEFRAME,
      days: DAYS,
      answerMs: url ? NAMED_MS : 3000,
      onProgress: share,
      onFailure,
      ...(url && { baseUrl: url }),
    };
    const data = await quickDownload(wanted).finally(() => bar.stop());
    if (data)
      return {
        data,
        origin: { folder },
        words: `the last ${DAYS} days of ${url ? `candles and funding from ${url}` : 'real candles and funding from Binance'}`,
      };
    say(`${failure}: going on with a market made from a seed`);
  }
  const { synthMarket } = await import('../data/synth/synth-market.ts');
  return {
    data: synthMarket(SYNTHETIC),
    origin: { synthetic: SYNTHETIC },
    words: `a SYNTHETIC market (seed ${SYNTHETIC.seed}, ${SYNTHETIC.days} days): not real prices`,
  };
}

/**
 * What a folder offers for spot or perpetual markets: the most usual quote currency, the candles nearest to the wanted timeframe (longer ones are made from
 * shorter ones), and of
 * perpetuals only those with funding and mark prices over the candles. Null where there is nothing.
 */
export async function selectPairs(
  data: MarketData,
  kind: 'spot' | 'perpetual',
  wanted: string,
): Promise<DemoSelection | null> {
  const all = await data.list();
  const usable = all.filter(
    (s) => s.type === 'candles' && isOf(kind, s.pair) && s.rows >= 1000 && (kind === 'spot' || isSettled(s, all)),
  );
  const [best] = usable.toSorted(
    (a, b) => quoteRank(a.pair) - quoteRank(b.pair) || distance(a, wanted) - distance(b, wanted) || b.rows - a.rows,
  );
  if (!best) return null;
  const same = usable.filter(
    (s) =>
      s.exchange === best.exchange &&
      s.timeframe === best.timeframe &&
      currencyOf(s.pair) === currencyOf(best.pair) &&
      Math.max(s.first, best.first) < Math.min(s.last, best.last),
  );
  const pairs = [...new Set(same.toSorted((a, b) => baseRank(a.pair) - baseRank(b.pair)).map((s) => s.pair))];
  return {
    exchange: best.exchange,
    pairs: pairs.slice(0, MOST_PAIRS),
    timeframe: isShorter(best, wanted) ? wanted : best.timeframe!,
    stored: best.timeframe!,
    stakeCurrency: currencyOf(best.pair),
  };
}

/** The settings of a demonstration's run: a balance of 10,000, a stake of 1,000, three positions. */
export async function demoConfig(strategy: string, selection: DemoSelection, timerange?: string): Promise<Config> {
  const { loadConfig } = await import('../config/load.ts');
  const { exchange, pairs, timeframe: frame, stakeCurrency } = selection;
  return loadConfig({
    files: [],
    commandLine: {
      strategy,
      exchange,
      pairs,
      timeframe: frame,
      stakeCurrency,
      stakeAmount: 1000,
      startingBalance: 10_000,
      maxOpenTrades: 3,
      ...(timerange !== undefined && { timerange }),
    },
  });
}

/** @throws TidegateError DEMO_NO_DATA */
export function refuseEmpty(market: DemoMarket): never {
  throw new TidegateError('DEMO_NO_DATA', 'there are no candles here that the ready strategies can run on', {
    where: market.data.root,
    remedy: 'Leave out --data (and TIDEGATE_DATA) for a downloaded or synthetic market.',
  });
}

function isOf(kind: 'spot' | 'perpetual', pair: string): boolean {
  return pair.includes('/') && pair.includes(':') === (kind === 'perpetual');
}

/** Funding and marks from the first settlement of the candles to the last. */
function isSettled(candles: SeriesInfo, all: readonly SeriesInfo[]): boolean {
  const slack = 9 * 3_600_000;
  return (['funding', 'mark'] as const).every((type) =>
    all.some(
      (s) =>
        s.exchange === candles.exchange &&
        s.pair === candles.pair &&
        s.type === type &&
        s.first <= candles.first + slack &&
        s.last >= candles.last - slack,
    ),
  );
}

function currencyOf(pair: string): string {
  return pair.split(/[/:]/).at(-1)!;
}

/** Stable coins and dollars first: a balance of 10,000 means something in them. */
function quoteRank(pair: string): number {
  const rank = ['USDT', 'USDC', 'USD', 'FDUSD', 'EUR'].indexOf(currencyOf(pair));
  return rank < 0 ? 9 : rank;
}

function baseRank(pair: string): number {
  const rank = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP'].indexOf(pair.split('/')[0]!);
  return rank < 0 ? 9 : rank;
}

/** Candles from which those of the wanted timeframe can be made. */
function isShorter(series: SeriesInfo, wanted: string): boolean {
  const [stored, target] = [timeframe(series.timeframe!).ms, timeframe(wanted).ms];
  return stored < target && target % stored === 0;
}

function distance(series: SeriesInfo, wanted: string): number {
  return Math.abs(Math.log(timeframe(series.timeframe!).ms / timeframe(wanted).ms));
}
