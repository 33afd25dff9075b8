import { lowerBound } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { checkFeatures } from './check-features.ts';
import { checkWarmup } from './check-warmup.ts';
import { type Future, leaks, nondeterminism } from './compare-traces.ts';
import type { Finding } from './finding.ts';
import { recordRun, type Trace } from './record-run.ts';
import { MarketTape } from './windowed-data.ts';

/** What was looked at, and what was found. */
export interface CheckReport {
  readonly findings: readonly Finding[];
  readonly candles: number;
  readonly cuts: number;
  readonly from: number;
  readonly to: number;
}

export interface CheckOptions {
  /** Most candles that are looked at, from the end of the range. */
  readonly candles: number;
  /** How many times the data is cut. */
  readonly cuts: number;
  /** Loads the run's strategies anew, module variables and all: what one run has seen, the next must not know. */
  readonly load: () => Promise<BacktestOptions['strategies']>;
  readonly onProgress?: (done: number) => void;
}

/** Cuts after which enough was found. */
const ENOUGH = 3;

/**
 * Tries to prove a run's strategies wrong: features re-run over cut and single rows; the whole run twice; the run over data that ends at many
 * moments (those at which it decided something first of all) or goes on otherwise from there,
 * with modules loaded anew; and over different amounts of history. What throws is a finding too.
 * Clock, chance and files are watched by `guardGlobals` around this call.
 */
export async function checkStrategy(given: BacktestOptions, wanted: CheckOptions): Promise<CheckReport> {
  const tape = new MarketTape(given.data);
  const findings: Finding[] = [];
  const step = (done: number) => wanted.onProgress?.(done);
  let span = { from: given.from ?? Number.NaN, to: given.to ?? Number.NaN, candles: 0, cuts: 0 };
  try {
    const options = await windowed(given, tape, wanted.candles);
    const prepared = await prepare(options, { isTrusting: true });
    const frameMs = timeframe(prepared.timeframe).ms;
    const times = closesOf(prepared, frameMs);
    span = { from: times[0]! - frameMs, to: times.at(-1)!, candles: times.length, cuts: 0 };
    findings.push(...checkFeatures(prepared.plan));
    if (findings.length > 0) return { findings, ...span };
    step(0.05);
    const whole = await recordRun(options);
    findings.push(...stateFindings(whole));
    findings.push(...nondeterminism(whole, await recordRun(options)));
    step(0.1);
    const cuts = chooseCuts(whole, times, wanted.cuts);
    for (const [k, cut] of cuts.entries()) {
      const own = { ...options, strategies: await wanted.load() };
      const cutRun = await runKnowing(own, tape, cut, k === cuts.length - 1 && span.cuts === 0);
      if (!cutRun) continue;
      span = { ...span, cuts: span.cuts + 1 };
      findings.push(...leaks(whole, cutRun, cut.time, frameMs, cut.future));
      step(0.1 + (0.7 * (k + 1)) / cuts.length);
      if (findings.filter((f) => f.check === 'look-ahead').length >= ENOUGH) break;
    }
    const middle = times[Math.floor(times.length / 2)]! - frameMs;
    const history = await storedBefore(options, prepared.timeframe, middle);
    findings.push(...(await checkWarmup({ ...options, from: middle }, prepared.timeframe, history)));
    step(1);
  } catch (error) {
    findings.push(thrown(error));
  }
  return { findings: distinct(findings), ...span };
}

/**
 * The run over data that ends at a cut, or has another future from there on; undefined where too little is left for a run (no funding yet), unless
 * it is the last chance.
 */
async function runKnowing(
  options: BacktestOptions,
  tape: MarketTape,
  { time, future }: Cut,
  isLastChance: boolean,
): Promise<Trace | undefined> {
  if (future === 'mirrored') return recordRun({ ...options, data: tape.mirroredAfter(time) });
  try {
    return await recordRun({ ...options, data: tape.until(time), to: Math.min(options.to ?? time, time) });
  } catch (error) {
    if (error instanceof TidegateError && error.code === 'DATA_MISSING' && !isLastChance) return undefined;
    throw error;
  }
}

/** Candles that all pairs have before a moment, and how many are missing among them. */
async function storedBefore({ data, exchange, pairs }: BacktestOptions, name: string, moment: number) {
  const { ms } = timeframe(name);
  const counts = await Promise.all(
    pairs.map(async (pair) => {
      const { time } = await data.candles(exchange, pair, name);
      const available = lowerBound(time, moment);
      return { available, missing: Math.max(0, Math.round((moment - time[0]!) / ms) - available) };
    }),
  );
  return {
    available: Math.min(...counts.map((c) => c.available)),
    missing: Math.max(...counts.map((c) => c.missing)),
  };
}

