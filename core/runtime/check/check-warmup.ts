import { lowerBound } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import type { Series } from '../../indicators/series.ts';
import type { StrategyContext } from '../../strategy/strategy.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { needsOf } from '../needs.ts';
import { prepare } from '../prepare.ts';
import { type Finding, when } from './finding.ts';
import { recordRun } from './record-run.ts';

/** Beyond this share of a feature's own size, the start of history is felt. */
const TOLERANCE = 1e-9;
/** Up to here a difference that changes no decision is only noted. */
const SLIGHT = 1e-6;
/** Rows after the start in which features are compared. */
const SPAN = 300;

/** Feature columns from the first traded row on, by `pair: name`. */
type Columns = ReadonlyMap<string, Float64Array>;

/**
 * Starts the same period with different amounts of history before it. Features that differ beyond 1e-9 feel where history begins; the rows they
 * need are searched for. Features that never settle (running totals), or do not say when, are only warned of, unless signals differ too.
 * @param options the run
 * @param history candles before `from`, and how many are missing among them: runs that count candles begin so much later
 */
export async function checkWarmup(
  options: BacktestOptions & { readonly from: number },
  frame: string,
  { available, missing }: { readonly available: number; readonly missing: number },
): Promise<Finding[]> {
  const frameMs = timeframe(frame).ms;
  const begin = options.from + missing * frameMs;
  const own = await prepare({ ...options, to: begin + SPAN * frameMs });
  const { startup } = own;
  if (available < startup + 50)
    return [
      {
        check: 'warm-up',
        severity: 'warn',
        what: `not tested: ${available} candles lie before ${when(options.from)}, more than ${startup + 50} are needed`,
        remedy: 'Check over a longer time range.',
      },
    ];
  const short = { ...options, begin, to: begin + SPAN * frameMs };
  const named = own.strategies.flatMap((s) =>
    [...s.features].flatMap(([pair, f]) => [...f.series].map(([name, x]) => [`${pair}: ${name}`, x] as const)),
  );
  // A window that starts right after the settling time leaves out as many rows as the features need to become defined.
  const { warmup } = needsOf(
    named.map(([, series]) => series),
    frame,
  );
  const skipped = Math.min(warmup, SPAN / 2);
  const reference = await columnsWith(short, available, skipped);
  const gaps = largestGaps(await columnsWith(short, startup, skipped), reference);
  const felt = [...gaps].filter(([, gap]) => gap.size > TOLERANCE);
  if (felt.length === 0) return [];
  const decisions = await decisionsDiffer(options, startup, available, begin);
  const endless = endlessNames(named);
  const findings: Finding[] = [];
  for (const [name, gap] of felt) {
    const rows = await rowsNeeded(short, name, startup, available, skipped, reference);
    const isEndless = endless.has(name);
    // Without an end to its memory, and none found: what has one but does not say so, such as a feature of one's own, is told how much it needs.
    const isTotal = isEndless && rows === undefined;
    findings.push({
      check: 'warm-up',
      severity: (isEndless || gap.size < SLIGHT) && !decisions ? 'warn' : 'fail',
      what: isTotal
        ? `"${name}" depends on where history begins, and no history that is stored was long enough: a running total?`
        : `"${name}" is ${gap.short} with ${startup} candles of history and ${gap.long} with ${available}`,
      where: when(begin + (skipped + gap.row) * frameMs),
      remedy: isTotal
        ? 'Trade on its changes or ratios, not on its level; check a feature that does forget over a longer time range.'
        : rows === undefined
          ? 'No amount of history that is stored was enough: state what it needs as its settle.'
          : `It needs ${rows} candles: set startupCandles = ${rows}, or state settle in the feature.`,
    });
  }
  if (decisions)
    findings.push({
      check: 'warm-up',
      severity: 'fail',
      what: `the strategy decides otherwise with ${startup} candles of history than with ${available}: ${decisions}`,
    });
  return findings;
}

/** A run, and when all of its versions trade: with gaps in the history some begin later. */
type Spanned = BacktestOptions & { readonly begin: number };

