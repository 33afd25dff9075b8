import { nextAtLeast, sliceCandles } from '../domain/candles.ts';
import type { RunInputs, RunResult } from '../domain/run-result.ts';
import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import { dataKindOf } from '../ports/market-data.ts';
import type { RegimeRibbon } from '../report/sections/regime-ribbon.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { checkStake } from './check-tradable.ts';
import { groupNotes } from './group-notes.ts';
import { honestRun } from './honest-run.ts';
import { largeOrders } from './large-orders.ts';
import type { BlockReport } from './learning/learning-report.ts';
import type { Training } from './learning/training-log.ts';
import { packageVersion } from './package-root.ts';
import { type Prepared, prepare } from './prepare.ts';
import { equityCurve, hashOf, resultHash } from './result-of.ts';
import type { RunOutcome } from './run-outcome.ts';

/** A backtest's result with what tools around it may want. */
export interface BacktestRun {
  readonly result: RunResult;
  readonly outcome: RunOutcome;
  /** Assumptions that were made for want of data or specifications. */
  readonly notes: readonly string[];
  /** How what was learned on the way fared, on rows it had not seen. */
  readonly learning: readonly BlockReport[];
  /** States of the market over the run, where a regime was learned. */
  readonly ribbons: readonly RegimeRibbon[];
}

/**
 * Runs strategies over stored data.
 * @throws TidegateError for missing or bad data, strategies that throw, features that look ahead, impossible settings
 */
export async function backtest(given: BacktestOptions): Promise<BacktestRun> {
  checkOptions(given);
  const prepared = await prepare(given);
  await given.onLoaded?.(prepared.pairs.reduce((sum, p) => sum + p.candles.length + (p.detail?.length ?? 0), 0));
  const options = { ...given, data: prepared.data, pairs: prepared.pairs.map(({ pair }) => pair) };
  const outcome =
    options.fills === 'freqtrade'
      ? await (await import('./freqtrade-run.ts')).freqtradeRun(prepared, options)
      : await honestRun(prepared, options);
  const frame = timeframe(prepared.timeframe);
  const markets = prepared.pairs.map((p) => ({
    pair: p.pair,
    candles: sliceCandles(p.candles, p.startRow, p.candles.length),
    length: frame.ms,
  }));
  const equity = equityCurve(outcome.equity, markets, options.startingBalance, outcome.trades);
  const inputs = await inputsOf(options, prepared);
  const result: RunResult = {
    hash: resultHash(outcome.trades, equity),
    inputHash: hashOf(inputs),
    inputs,
    trades: outcome.trades,
    equity,
    finalBalance: outcome.finalBalance,
    rejected: outcome.rejected,
    counts: outcome.counts,
    trials: withWindowTrials(options.trials ?? { count: 1, sharpeVariance: 0 }, prepared.trainings),
    market: new Map(
      prepared.pairs.map((p) => [
        p.pair,
        {
          candles: sliceCandles(p.candles, p.startRow, p.candles.length),
          features: featureColumns(prepared, p.pair, p.startRow),
        },
      ]),
    ),
  };
  const { learning, ribbons, notes: learnedNotes } = prepared.learned ? await learnedOf(prepared) : NOTHING_LEARNED;
  const assumed = prepared.pairs.filter((p) => p.specAssumed).map((p) => p.pair);
  const notes = [
    ...(options.notes ?? []),
    ...prepared.leftOut,
    ...groupNotes(partNotes(prepared, options), options.pairs),
    ...groupNotes(joinedNotes(prepared), options.pairs),
    ...groupNotes(wholeNotes(prepared, options), options.pairs),
    ...groupNotes(outcome.notes, options.pairs),
    ...(options.fills === 'honest' ? largeOrders(markets, outcome.trades, options.costs.volumeShare) : []),
    ...(prepared.learned?.notes ?? []),
    ...learnedNotes,
    ...(learning.length > 0 ? volumeNotes(prepared) : []),
    ...(assumed.length > 0
      ? [`no stored market specification: tick, step, fees and tiers are assumed for ${assumed.join(', ')}`]
      : []),
  ];
  return { result, outcome, notes, learning, ribbons };
}

/** What a run says of what it learned. */
interface Learned extends Pick<BacktestRun, 'learning' | 'ribbons' | 'notes'> {}

const NOTHING_LEARNED: Learned = { learning: [], ribbons: [], notes: [] };

async function learnedOf(prepared: Prepared): Promise<Learned> {
  const [{ learningReport, learningNotes }, { regimeRibbons }] = await Promise.all([
    import('./learning/learning-report.ts'),
    import('./learning/regime-ribbons.ts'),
  ]);
  const candlesOf = (pair: string) => prepared.pairs.find((p) => p.pair === pair)!.candles;
  const learning = learningReport(prepared.learned!, prepared.plan, candlesOf, prepared.trainings);
  return { learning, ribbons: regimeRibbons(prepared), notes: learningNotes(learning) };
}

