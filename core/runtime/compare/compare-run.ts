import { timeframe } from '../../domain/timeframe.ts';
import type { ClosedTrade } from '../../domain/trade.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { tradesOf } from '../../persistence/trade-store/closed-trade.ts';
import type { TradeReader } from '../../ports/trade-store.ts';
import { backtest } from '../backtest.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { attributeGap, type GapCause, type GapPart } from './attribute-gap.ts';
import { addedBecause, legsOf, missedBecause } from './evidence.ts';
import { matchTrades } from './match-trades.ts';
import { pricePath } from './price-path.ts';
import { SeenCandles } from './seen-candles.ts';

/** One trade of either run with its gap: live profit less the backtest's, stake currency. */
export interface ComparedTrade {
  readonly strategy: string;
  readonly pair: string;
  readonly side: 'long' | 'short';
  readonly openTime: number;
  /** Ids in the store and in the backtest; null where a run lacks the trade. */
  readonly live: number | null;
  readonly test: number | null;
  readonly liveProfit: number;
  readonly testProfit: number;
  readonly gap: number;
  readonly parts: readonly GapPart[];
}

/** A dry-run or live run beside a backtest of the same span. Money in stake currency, times ms UTC. */
export interface RunComparison {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly timeframe: string;
  readonly stakeCurrency: string;
  readonly trades: readonly ComparedTrade[];
  /** Live trades that were still open: not compared. */
  readonly open: number;
  readonly liveProfit: number;
  readonly testProfit: number;
  readonly gap: number;
  readonly byCause: Readonly<Record<GapCause, number>>;
  /** Candles of the journal, and those among them that differ from the stored ones. */
  readonly candles: { readonly seen: number; readonly differing: number };
  readonly notes: readonly string[];
}

/** When a run began and ended, what it traded and with how much, as its store says. */
export interface RunSpan {
  readonly from: number;
  readonly to: number;
  readonly pairs: readonly string[];
  readonly strategies: readonly string[];
  readonly startingBalance: number | null;
}

/** @throws TidegateError COMPARE_EMPTY when the bot never ran */
export function spanOf(reader: TradeReader): RunSpan {
  const sessions = reader.sessions();
  const [first] = sessions;
  if (!first)
    throw new TidegateError('COMPARE_EMPTY', 'no session is stored', {
      where: reader.path,
      remedy: 'Run "tidegate trade" first.',
    });
  const spans = reader.journalSpans();
  const inputs = (sessions.at(-1)!.inputs ?? {}) as {
    readonly pairs?: readonly string[];
    readonly strategies?: readonly (readonly string[])[];
  };
  const begun = reader.journal(first.firstEvent - 1, 1)[0]?.body as
    | { readonly terms?: { readonly startingBalance?: number } }
    | undefined;
  return {
    from: spans[0]?.from ?? first.at,
    to: spans.at(-1)?.to ?? sessions.at(-1)!.endedAt ?? first.at,
    pairs: inputs.pairs ?? [],
    strategies: (inputs.strategies ?? []).map(([name]) => name!),
    startingBalance: begun?.terms?.startingBalance ?? null,
  };
}

/**
 * Runs the backtest and puts every closed trade of both runs beside the other's.
 * @param options the backtest of the span of the run
 */
export async function compareRun(reader: TradeReader, options: BacktestOptions, span: RunSpan): Promise<RunComparison> {
  const { result, notes } = await backtest(options);
  const frame = timeframe(result.inputs.timeframe);
  const stored = new Map([...result.market].map(([pair, { candles }]) => [pair, candles] as const));
  const seen = new SeenCandles(reader, stored, frame.openOf);
  const rows = reader.trades({ from: span.from, to: span.to + 1 });
  const closed = tradesOf(
    reader,
    rows.filter((row) => row.closedAt !== null),
  );
  const open = tradesOf(
    reader,
    rows.filter((row) => row.closedAt === null),
  );
  // A trade that the end of the data cut off stands for one that is still open.
  const matches = matchTrades([...closed, ...open], result.trades, 2 * frame.ms).filter(
    ({ live, test }) => !(live && open.includes(live)) && !(live === null && test?.exitReason === 'force_exit'),
  );
  const paths = new Map<string, (time: number) => number>();
  const pathOf = async (pair: string) => {
    const known = paths.get(pair);
    if (known) return known;
    const path = await pricePath(options.data, options.exchange, pair, span.from, span.to);
    paths.set(pair, path);
    return path;
  };
  const spans = reader.journalSpans();
  const isUp = (time: number) => spans.some((s) => s.from <= time && s.to + frame.ms >= time);
  const trades: ComparedTrade[] = [];
  for (const { live, test } of matches) {
    const { strategy, pair, side, openTime } = (live ?? test)!;
    const parts: GapPart[] = [];
    if (live !== null && test !== null) {
      const context = { ...legsOf(reader, live, seen), candleOf: frame.openOf, priceAt: await pathOf(pair) };
      parts.push(...attributeGap(live, test, context));
    } else if (live !== null) parts.push(addedBecause(live, legsOf(reader, live, seen).entry));
    else parts.push(missedBecause(reader, test!, { frameMs: frame.ms, seen, isUp }));
    const [liveProfit, testProfit] = [live?.profitAbs ?? 0, test?.profitAbs ?? 0];
    const ids = { live: live?.id ?? null, test: test?.id ?? null };
    trades.push({
      strategy,
      pair,
      side,
      openTime,
      ...ids,
      liveProfit,
      testProfit,
      gap: liveProfit - testProfit,
      parts,
    });
  }
  const sum = (of: (trade: ComparedTrade) => number) => trades.reduce((total, trade) => total + of(trade), 0);
  const causeSum = (cause: GapCause) =>
    sum((trade) => trade.parts.reduce((total, part) => (part.cause === cause ? total + part.amount : total), 0));
  return {
    path: reader.path,
    from: span.from,
    to: span.to,
    timeframe: frame.name,
    stakeCurrency: options.stakeCurrency,
    trades,
    open: open.length,
    liveProfit: sum((trade) => trade.liveProfit),
    testProfit: sum((trade) => trade.testProfit),
    gap: sum((trade) => trade.gap),
    byCause: { latency: causeSum('latency'), data: causeSum('data'), fill: causeSum('fill'), api: causeSum('api') },
    candles: { seen: seen.count, differing: seen.differing },
    notes: [...notes, ...agreementNotes(closed)],
  };
}

function agreementNotes(closed: readonly ClosedTrade[]): string[] {
  return closed.length < 20
    ? [`${closed.length} closed trades are few: parts of the gap are single cases, not tendencies`]
    : [];
}