function withHistory(options: BacktestOptions, rows: number): BacktestOptions {
  return {
    ...options,
    strategies: options.strategies.map((source) => ({
      ...source,
      create(context: StrategyContext) {
        const strategy = source.create(context);
        strategy.startupCandles = Math.max(strategy.startupCandles, rows);
        return strategy;
      },
    })),
  };
}

async function columnsWith(options: Spanned, rows: number, skipped: number): Promise<Columns> {
  const { strategies, pairs, plan } = await prepare(withHistory(options, rows));
  const out = new Map<string, Float64Array>();
  for (const { features } of strategies)
    for (const { pair, candles } of pairs)
      for (const [name, series] of features.get(pair)!.series)
        out.set(`${pair}: ${name}`, plan.add(series).values.slice(lowerBound(candles.time, options.begin) + skipped));
  return out;
}

interface Gap {
  readonly size: number;
  readonly row: number;
  readonly short: number;
  readonly long: number;
}

/** The largest difference of each column, relative to the column's own size. */
function largestGaps(short: Columns, long: Columns): Map<string, Gap> {
  const out = new Map<string, Gap>();
  for (const [name, column] of short) {
    const wanted = long.get(name)!;
    const rows = Math.min(column.length, wanted.length);
    let scale = 0;
    for (let i = 0; i < rows; i++) if (Math.abs(wanted[i]!) > scale) scale = Math.abs(wanted[i]!);
    let worst: Gap = { size: 0, row: 0, short: Number.NaN, long: Number.NaN };
    for (let i = 0; i < rows; i++) {
      const [a, b] = [column[i]!, wanted[i]!];
      const isSame = a === b || (Number.isNaN(a) && Number.isNaN(b));
      const size = isSame ? 0 : Number.isNaN(a - b) ? Number.POSITIVE_INFINITY : Math.abs(a - b) / (scale || 1);
      if (size > worst.size) worst = { size, row: i, short: a, long: b };
    }
    out.set(name, worst);
  }
  return out;
}

/** The fewest candles of history (within a tenth) with which a feature agrees with the longest; undefined when none does. */
async function rowsNeeded(
  options: Spanned,
  name: string,
  startup: number,
  available: number,
  skipped: number,
  reference: Columns,
): Promise<number | undefined> {
  const isEnough = async (rows: number) =>
    largestGaps(await columnsWith(options, rows, skipped), reference).get(name)!.size <= TOLERANCE;
  let low = startup;
  let high = Math.max(startup * 2, 64);
  while (high < available && !(await isEnough(high))) [low, high] = [high, high * 2];
  // The longest agrees with itself: that it would be enough proves nothing.
  if (high >= available) return undefined;
  while (high - low > Math.max(4, high / 10)) {
    const middle = Math.round((low + high) / 2);
    if (await isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

async function decisionsDiffer(
  options: BacktestOptions,
  short: number,
  long: number,
  begin: number,
): Promise<string | undefined> {
  const from = async (rows: number) =>
    (await recordRun(withHistory(options, rows))).decisions.filter((d) => d.time >= begin);
  const [a, b] = [await from(short), await from(long)];
  const k = b.findIndex((d, i) => d.answer !== a[i]?.answer || d.time !== a[i]?.time);
  if (k < 0) return undefined;
  const d = b[k]!;
  return `first at ${when(d.time)}, ${d.pair}, where ${d.callback} says "${a[k]?.answer ?? ''}" or "${d.answer}"`;
}

/** Names of series that have a kernel with an endless memory somewhere below. */
function endlessNames(named: readonly (readonly [string, Series])[]): ReadonlySet<string> {
  const isEndless = ({ node }: Series): boolean => {
    if (node.kind === 'source') return false;
    if (node.kind === 'join') return isEndless(node.from);
    return node.definition.settle(node.options as never) === Number.POSITIVE_INFINITY || node.inputs.some(isEndless);
  };
  return new Set(named.filter(([, series]) => isEndless(series)).map(([name]) => name));
}