/** The run, over the last `candles` candles of its range, from data that is loaded once. */
async function windowed(given: BacktestOptions, tape: MarketTape, candles: number): Promise<BacktestOptions> {
  const options: BacktestOptions = { ...given, data: tape.until(Number.POSITIVE_INFINITY) };
  const { onProgress: _, ...quiet } = options;
  const { timeframe: name, pairs } = await prepare(quiet, { isTrusting: true });
  const frameMs = timeframe(name).ms;
  const last = Math.max(...pairs.map((p) => p.candles.time.at(-1)!));
  const first = Math.min(...pairs.map((p) => p.candles.time[p.startRow]!));
  const from = Math.max(first, last - (candles - 1) * frameMs);
  return { ...quiet, from };
}

/** Closing times of all traded candles, sorted. */
function closesOf(prepared: Prepared, frameMs: number): number[] {
  const all = new Set(
    prepared.pairs.flatMap((p) => Array.from(p.candles.time.subarray(p.startRow), (t) => t + frameMs)),
  );
  return [...all].sort((a, b) => a - b);
}

/** A moment at which the future is taken away, and what stands there instead. */
interface Cut {
  readonly time: number;
  readonly future: Future;
}

/** Moments to take the future away at, in order: two thirds of them where the strategy decided something, the rest spread by a fixed seed; never the very start or end. */
function chooseCuts(whole: Trace, times: readonly number[], count: number): Cut[] {
  const inner = new Set(times.slice(2, -1));
  // Before the first funding settlement a perpetual cannot be run at all.
  const settled = new Set([...inner].filter((t) => t > times[0]! + 10 * 3_600_000));
  if (settled.size >= count) return spreadCuts(whole, settled, count);
  return spreadCuts(whole, inner, count);
}

function spreadCuts(whole: Trace, inner: ReadonlySet<number>, count: number): Cut[] {
  const cuts = new Map<string, Cut>();
  const add = (time: number, future: Future) => cuts.set(`${time} ${future}`, { time, future });
  const kinds = decidedTimes(whole, inner);
  const wanted = Math.ceil((count * 2) / 3);
  for (const [k, moments] of kinds.entries()) {
    // What is seldom said gets as many cuts as what is said at every other candle.
    const share = Math.min(
      moments.length,
      Math.floor(((k + 1) * wanted) / kinds.length) - Math.floor((k * wanted) / kinds.length),
    );
    for (let n = 0; n < share; n++)
      add(moments[Math.floor(((n + 0.5) * moments.length) / share)]!, n % 2 === 0 ? 'mirrored' : 'none');
  }
  const rng = seeded('check-cuts');
  const rest = [...inner];
  for (let tries = 0; cuts.size < Math.min(count, rest.length) && tries < count * 20; tries++)
    add(rest[rng.int(rest.length)]!, tries % 2 === 0 ? 'none' : 'mirrored');
  return [...cuts.values()].sort((a, b) => a.time - b.time);
}

/** When something was decided, one list for each callback and kind of answer. */
function decidedTimes(whole: Trace, inner: ReadonlySet<number>): (readonly number[])[] {
  const kinds = new Map<string, Set<number>>();
  for (const { callback, answer, time } of whole.decisions) {
    if (!isTelling(answer) || !inner.has(time)) continue;
    const kind = `${callback} ${answer.replace(/[\d.+-]+/g, '#')}`;
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(time));
  }
  return [...kinds.values()].map((moments) => [...moments]);
}

function isTelling(answer: string): boolean {
  return answer !== '' && answer !== 'null' && answer !== 'nothing';
}

function stateFindings({ changed, privateFields }: Trace): Finding[] {
  const remedy = 'Keep state in this.store (or bar.store, per pair): it is saved, and survives a restart.';
  return [
    ...changed.map(
      ({ strategy, field }): Finding => ({
        check: 'state',
        severity: 'fail',
        what: `the field "${field}" changed after onStart`,
        where: strategy,
        remedy,
      }),
    ),
    ...privateFields.map(
      ({ strategy, field }): Finding => ({
        check: 'state',
        severity: 'fail',
        what: `methods assign to the private field "${field}"`,
        where: strategy,
        remedy,
      }),
    ),
  ];
}

/** What a run that throws says about the strategy. Errors that are not of its making are thrown on. */
function thrown(error: unknown): Finding {
  if (!(error instanceof TidegateError)) throw error;
  const cause = error.cause instanceof Error ? error.cause.message : '';
  if (error.code === 'STRATEGY_FAILED' && /^at\(-\d+\)/.test(cause))
    return {
      check: 'look-ahead',
      severity: 'fail',
      what: `it asks a feature for a value that is not known yet: ${cause}`,
      ...(error.where && { where: error.where }),
      remedy: 'Give the number of candles back, 0 or more.',
    };
  if (error.code === 'FEATURE_LOOKAHEAD' || error.code === 'FEATURE_CHUNKS')
    return { check: 'look-ahead', severity: 'fail', what: error.message };
  throw error;
}

function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.check} ${finding.what.replace(/[\d.:-]+/g, '#')} ${finding.where?.split(',')[0] ?? ''}`;
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}