/** What was learned from volume is worth what the volume is. */
function volumeNotes({ pairs }: Prepared): string[] {
  return pairs.flatMap(({ pair, candles: { volumeKind = 'traded' } }) => {
    if (volumeKind === 'traded') return [];
    return [
      `${pair}: ${volumeKind === 'none' ? 'there is no volume' : `the volume is ${volumeKind} volume, not what was traded`}`,
    ];
  });
}

/** Candles that come less than this late are those of a quiet day. */
const NOTED_MS = 86_400_000;

const minuteOf = (time: number) => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Pairs whose candles begin after the run does or end before it: they are traded in a part of it. */
function partNotes({ pairs, timeframe: name }: Prepared, { from, to }: BacktestOptions): string[] {
  const { ms } = timeframe(name);
  const spans = pairs.map(({ pair, candles: { time, length } }) => ({
    pair,
    first: time[0]!,
    end: time[length - 1]! + ms,
  }));
  const start = from ?? Math.min(...spans.map(({ first }) => first));
  const stop = to ?? Math.max(...spans.map(({ end }) => end));
  const least = Math.max(NOTED_MS, 2 * ms);
  return spans.flatMap(({ pair, first, end }) => [
    ...(first - start >= least ? [`${pair}: there are no candles before ${minuteOf(first)}`] : []),
    ...(stop - end >= least ? [`${pair}: there are no candles after ${minuteOf(end)}`] : []),
  ]);
}

/** How notes name what features read of a pair: what goes on without end. Liquidations may be none for days. */
const READ: Readonly<Record<string, string>> = {
  candles: 'candles',
  mark: 'mark price',
  funding: 'funding',
  oi: 'open interest',
};

/** What features read of other pairs, mark prices, funding and open interest that is there for a part of the run only: nothing else would tell. */
function joinedNotes({ pairs, joined }: Prepared): string[] {
  const start = Math.min(...pairs.map(({ candles: { time }, startRow }) => time[startRow]!));
  const stop = Math.max(...pairs.map(({ candles: { time, length } }) => time[length - 1]!));
  return [...joined.values()].flatMap(({ grid: { pair, type }, rows: { available, end } }) => {
    if (!(type in READ)) return [];
    const of = `${pair}: features of its ${READ[type]}`;
    if (end === 0) return [`${of} are NaN: nothing of this time is stored`];
    const [first, last] = [available.values[0]!, available.values[end - 1]!];
    return [
      ...(first - start >= NOTED_MS ? [`${of} are NaN before ${minuteOf(first)}`] : []),
      ...(stop - last >= NOTED_MS ? [`${of} stand still after ${minuteOf(last)}`] : []),
    ];
  });
}

/** Pairs whose detail timeframe is not stored for all of the run. Freqtrade fills its gaps, so that only its ends count there. */
function wholeNotes({ pairs, timeframe: name }: Prepared, { detailTimeframe, fills }: BacktestOptions): string[] {
  const { closeOf } = timeframe(name);
  return pairs.flatMap(({ pair, candles: { time, length }, detail, startRow }) => {
    if (detail === undefined) return [];
    let without = 0;
    for (let row = startRow, at = 0; row < length; row++) {
      at = nextAtLeast(detail.time, time[row]!, at);
      const isGap =
        at === detail.length || (detail.time[at]! >= closeOf(time[row]!) && (at === 0 || fills === 'honest'));
      if (isGap) without++;
    }
    const of = `${without} of ${length - startRow} candles have no ${detailTimeframe} candles`;
    return without > 0 ? [`${pair}: ${of}: they are played whole`] : [];
  });
}

/** Settings that were tried in training windows count as trials, too. */
function withWindowTrials(trials: RunResult['trials'], trainings: readonly Training[]): RunResult['trials'] {
  return { ...trials, count: trials.count + trainings.reduce((sum, t) => sum + (t.trials ?? 0), 0) };
}

/** Refuses settings that make no sense. @throws TidegateError CONFIG_VALUE */
export function checkOptions(options: BacktestOptions): void {
  const refuse = (what: string, remedy: string) => {
    throw new TidegateError('CONFIG_VALUE', what, { remedy });
  };
  if (options.fills === 'freqtrade' && (options.costs.feeAsset ?? 'quote') !== 'quote')
    refuse('the freqtrade profile pays fees in the quote only', 'Leave out costs.feeAsset, or use --fills honest.');
  if (options.strategies.length === 0)
    refuse('no strategy was given', 'Use --strategy NAME; "tidegate list strategies" shows them.');
  if (options.pairs.length === 0)
    refuse('no pair was given', 'Use --pairs BTC/USDT,ETH/USDT or set pairs in the configuration.');
  if (!(options.startingBalance > 0))
    refuse(`startingBalance is ${options.startingBalance}`, 'Give a positive amount of stake currency.');
  if (options.stakeAmount !== 'unlimited' && !(options.stakeAmount > 0))
    refuse(`stakeAmount is ${options.stakeAmount}`, 'Give a positive amount, or "unlimited".');
  checkStake(options);
  if (!(options.maxOpenTrades >= 1)) refuse(`maxOpenTrades is ${options.maxOpenTrades}`, 'Give 1 or more.');
  if (options.netting && options.fills === 'freqtrade')
    refuse('netting is on with --fills freqtrade', 'Freqtrade gives a pair to one trade: leave out one of the two.');
  if (options.from !== undefined && options.to !== undefined && options.from >= options.to)
    refuse('the time range ends before it starts', 'Write it as 20240101-20240201.');
}

