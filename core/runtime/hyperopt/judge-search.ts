import {
  type Importance,
  importances,
  mostStable,
  type Neighbourhood,
  neighbourhood,
  type Objective,
  type RealityCheck,
  realityCheck,
  type SeenTrial,
  type Space,
  seenOf,
  type Trial,
} from '../../hyperopt/index.ts';
import { overfitting } from '../../metrics/overfitting.ts';
import { percentile, sorted } from '../../metrics/percentile.ts';
import { deflatedSharpe, expectedMaxSharpe } from '../../metrics/probabilistic-sharpe.ts';
import { judgeSpread } from './judge-spread.ts';
import { returnsOfTrial } from './trial-report.ts';

/** The odds that the best of a search is luck. Sharpe ratios are per day. NaN: cannot be said. */
export interface SearchVerdict {
  /** Trials that were completed, and the spread (variance) of their Sharpe ratios. */
  readonly trials: number;
  readonly sharpeVariance: number;
  /** What the best of as many worthless trials would show. */
  readonly expectedMaxSharpe: number;
  /** Probability that the best trial's true Sharpe ratio is above that. */
  readonly deflatedSharpe: number;
  /** Probability of backtest overfitting (CSCV) over all trials' daily returns, and how many splits gave it. */
  readonly pbo: number;
  readonly pboSplits: number;
  /** White's reality check and Hansen's SPA of the best against doing nothing; undefined where too many returns would have to be drawn. */
  readonly reality: RealityCheck | undefined;
  readonly importance: readonly Importance[];
  readonly neighbourhood: Neighbourhood;
  /** The trial with the best surroundings, where that is not the best trial. */
  readonly stable: number | undefined;
  readonly isLikelyLuck: boolean;
  /** In a sentence. */
  readonly words: string;
}

/** Draws of the reality check times variants times days, above which it is left out: about five seconds. */
const MOST_DRAWS = 2e9;
const RESAMPLES = 500;
const PBO_BLOCKS = 12;
/** More series than this are thinned evenly for the overfitting measures. */
const MOST_SERIES = 2000;

/** Judges a search by all of its trials, not by its best alone. */
export function judgeSearch(
  space: Space,
  objectives: readonly Objective[],
  trials: readonly Trial[],
  best: Trial | undefined,
  seed: string | number = 0,
): SearchVerdict {
  const done = trials.filter((t) => t.state === 'complete');
  const { count, sharpeVariance: variance } = judgeSpread(trials);
  const bestReturns = best && returnsOfTrial(best.attrs);
  const deflated = bestReturns ? deflatedSharpe(bestReturns, count, variance) : Number.NaN;
  const series = thinned(done.flatMap((t) => moving(returnsOfTrial(t.attrs))));
  const cross = pboOf(series);
  const seen = winsorised(done.map((t) => seenOf(t, objectives)));
  const own = best && seen.find((t) => t.number === best.number);
  const plateau = own
    ? neighbourhood(space, seen, own)
    : { neighbours: 0, median: Number.NaN, worst: Number.NaN, plateau: Number.NaN };
  const stable = objectives.length === 1 ? mostStable(space, seen)?.number : undefined;
  const reality = realityOf(series, seed);
  // Trials that truly differ spread their Sharpe ratios, which deflates the best one's without its being luck: then the other two tests, which
  // resample all trials together, must both clear it.
  const isCleared = (reality?.spa.consistent ?? 1) <= 0.05 && cross.pbo < 0.2;
  const isLikelyLuck = !(deflated >= 0.95 || isCleared) || cross.pbo >= 0.5;
  return {
    trials: done.length,
    sharpeVariance: variance,
    expectedMaxSharpe: expectedMaxSharpe(count, variance),
    deflatedSharpe: deflated,
    pbo: cross.pbo,
    pboSplits: cross.splits,
    reality,
    importance: importances(space, seen, { seed }),
    neighbourhood: plateau,
    stable: stable === best?.number ? undefined : stable,
    isLikelyLuck,
    words: words(done.length, { deflated, pbo: cross.pbo, isCleared, plateau }),
  };
}

/** Losses beyond three quartile ranges are drawn in: runs without trades would hide all other differences. */
function winsorised(trials: readonly SeenTrial[]): SeenTrial[] {
  const losses = sorted(trials.map((t) => t.losses[0]!));
  const low = percentile(losses, 0.25);
  const high = percentile(losses, 0.75);
  const top = Math.min(losses.at(-1) ?? 0, high + 3 * (high - low));
  return trials.map((t) => ({ ...t, losses: t.losses.map((loss, k) => (k === 0 ? Math.min(loss, top) : loss)) }));
}

/** A series that moves at all: one without trades is no variant of anything. */
function moving(returns: Float32Array | undefined): Float32Array[] {
  return returns?.some((r) => r !== 0) ? [returns] : [];
}

function thinned<T>(items: readonly T[]): readonly T[] {
  if (items.length <= MOST_SERIES) return items;
  return Array.from({ length: MOST_SERIES }, (_, k) => items[Math.floor((k * items.length) / MOST_SERIES)]!);
}

function pboOf(series: readonly Float32Array[]): { readonly pbo: number; readonly splits: number } {
  const days = series[0]?.length ?? 0;
  const blocks = Math.min(PBO_BLOCKS, 2 * Math.floor(days / 4));
  if (series.length < 2 || blocks < 4 || series.some((s) => s.length !== days)) return { pbo: Number.NaN, splits: 0 };
  const { pbo, logits } = overfitting(series, blocks);
  return { pbo, splits: logits.length };
}

function realityOf(series: readonly Float32Array[], seed: string | number): RealityCheck | undefined {
  const days = series[0]?.length ?? 0;
  if (days < 10 || series.length * days * RESAMPLES > MOST_DRAWS || series.some((s) => s.length !== days))
    return undefined;
  return realityCheck(series, { resamples: RESAMPLES, seed });
}

function words(
  trials: number,
  {
    deflated,
    pbo,
    isCleared,
    plateau: { plateau, neighbours },
  }: {
    readonly deflated: number;
    readonly pbo: number;
    readonly isCleared: boolean;
    readonly plateau: Neighbourhood;
  },
): string {
  const parts: string[] = [];
  if (!Number.isFinite(deflated)) parts.push('There is too little movement to say whether the best trial is luck.');
  else if (deflated >= 0.95)
    parts.push(`The best of ${trials} trials is better than luck alone would be expected to show.`);
  else if (isCleared)
    parts.push(
      `The ${trials} trials differ too widely for the deflated Sharpe ratio, but resampled together (SPA) the best is better than luck would be.`,
    );
  else parts.push(`Luck alone could show as much as the best of these ${trials} trials: do not trust it.`);
  if (pbo >= 0.5) parts.push('What is best in one half of the time is below the median in the other as often as not.');
  else if (pbo < 0.2) parts.push('What is best in one half of the time mostly stays good in the other.');
  if (neighbours >= 3 && plateau < 0.5) parts.push('The best point is a spike: its neighbours do much worse.');
  return parts.join(' ');
}