function featureColumns(prepared: Prepared, pair: string, startRow: number): Record<string, Float64Array> {
  const out: Record<string, Float64Array> = {};
  for (const { features, source } of prepared.strategies)
    for (const [name, series] of features.get(pair)?.series ?? []) {
      const key = prepared.strategies.length > 1 ? `${source.name}.${name}` : name;
      out[key] = prepared.plan.add(series).values.subarray(startRow);
    }
  return out;
}

async function inputsOf(options: BacktestOptions, prepared: Prepared): Promise<RunInputs> {
  const from = Math.min(...prepared.pairs.map((p) => p.candles.time[p.startRow]!));
  const to = Math.max(...prepared.pairs.map((p) => p.candles.time[p.candles.length - 1]!));
  const dataHashes: Record<string, string> = {};
  for (const { pair, candles } of prepared.pairs)
    dataHashes[pair] = await options.data.contentHash(
      { exchange: options.exchange, pair, type: 'candles', timeframe: prepared.timeframe },
      { from: candles.time[0]!, to: candles.time[candles.length - 1]! + 1 },
    );
  Object.assign(dataHashes, await otherHashes(options, prepared, to));
  const made = prepared.strategies.map(({ source, strategy }) => ({ name: source.name, strategy }));
  const contents = [
    ...((await options.modules?.(made))?.risk.flatMap((module) => module.contentHash ?? []) ?? []),
    ...made.flatMap(({ strategy }) => strategy.contentHash?.() ?? []),
  ];
  return {
    strategies: options.strategies.map((s) => s.name),
    pairs: options.pairs,
    timeframe: prepared.timeframe,
    detailTimeframe: options.detailTimeframe ?? null,
    from,
    to,
    fills: options.fills,
    stakeCurrency: options.stakeCurrency,
    startingBalance: options.startingBalance,
    settings: {
      exchange: options.exchange,
      stakeAmount: options.stakeAmount,
      tradableBalanceRatio: options.tradableBalanceRatio,
      maxOpenTrades: options.maxOpenTrades,
      ...(options.netting && { netting: true }),
      fee: options.fee ?? null,
      costs: {
        latencyMs: options.costs.latencyMs,
        spreadBps: options.costs.spreadBps,
        ...((options.costs.quotedSpread ?? 1) !== 1 && { quotedSpread: options.costs.quotedSpread }),
        volumeShare: options.costs.volumeShare,
        roiRests: options.costs.roiRests,
      },
      assumeFunding: options.assumeFunding ?? null,
      historyStart: prepared.historyStart,
      startup: prepared.startup,
      code: options.strategies.map((s) => s.codeHash),
      plugins: options.usedCode?.() ?? {},
      package: packageVersion(),
      parameters: prepared.strategies.map((s) => ({
        ...Object.fromEntries(Object.entries(s.strategy.declared).map(([k, p]) => [k, p.fallback])),
        ...s.source.parameters,
      })),
      specs: prepared.pairs.map((p) => p.spec),
      ...(prepared.pairs.some((p) => p.specChanges.length > 0) && {
        specChanges: prepared.pairs.map((p) => p.specChanges),
      }),
      data: dataHashes,
      ...(contents.length > 0 && { contents }),
      ...(prepared.learned && prepared.learned.nodes.size > 0 && { learned: [...prepared.learned.nodes.keys()] }),
      v8: process.versions.v8,
      ...options.settings,
    },
    dataKind: dataKindOf(options.data, options.exchange),
  };
}

/** Hashes of what was read beside the candles that are traded on: detail, mark prices, funding, other pairs. Up to the close of the last candle. */
async function otherHashes(
  { data, exchange, pairs }: BacktestOptions,
  { timeframe: frameName, read }: Prepared,
  last: number,
): Promise<Record<string, string>> {
  const frame = timeframe(frameName);
  const end = frame.closeOf(last);
  const hashes: Record<string, string> = {};
  for (const { key, range } of read()) {
    const isTraded = key.type === 'candles' && key.exchange === exchange && pairs.includes(key.pair);
    if (isTraded && (key.timeframe === frameName || frame.bars)) continue;
    // What happens at the very end is known when the last candle closes.
    const most = key.timeframe === null ? end + 1 : end;
    const name = [key.pair, key.type, key.timeframe ?? []].flat().join(' ');
    hashes[name] = await data.contentHash(key, { ...range, to: Math.min(range.to ?? most, most) });
  }
  return hashes;
}
